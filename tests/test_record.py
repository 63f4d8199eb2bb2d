"""host/record.py: what was found, set and put, in the lines that scripts read."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given

from lvsgen.apply import change
from lvsgen.apply.change import Change
from lvsgen.errors import OperatorError
from lvsgen.host import record
from lvsgen.host.record import Record
from lvsgen.state.hoststate import HostState, Sysctl, Timeout, ordered
from lvsgen.state.scope import Scope
from tests import states

FORWARD = "net/ipv4/ip_forward"
FOLLOWER = "net/ipv4/conf/eth0/forwarding"


def _settings(*pairs: tuple[str, str], tcp: int = 0) -> HostState:
    timeouts = (Timeout("tcp", tcp),) if tcp else ()
    return HostState(sysctls=ordered(Sysctl(key, value) for key, value in pairs), timeouts=timeouts)


@given(states.states(), states.states())
def test_a_record_comes_back_and_gives_the_right_to_what_it_names(desired: HostState, live: HostState) -> None:
    written = record.planned(Record("b1"), desired, live)
    assert record.parse(record.render(written), "b1") == written
    named = Scope.of(HostState(addresses=desired.addresses, services=desired.services, chains=desired.chains))
    assert named.addresses <= written.scope.addresses
    assert (named.services, named.chains) == (written.scope.services, written.scope.chains)


def test_the_record_of_another_boot_is_empty() -> None:
    assert record.parse("boot\tb1\nput\taddress 192.0.2.1/32 eth0\n", "b2") == Record("b2")


@pytest.mark.parametrize(
    "line",
    [
        "put",
        "put\taddress",
        "put\taddress 999.1.1.1/32 eth0",
        "put\tservice -t x",
        "put\tmoon 1",
        "before\ttimeout tcp\t900",
        "before\ttimeout tcp\tlong\t60",
        "before\ttimeout sctp\t900\t60",
        "boot\tb1",
    ],
)
def test_a_line_that_another_version_wrote_is_refused_not_forgotten(line: str) -> None:
    with pytest.raises(OperatorError, match="what was put on this host says"):
        record.parse(f"boot\tb1\nput\taddress 192.0.2.1/32 eth0\n{line}\n", "b1")


def test_lines_are_sorted_and_tabbed() -> None:
    desired = _settings((FORWARD, "1"), tcp=60)
    live = _settings((FORWARD, "0"), (FOLLOWER, "0"), tcp=900)
    assert record.render(record.planned(Record("b1"), desired, live)) == (
        "boot\tb1\n"
        "before\tsysctl net/ipv4/conf/eth0/forwarding\t0\t1\n"
        "before\tsysctl net/ipv4/ip_forward\t0\t1\n"
        "before\ttimeout tcp\t900\t60\n"
    )


def test_what_was_found_stays_as_first_seen() -> None:
    first = record.settled(Record("b1"), _settings(tcp=60), _settings(tcp=900))
    second = record.settled(first, _settings(tcp=70), _settings(tcp=60))
    assert second.before == {"timeout tcp": ("900", "70")}


def test_a_setting_that_is_not_wanted_any_more_goes_back_unless_somebody_else_has_changed_it() -> None:
    old = Record("b1", {"timeout tcp": ("900", "60"), f"sysctl {FORWARD}": ("0", "1")})
    live = _settings((FORWARD, "0"), tcp=60)
    assert record.aim(HostState(), old, live) == _settings(tcp=900)


def test_a_rollback_gives_back_what_the_earlier_record_said_of_its_scope_alone() -> None:
    earlier = Record("b1", {"timeout tcp": ("900", "60")}, frozenset({"route 192.0.2.1 eth0"}))
    now = Record("b1", {"timeout tcp": ("900", "70"), "timeout udp": ("300", "5")}, frozenset({"table ip lvsgen-web"}))
    scope = Scope(timeouts=frozenset({"tcp"}), routes=frozenset({IPv4Address("192.0.2.1")}))
    assert record.returned(now, earlier, scope) == Record(
        "b1",
        {"timeout tcp": ("900", "60"), "timeout udp": ("300", "5")},
        frozenset({"table ip lvsgen-web", "route 192.0.2.1 eth0"}),
    )


@given(states.cases())
def test_a_change_comes_back_from_its_journal(case: states.Case) -> None:
    made = Change("b", "llc", "lb", "now", "s", case.scope, case.current, case.desired, case.desired, "boot\tb\n")
    assert change.from_data(change.to_data(made)) == made
