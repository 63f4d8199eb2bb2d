"""host/record.py: what was found, set and put, in the lines that scripts read."""

from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from hypothesis import given

from lvsgen.apply import change
from lvsgen.apply.change import Change
from lvsgen.errors import OperatorError
from lvsgen.host import record
from lvsgen.host.record import Record
from lvsgen.state.hoststate import HostState, ordered
from lvsgen.state.keys import RouteKey, SysctlKey, TableKey, TimeoutKey
from lvsgen.state.netfilter import Chain
from lvsgen.state.parts import HostRoute, Sysctl, Timeout
from lvsgen.state.scope import Scope
from tests import states

FORWARD = "net/ipv4/ip_forward"
TCP, UDP = TimeoutKey("tcp"), TimeoutKey("udp")
FOLLOWER = "net/ipv4/conf/eth0/forwarding"


def _settings(*pairs: tuple[str, str], tcp: int = 0) -> HostState:
    timeouts = (Timeout("tcp", tcp),) if tcp else ()
    return HostState(sysctls=ordered(Sysctl(key, value) for key, value in pairs), timeouts=timeouts)


@pytest.mark.parametrize("form", [1, 2])
@given(states.states(), states.states())
def test_a_record_comes_back_and_gives_the_right_to_what_it_names(
    form: int, desired: HostState, live: HostState
) -> None:
    written = replace(record.planned(Record("b1"), desired, live), format=form)
    text = record.render(written)
    read = record.parse(text, "b1")
    assert (read.before, read.scope, record.render(read)) == (written.before, written.scope, text)
    assert read.format == form or not written
    put = {key for key in Scope.of(desired).keys if not isinstance(key, SysctlKey | TimeoutKey)}
    assert put == {key for key in written.scope.keys if not isinstance(key, SysctlKey | TimeoutKey)}


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
    assert record.render(replace(record.planned(Record("b1"), desired, live), format=1)) == (
        "boot\tb1\n"
        "before\tsysctl net/ipv4/conf/eth0/forwarding\t0\t1\n"
        "before\tsysctl net/ipv4/ip_forward\t0\t1\n"
        "before\ttimeout tcp\t900\t60\n"
    )


def test_what_was_found_stays_as_first_seen() -> None:
    first = record.settled(Record("b1"), _settings(tcp=60), _settings(tcp=900))
    second = record.settled(first, _settings(tcp=70), _settings(tcp=60))
    assert second.before == {TCP: ("900", "70")}


def test_a_setting_that_is_not_wanted_any_more_goes_back_unless_somebody_else_has_changed_it() -> None:
    old = Record("b1", {TCP: ("900", "60"), SysctlKey(FORWARD): ("0", "1")})
    live = _settings((FORWARD, "0"), tcp=60)
    assert record.aim(HostState(), old, live) == _settings(tcp=900)


def test_a_rollback_gives_back_what_the_earlier_record_said_of_its_scope_alone() -> None:
    route, table = RouteKey(IPv4Address("192.0.2.1")), TableKey("ip", "lvsgen-web")
    earlier = Record("b1", {TCP: ("900", "60")}, {"route 192.0.2.1 eth0": route})
    now = Record("b1", {TCP: ("900", "70"), UDP: ("300", "5")}, {str(table): table})
    scope = Scope(frozenset({TCP, route}))
    assert record.returned(now, earlier, scope) == Record(
        "b1",
        {TCP: ("900", "60"), UDP: ("300", "5")},
        {str(table): table, "route 192.0.2.1 eth0": route},
    )


@given(states.cases())
def test_a_change_comes_back_from_its_journal(case: states.Case) -> None:
    made = Change("b", "llc", "lb", "now", "s", case.scope, case.current, case.desired, case.desired, "boot\tb\n")
    assert change.from_data(change.to_data(made)) == made


def test_the_formats_name_routes_and_jumps_otherwise() -> None:
    vip, chain = IPv4Address("192.0.2.80"), Chain("nat", "lvsgen-web", "PREROUTING", ())
    desired = HostState(routes=(HostRoute(vip, "eth0"),), chains=(chain,))
    written = record.settled(Record("b1"), desired, HostState())
    assert record.render(replace(written, format=1)) == (
        "boot\tb1\nput\tchain nat lvsgen-web\nput\tjump nat PREROUTING lvsgen-web\nput\troute 192.0.2.80 eth0\n"
    )
    assert record.render(replace(written, format=2)) == (
        "boot\tb1\nput\tchain nat lvsgen-web\nput\tformat-2\nput\troute 192.0.2.80/32\n"
    )
    assert record.render(Record("b1", format=2)) == "boot\tb1\n"


@pytest.mark.parametrize("line", ["route 192.0.2.80 eth0", "jump nat PREROUTING lvsgen-web", "format-3"])
def test_what_format_2_has_no_name_for_is_refused(line: str) -> None:
    with pytest.raises(OperatorError, match="what was put on this host says"):
        record.parse(f"boot\tb1\nput\tformat-2\nput\t{line}\n", "b1")


@pytest.mark.parametrize("text", ["service -t [::1]:80", "service -f 7 -6", "route 192.0.2.80/32", "chain6 nat a"])
def test_what_came_with_format_2_is_refused_without_its_line(text: str) -> None:
    assert record.parse(f"boot\tb1\nput\tformat-2\nput\t{text}\n", "b1").format == 2
    with pytest.raises(OperatorError, match="what was put on this host says"):
        record.parse(f"boot\tb1\nput\t{text}\n", "b1")


def test_a_rollback_writes_the_record_in_the_format_of_the_files_that_are_back() -> None:
    earlier = Record("b1", {TCP: ("900", "60")}, format=1)
    assert record.returned(Record("b1", {TCP: ("900", "70")}, format=2), earlier, Scope(frozenset({TCP}))) == earlier
