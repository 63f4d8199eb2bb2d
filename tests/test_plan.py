from __future__ import annotations

import time
from dataclasses import fields, replace
from ipaddress import IPv4Address

import pytest
from hypothesis import HealthCheck, given, settings

from lvsgen.plan.operation import Add, Change, Remove, part_of
from lvsgen.plan.plan import plan
from lvsgen.state import sysctls
from lvsgen.state.hoststate import HostState
from lvsgen.state.ip import Address
from lvsgen.state.keys import DestinationKey, ServiceKey
from lvsgen.state.parts import Destination, HostRoute, Service, Sysctl, VipAddress
from lvsgen.state.scope import Scope, narrow
from tests.states import CONF, VIPS, Case, Kernel, cases, states
from tests.tiers import many

lawful = settings(max_examples=many(80), deadline=None, suppress_health_check=list(HealthCheck))


def _prefixes(case: Case) -> list[HostState]:
    """Read the live host before each step of a plan and after the last."""
    kernel = case.kernel()
    seen = [kernel.state]
    for step in plan(case.current, case.desired):
        kernel.step(step)
        seen.append(kernel.state)
    return seen


@lawful
@given(cases())
def test_running_a_plan_makes_the_desired_state_of_the_current_one(case: Case) -> None:
    result = narrow(case.kernel().run(plan(case.current, case.desired)).state, case.scope)
    assert plan(result, case.desired) == ()
    for name in ("services", "destinations", "daemons", "chains", "tables"):
        assert getattr(result, name) == getattr(case.desired, name)
    for name in ("addresses", "routes"):
        assert [part.key for part in getattr(result, name)] == [part.key for part in getattr(case.desired, name)]
    assert set(case.desired.sysctls) <= set(result.sysctls)
    assert set(case.desired.timeouts) <= set(result.timeouts)


@lawful
@given(cases())
def test_what_the_target_does_not_name_of_settings_and_timeouts_stays(case: Case) -> None:
    result = case.kernel().run(plan(case.current, case.desired)).state
    named = {part.key for part in case.desired}
    steps = (part_of(step) for step in plan(case.current, case.desired))
    written = [part.path for part in steps if isinstance(part, Sysctl)]
    for before, after in zip(case.live.sysctls, result.sysctls, strict=True):
        if before.key not in named and not any(sysctls.disturbs(path, before.path) for path in written):
            assert before == after
    assert [timeout for timeout in case.live.timeouts if timeout.key not in named] == [
        timeout for timeout in result.timeouts if timeout.key not in named
    ]


@lawful
@given(cases())
def test_what_is_outside_the_scope_is_never_touched(case: Case) -> None:
    for seen in _prefixes(case):
        for field in fields(HostState):
            if field.name != "sysctls":
                inside = {part.key for part in getattr(narrow(seen, case.scope), field.name)}
                inside |= {part.key for part in getattr(case.current, field.name)}
                assert [part for part in getattr(case.live, field.name) if part.key not in inside] == [
                    part for part in getattr(seen, field.name) if part.key not in inside
                ]


@lawful
@given(cases())
def test_settings_outside_the_scope_change_only_by_following_their_default(case: Case) -> None:
    result = case.kernel().run(plan(case.current, case.desired)).state
    for before, after in zip(case.live.sysctls, result.sysctls, strict=True):
        if not case.scope.holds(before.key) and before.path not in case.untouched:
            assert before == after


@lawful
@given(cases())
def test_from_any_prefix_a_plan_leads_back_to_exactly_what_was(case: Case) -> None:
    steps = plan(case.current, case.desired)
    for done in range(len(steps) + 1):
        kernel = case.kernel().run(steps[:done])
        kernel.run(plan(narrow(kernel.state, case.scope), case.current))
        assert kernel.state == case.live
        assert plan(narrow(kernel.state, case.scope), case.current) == ()


@settings(parent=lawful, max_examples=many(25))
@given(cases())
def test_from_any_prefix_of_the_way_back_there_is_a_way_back_and_a_way_on(case: Case) -> None:
    steps = plan(case.current, case.desired)
    for done in {len(steps), len(steps) // 2}:
        start = case.kernel().run(steps[:done])
        back = plan(narrow(start.state, case.scope), case.current)
        for undone in range(len(back) + 1):
            kernel = case.kernel().run(steps[:done]).run(back[:undone])
            kernel.run(plan(narrow(kernel.state, case.scope), case.current))
            assert kernel.state == case.live
            kernel = case.kernel().run(steps[:done]).run(back[:undone])
            kernel.run(plan(narrow(kernel.state, case.scope), case.desired))
            assert plan(narrow(kernel.state, case.scope), case.desired) == ()


@lawful
@given(cases())
def test_from_any_prefix_a_plan_leads_on_to_the_desired_state(case: Case) -> None:
    steps = plan(case.current, case.desired)
    for done in range(len(steps) + 1):
        kernel = case.kernel().run(steps[:done])
        kernel.run(plan(narrow(kernel.state, case.scope), case.desired))
        assert plan(narrow(kernel.state, case.scope), case.desired) == ()


@given(states())
def test_nothing_is_planned_from_a_state_to_itself(state: HostState) -> None:
    assert plan(state, state) == ()


@lawful
@given(cases())
def test_a_vip_never_answers_without_its_table(case: Case) -> None:
    """A VIP that comes up finds its new table whole; one that goes down, or stays, has what both tables share."""
    before, after = _table(case.current), _table(case.desired)
    were = {address.key for address in case.current.addresses}
    stay = {address.key for address in case.desired.addresses}
    for seen in _prefixes(case):
        table = _table(seen)
        for address in seen.addresses:
            if address.key in stay - were:
                _assert_whole(table, after, address.address)
            elif address.key in were - stay:
                _assert_whole(table, before, address.address, but_edited=after)
            shared = {key: before[key] & after[key] for key in before.keys() & after.keys()}
            _assert_whole(table, shared, address.address)


Table = dict[ServiceKey, set[DestinationKey]]


def _table(state: HostState) -> Table:
    return {key: {to.key for to in destinations} for key, destinations in state.by_service().items()}


def _assert_whole(table: Table, wanted: Table, vip: Address, but_edited: Table | None = None) -> None:
    for key, destinations in wanted.items():
        if key.address == vip or key.protocol == "fwmark":
            assert key in table
            assert destinations <= table[key] | (but_edited or {}).get(key, set())


VIP = VIPS[0]
SSH = Service(ServiceKey("tcp", VIP, 22), "rr")
TO = Destination(SSH.key, IPv4Address("192.0.2.5"), 22, "direct", 1)
UP = HostState(
    sysctls=(Sysctl(f"{CONF}/eth0/arp_ignore", "1"), Sysctl(f"{CONF}/eth0/rp_filter", "0")),
    addresses=(VipAddress(VIP, "eth0"),),
    routes=(HostRoute(VIP, "eth0", VIP),),
    services=(SSH,),
    destinations=(TO,),
)
DOWN = HostState(sysctls=(Sysctl(f"{CONF}/eth0/arp_ignore", "0"), Sysctl(f"{CONF}/eth0/rp_filter", "1")))


def test_the_way_up_is_settings_then_table_then_address_then_route() -> None:
    assert _steps(DOWN, UP) == [
        (Change, Sysctl),
        (Change, Sysctl),
        (Add, Service),
        (Add, Destination),
        (Add, VipAddress),
        (Add, HostRoute),
    ]


def test_the_way_down_is_route_then_address_then_table_then_settings() -> None:
    assert _steps(UP, DOWN) == [
        (Remove, HostRoute),
        (Remove, VipAddress),
        (Remove, Service),
        (Change, Sysctl),
        (Change, Sysctl),
    ]


def _steps(before: HostState, after: HostState) -> list[tuple[type, type]]:
    return [(type(step), type(part_of(step))) for step in plan(before, after)]


def test_a_changed_weight_is_one_edit() -> None:
    drained = replace(TO, weight=0)
    assert plan(UP, replace(UP, destinations=(drained,))) == (Change(TO, drained),)


def test_a_service_that_goes_takes_its_destinations_along() -> None:
    assert plan(UP, replace(UP, services=(), destinations=())) == (Remove(SSH, (TO,)),)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"addresses": (VipAddress(VIP, "eth0", "eth0:1", VIP),)}, id="label and broadcast"),
        pytest.param({"routes": (HostRoute(VIP, "eth0"),)}, id="the route's source"),
    ],
)
def test_what_is_written_only_when_adding_is_never_compared(change: dict[str, tuple[object, ...]]) -> None:
    assert plan(UP, replace(UP, **change)) == ()  # type: ignore[arg-type]


def test_a_route_moves_to_another_device_by_being_deleted_first() -> None:
    moved = replace(UP, addresses=(VipAddress(VIP, "eth1"),), routes=(HostRoute(VIP, "eth1", VIP),))
    assert plan(UP, moved) == (
        Remove(UP.routes[0]),
        Add(moved.addresses[0]),
        Add(moved.routes[0]),
        Remove(UP.addresses[0]),
    )


def _settings_state(**values: str) -> HostState:
    names = {"ip_forward": sysctls.IP_FORWARD, "accept": f"{CONF}/all/accept_redirects"}
    keys = sorted((names.get(name, f"{CONF}/{name}/forwarding"), value) for name, value in values.items())
    return HostState(sysctls=tuple(Sysctl(key, value) for key, value in keys))


def test_what_the_kernel_changes_with_ip_forward_is_written_again_after_it() -> None:
    before = _settings_state(ip_forward="0", accept="1", eth0="1", eth1="0")
    after = _settings_state(ip_forward="1", accept="1", eth0="1", eth1="0")
    assert plan(before, after) == (
        Change(Sysctl(sysctls.IP_FORWARD, "0"), Sysctl(sysctls.IP_FORWARD, "1")),
        Change(Sysctl(f"{CONF}/all/accept_redirects", "1"), Sysctl(f"{CONF}/all/accept_redirects", "1")),
        Change(Sysctl(f"{CONF}/eth0/forwarding", "1"), Sysctl(f"{CONF}/eth0/forwarding", "1")),
        Change(Sysctl(f"{CONF}/eth1/forwarding", "0"), Sysctl(f"{CONF}/eth1/forwarding", "0")),
    )


def test_forwarding_of_a_device_that_is_gone_is_not_put_back() -> None:
    snapshot = _settings_state(ip_forward="1", eth0="1", eth1="1")
    assert plan(_settings_state(ip_forward="0", eth0="0"), snapshot) == (
        Change(Sysctl(sysctls.IP_FORWARD, "0"), Sysctl(sysctls.IP_FORWARD, "1")),
        Change(Sysctl(f"{CONF}/eth0/forwarding", "0"), Sysctl(f"{CONF}/eth0/forwarding", "1")),
    )


def test_a_route_whose_source_goes_is_put_anew_before_it_could_vanish() -> None:
    other = VipAddress(VIPS[1], "eth0")
    before = replace(UP, addresses=(*UP.addresses, other), routes=(HostRoute(VIP, "eth0", VIPS[1]),))
    kernel = Kernel(before).run(plan(before, UP))
    assert kernel.state.routes == UP.routes


def _many(number: int, weight: int) -> HostState:
    rips = [IPv4Address(f"10.0.0.{last}") for last in (5, 6, 7)]
    first = int(IPv4Address("10.1.0.0"))
    keys = [ServiceKey("tcp", IPv4Address(first + index), 80) for index in range(number)]
    return HostState(
        services=tuple(Service(key, "rr") for key in keys),
        destinations=tuple(Destination(key, rip, 80, "direct", weight) for key in keys for rip in rips),
    )


def test_a_route_that_is_put_anew_on_its_device_keeps_what_it_was_added_with() -> None:
    old = HostRoute(VIP, "eth0", VIPS[1], ("proto", "static", "mtu", "1400"))
    before = HostState(addresses=(VipAddress(VIPS[1], "eth0"),), routes=(old,))
    put_anew = plan(before, HostState(routes=(HostRoute(VIP, "eth0"),)))
    assert Add(HostRoute(VIP, "eth0", None, old.options)) in put_anew
    assert Add(HostRoute(VIP, "lo")) in plan(before, HostState(routes=(HostRoute(VIP, "lo"),)))


def test_a_way_back_that_was_cut_short_still_ends_with_the_source_that_a_route_had() -> None:
    after = replace(UP, addresses=(), routes=(HostRoute(VIP, "eth0"),))
    back = plan(Kernel(UP).run(plan(UP, after)).state, UP)
    for done in range(len(back) + 1):
        kernel = Kernel(UP).run(plan(UP, after)).run(back[:done])
        assert kernel.run(plan(kernel.state, UP)).state == UP


def test_ten_thousand_services_are_planned_in_seconds_even_on_a_slow_machine() -> None:
    before, after = _many(10_000, 1), _many(10_000, 2)
    scope = Scope.of(before, after)
    began = time.perf_counter()
    assert len(plan(narrow(before, scope), narrow(after, scope))) == 30_000
    assert len(plan(HostState(), after)) == 40_000
    assert time.perf_counter() - began < 10
