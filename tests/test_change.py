"""apply/change.py: what a journal says of a change is read back, in every format that it ever had."""

from __future__ import annotations

import json
from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

from lvsgen.apply import change as changes
from lvsgen.apply.change import Change
from lvsgen.host.live.dependents import Dependent
from lvsgen.state import statefile
from lvsgen.state.hoststate import HostState
from lvsgen.state.keys import ServiceKey
from lvsgen.state.parts import Destination, Service, Sysctl
from lvsgen.state.scope import Scope

SSH = Service(ServiceKey("tcp", IPv4Address("192.0.2.80"), 22), "rr")
TO = Destination(SSH.key, IPv4Address("192.0.2.9"), 22, "direct", 1)
STATE = HostState((Sysctl("net/ipv4/ip_forward", "0"),), services=(SSH,), destinations=(TO,))
CHANGE = Change("boot", "llc", "llclb1", "now", "1", Scope.of(STATE), HostState(), STATE, STATE)


def _states(data: dict[str, Any]) -> list[Any]:
    return [json.loads(data[name]) for name in ("snapshot", "desired", "target")]


def test_a_change_is_read_back_from_its_journal() -> None:
    assert changes.from_data(json.loads(json.dumps(changes.to_data(CHANGE)))) == CHANGE


def test_routes_are_read_back_from_a_journal_and_one_of_an_older_version_has_none() -> None:
    change = replace(CHANGE, dependents=(Dependent("unicast default dev eth0", "192.0.2.80", False, True),))
    data = json.loads(json.dumps(changes.to_data(change)))
    assert changes.from_data(data) == change
    del data["dependents"], data["allow_route_loss"]
    assert changes.from_data(data) == CHANGE


def test_states_of_a_journal_are_of_the_format_that_an_older_version_reads() -> None:
    assert [(state["format"], set(state["description"])) for state in _states(changes.to_data(CHANGE))] == [
        (1, {"name", "sha256"})
    ] * 3


def test_states_of_a_journal_may_be_of_todays_format_too() -> None:
    data = changes.to_data(CHANGE)
    for name in ("snapshot", "desired", "target"):
        data[name] = statefile.write(replace(statefile.read(data[name]), description=None))
    assert [state["format"] for state in _states(data)] == [2, 2, 2]
    assert changes.from_data(data) == CHANGE
