from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given

from lvsgen.state.hoststate import HostState, of, ordered
from lvsgen.state.keys import ServiceKey, SysctlKey
from lvsgen.state.netfilter import NftTable
from lvsgen.state.parts import Destination, Service, Sysctl, Timeout
from lvsgen.state.scope import Scope, narrow
from tests.states import CONF, SYSCTLS, cases, states

SSH = ServiceKey("tcp", IPv4Address("192.0.2.80"), 22)
HTTP = ServiceKey("tcp", IPv4Address("192.0.2.80"), 80)
RIP = Destination(SSH, IPv4Address("192.0.2.5"), 22, "direct", 1)


@pytest.mark.parametrize(
    "services",
    [
        pytest.param((Service(SSH, "rr"), Service(SSH, "wlc")), id="twice"),
        pytest.param((Service(HTTP, "rr"), Service(SSH, "rr")), id="unsorted"),
    ],
)
def test_a_state_that_is_unsorted_or_names_a_thing_twice_cannot_be_made(services: tuple[Service, ...]) -> None:
    with pytest.raises(ValueError, match=r"services: .* not sorted, or twice"):
        HostState(services=services)


def test_a_service_with_one_destination_twice_cannot_be_made() -> None:
    with pytest.raises(ValueError, match=r"destinations: .*: not sorted, or twice"):
        HostState(services=(Service(SSH, "rr"),), destinations=(RIP, RIP))


def test_a_destination_without_its_service_cannot_be_made() -> None:
    with pytest.raises(ValueError, match=r"destination -t 192.0.2.80:22 -r 192.0.2.5:22 without its service"):
        HostState(services=(Service(HTTP, "rr"),), destinations=(RIP,))


@given(states())
def test_a_state_is_made_of_its_parts_in_any_order(state: HostState) -> None:
    assert of(reversed(tuple(state))) == state


def test_ordered_sorts_by_key_whatever_else_differs() -> None:
    slow = Service(HTTP, "rr", netmask=None)
    assert ordered([slow, Service(SSH, "wlc", persistence=5, netmask=IPv4Address("255.0.0.0"))])[1] is slow


def test_a_table_is_the_same_however_nft_wraps_and_indents_it() -> None:
    printed = "\n\tset vips {\n\t\ttype ipv4_addr\n\t\telements = { 192.0.2.1,\n\t\t\t     192.0.2.2 }\n\t}\n"
    written = "set vips {\ntype ipv4_addr\nelements = { 192.0.2.1, 192.0.2.2 }\n}"
    assert NftTable.of("ip", "t", printed) == NftTable.of("ip", "t", written)
    assert NftTable.of("ip", "t", printed).body[2] == "elements = { 192.0.2.1, 192.0.2.2 }"


@given(states())
def test_the_scope_of_a_state_holds_all_of_it(state: HostState) -> None:
    assert narrow(state, Scope.of(state)) == state


@given(states(), states())
def test_scopes_unite_as_their_states_do(one: HostState, other: HostState) -> None:
    assert Scope.of(one) | Scope.of(other) == Scope.of(one, other)


@given(states())
def test_an_empty_scope_holds_nothing(state: HostState) -> None:
    assert narrow(state, Scope()) == HostState()


@given(states())
def test_an_exclusive_scope_holds_every_service(state: HostState) -> None:
    assert narrow(state, Scope(exclusive=True)) == HostState(services=state.services, destinations=state.destinations)
    assert (Scope(exclusive=True) | Scope()).exclusive


@given(cases())
def test_narrowing_twice_is_narrowing_once(case: object) -> None:
    current, scope = case.current, case.scope  # type: ignore[attr-defined]
    assert narrow(current, scope) == current


def test_who_may_write_ip_forward_keeps_what_the_kernel_changes_with_it() -> None:
    state = HostState(sysctls=ordered(Sysctl(key, "1") for key in (*SYSCTLS, f"{CONF}/all/forwarding")))
    scope = Scope(frozenset({SysctlKey("net/ipv4/ip_forward")}))
    kept = {sysctl.path for sysctl in narrow(state, scope).sysctls}
    assert kept == {
        "net/ipv4/ip_forward",
        f"{CONF}/all/accept_redirects",
        *(f"{CONF}/{device}/forwarding" for device in ("default", "eth0", "eth1", "lo")),
    }


def test_a_scope_without_ip_forward_holds_the_settings_it_names_only() -> None:
    state = HostState(sysctls=ordered(Sysctl(key, "1") for key in SYSCTLS), timeouts=(Timeout("tcp", 9),))
    name = f"{CONF}/all/arp_ignore"
    assert narrow(state, Scope(frozenset({SysctlKey(name)}))) == HostState(sysctls=(Sysctl(name, "1"),))
