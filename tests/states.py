"""States to test with: hypothesis strategies over a small world, and a kernel that runs operations on one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from ipaddress import IPv4Address
from typing import Any, assert_never

from hypothesis import strategies as st

from lvsgen.plan import operation as op
from lvsgen.state import sysctls
from lvsgen.state.hoststate import (
    Chain,
    Destination,
    Forward,
    HostRoute,
    HostState,
    NftTable,
    Part,
    Service,
    ServiceKey,
    SyncDaemon,
    Sysctl,
    Timeout,
    VipAddress,
    ordered,
)
from lvsgen.state.scope import Scope, narrow

DEVICES = ("eth0", "eth1", "lo")
CONF_NAMES = ("arp_ignore", "rp_filter", "send_redirects", "forwarding")
CONF = "net/ipv4/conf"
SYSCTLS = (
    sysctls.IP_FORWARD,
    "net/ipv4/vs/expire_nodest_conn",
    f"{CONF}/all/accept_redirects",
    *(f"{CONF}/all/{name}" for name in CONF_NAMES if name != "forwarding"),
    *(f"{CONF}/{device}/{name}" for device in ("default", *DEVICES) for name in CONF_NAMES),
)
DIP = IPv4Address("192.0.2.1")
VIPS = tuple(IPv4Address(f"192.0.2.{last}") for last in (80, 81, 82))
RIPS = tuple(IPv4Address(f"192.0.2.{last}") for last in (5, 6))

small = st.integers(0, 2)
vips = st.sampled_from(VIPS)
devices = st.sampled_from(DEVICES)
service_keys: st.SearchStrategy[ServiceKey] = st.one_of(
    st.builds(ServiceKey, st.sampled_from(["tcp", "udp"]), vips, st.sampled_from([0, 22])),
    st.builds(ServiceKey, st.just("fwmark"), st.just(IPv4Address(0)), st.integers(1, 2)),
)
forwards: st.SearchStrategy[Forward] = st.sampled_from(["direct", "nat", "tunnel"])
tunnels = st.sampled_from([(), ("--tun-type", "gue", "--tun-port", "5555", "--tun-nocsum")])


def unique(parts: st.SearchStrategy[Part], most: int = 4) -> st.SearchStrategy[tuple[Part, ...]]:
    """Draw parts with no key twice, in order."""
    return st.lists(parts, max_size=most, unique_by=lambda part: part.key).map(ordered)


@st.composite
def destinations(draw: st.DrawFn) -> Destination:
    """Draw a destination."""
    forward = draw(forwards)
    upper = draw(small)
    return Destination(
        draw(st.sampled_from(RIPS)),
        draw(st.sampled_from([22, 2222])),
        forward,
        draw(small),
        upper,
        draw(st.integers(0, upper)),
        draw(tunnels) if forward == "tunnel" else (),
    )


@st.composite
def services(draw: st.DrawFn) -> Service:
    """Draw a service."""
    persistence = draw(st.sampled_from([0, 0, 360]))
    return Service(
        draw(service_keys),
        draw(st.sampled_from(["rr", "wlc", "sh"])),
        draw(unique(destinations(), 3)),
        draw(st.sampled_from([(), ("sh-fallback", "sh-port")])),
        persistence,
        draw(st.sampled_from([None, IPv4Address("255.255.255.0")])) if persistence else None,
        draw(st.sampled_from(["", "sip"])),
        draw(st.booleans()),
    )


addresses = st.builds(VipAddress, vips, devices, st.sampled_from(["", "eth0:1"]), st.one_of(st.none(), vips))
timeouts = st.builds(Timeout, st.sampled_from(["tcp", "tcpfin", "udp"]), st.integers(1, 900))
daemons = st.builds(
    SyncDaemon, st.sampled_from(["master", "backup"]), devices, small, st.sampled_from([(), ("--sync-maxlen", "1400")])
)
rules = st.lists(st.sampled_from([f"-d {vip}/32 -j REDIRECT" for vip in VIPS]), max_size=3).map(tuple)
chains = st.builds(
    Chain,
    st.sampled_from(["nat", "mangle"]),
    st.sampled_from(["lvsgen-a", "lvsgen-b"]),
    st.sampled_from(["PREROUTING", "OUTPUT"]),
    rules,
    small,
)
tables = st.builds(NftTable, st.just("ip"), st.sampled_from(["lvsgen-a", "lvsgen-b"]), rules)


@st.composite
def states(draw: st.DrawFn) -> HostState:
    """Draw a state as it could be desired: it names some settings, and its routes start from addresses it has."""
    up = draw(unique(addresses))
    sources = st.sampled_from([None, DIP, *(address.address for address in up)])
    return HostState(
        sysctls=draw(unique(st.builds(Sysctl, st.sampled_from(SYSCTLS), small.map(str)), 6)),
        addresses=up,
        routes=draw(unique(st.builds(HostRoute, vips, devices, sources))),
        services=draw(unique(services())),
        timeouts=draw(unique(timeouts)),
        daemons=draw(unique(daemons)),
        chains=draw(unique(chains)),
        tables=draw(unique(tables)),
    )


@dataclass(frozen=True)
class Case:
    """A live host, what is desired of it, and what may be touched for that."""

    live: HostState
    untouched: frozenset[str]
    desired: HostState
    scope: Scope

    @property
    def current(self) -> HostState:
        """What a plan sees of the live host."""
        return narrow(self.live, self.scope)

    def kernel(self) -> Kernel:
        """Give the live host's kernel."""
        return Kernel(self.live, self.untouched)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a live host and a state that often shares parts with it; the scope holds some more that is live."""
    live = draw(states())
    desired = _mixed(draw, draw(states()), live)
    recorded = _mixed(draw, HostState(), live)
    scope = Scope.of(desired, recorded, exclusive=draw(st.booleans()))
    chosen = draw(st.integers(0, 2 ** len(SYSCTLS) - 1))
    untouched = frozenset(key for place, key in enumerate(SYSCTLS) if chosen >> place & 1 and _default_of(key))
    live = replace(
        live,
        sysctls=_all_sysctls(draw, untouched),
        timeouts=(Timeout("tcp", draw(st.integers(1, 3))), Timeout("tcpfin", 120), Timeout("udp", 300)),
        routes=tuple(_with_lasting_source(route, live, scope) for route in live.routes),
    )
    return Case(live, untouched, desired, scope)


def _mixed(draw: st.DrawFn, state: HostState, live: HostState) -> HostState:
    """Take some parts of the live state into another one, in place of what has their keys there."""
    groups: dict[str, Any] = {}
    for field in fields(HostState):
        found = {part.key: part for part in getattr(state, field.name)}
        bits = draw(st.integers(0, 15))
        taken = [part for place, part in enumerate(getattr(live, field.name)) if bits >> place & 1]
        groups[field.name] = ordered((found | {part.key: part for part in taken}).values())
    up = {address.address for address in groups["addresses"]}
    groups["routes"] = tuple(
        route if route.source in {None, DIP, *up} else replace(route, source=None) for route in groups["routes"]
    )
    return HostState(**groups)


def _all_sysctls(draw: st.DrawFn, untouched: frozenset[str]) -> tuple[Sysctl, ...]:
    digits = draw(st.integers(0, 3 ** len(SYSCTLS) - 1))
    values = {key: str(digits // 3**place % 3) for place, key in enumerate(SYSCTLS)}
    return ordered(Sysctl(key, values[_default_of(key)] if key in untouched else values[key]) for key in SYSCTLS)


def _with_lasting_source(route: HostRoute, live: HostState, scope: Scope) -> HostRoute:
    """Keep a foreign route off our addresses: it would go with them, whoever deletes them."""
    ours = {address.address for address in live.addresses if address.key in scope.addresses}
    foreign = route.key not in scope.routes
    return replace(route, source=DIP) if foreign and route.source in ours else route


def _default_of(key: str) -> str:
    """Name the conf/default key that a device's follows as long as nobody wrote the device's own; "" if none."""
    device, _, name = key.removeprefix(f"{CONF}/").partition("/")
    return f"{CONF}/default/{name}" if device in DEVICES and name != "forwarding" else ""


class RefusedError(Exception):
    """The kernel does not do that."""


class Kernel:
    """Runs operations as a kernel would, side effects and refusals included, on a live state.

    `untouched` are device sysctls that follow their default, because nobody wrote them yet.
    """

    def __init__(self, state: HostState, untouched: Iterable[str] = ()) -> None:
        self.groups: dict[str, dict[Any, Any]] = {
            field.name: {part.key: part for part in getattr(state, field.name)} for field in fields(HostState)
        }
        self.untouched = set(untouched)

    @property
    def state(self) -> HostState:
        """Read the host."""
        return HostState(**{name: ordered(group.values()) for name, group in self.groups.items()})

    def run(self, steps: Iterable[op.Operation]) -> Kernel:
        """Run operations one after the other."""
        for step in steps:
            self.step(step)
        return self

    def step(self, step: op.Operation) -> None:  # noqa: PLR0912
        """Run one operation."""
        match step:
            case op.SetSysctl(key, _, after):
                self._write(key, after)
            case op.SetTimeouts(before, after):
                for timeout in before:
                    self._expect("timeouts", timeout)
                self.groups["timeouts"].update({part.key: part for part in after})
            case op.AddService(service):
                _need(not service.destinations)
                self._add("services", service)
            case op.EditService(old, new):
                self._edit_service(new.key, lambda live: _edited(live, old, new))
            case op.DeleteService(service):
                self._delete("services", service)
            case op.AddDestination(key, destination):
                self._edit_service(key, lambda live: _with(live, None, destination))
            case op.EditDestination(key, was, becomes):
                self._edit_service(key, lambda live: _with(live, was, becomes))
            case op.DeleteDestination(key, destination):
                self._edit_service(key, lambda live: _with(live, destination, None))
            case op.StartDaemon(daemon):
                self._add("daemons", daemon)
            case op.StopDaemon(daemon):
                self._delete("daemons", daemon)
            case op.AddAddress(address):
                self._add("addresses", address)
            case op.DeleteAddress(address):
                self._delete("addresses", address)
                self._drop_routes_from(address.address)
            case op.AddRoute(route):
                _need(route.source in {None, DIP} or route.source in self._local())
                self._add("routes", route)
            case op.DeleteRoute(route):
                self._delete("routes", route)
            case op.SetChain(before, after):
                self._replace("chains", before, after)
            case op.DeleteChain(chain):
                self._delete("chains", chain)
            case op.SetTable(before, after):
                self._replace("tables", before, after)
            case op.DeleteTable(table):
                self._delete("tables", table)
            case _:
                assert_never(step)

    def _write(self, key: str, value: str) -> None:
        old = self._get("sysctls", key).value
        self.untouched.discard(key)
        self._put_sysctl(key, value)
        if key == sysctls.IP_FORWARD and value != old:
            self._put_sysctl(f"{CONF}/all/accept_redirects", "1" if value == "0" else "0")
            for device in ("default", *DEVICES):
                self._put_sysctl(f"{CONF}/{device}/forwarding", value)
        for follower in self.untouched:
            if _default_of(follower) == key:
                self._put_sysctl(follower, value)

    def _put_sysctl(self, key: str, value: str) -> None:
        self.groups["sysctls"][key] = Sysctl(key, value)

    def _local(self) -> set[IPv4Address]:
        return {address.address for address in self.groups["addresses"].values()}

    def _drop_routes_from(self, source: IPv4Address) -> None:
        if source not in self._local():
            routes = self.groups["routes"]
            self.groups["routes"] = {key: route for key, route in routes.items() if route.source != source}

    def _edit_service(self, key: ServiceKey, edit: Callable[[Service], Service]) -> None:
        self.groups["services"][key] = edit(self._get("services", key))

    def _get(self, group: str, key: object) -> Any:
        _need(key in self.groups[group])
        return self.groups[group][key]

    def _expect(self, group: str, part: Any) -> None:
        _need(self._get(group, part.key) == part)

    def _add(self, group: str, part: Any) -> None:
        _need(part.key not in self.groups[group])
        self.groups[group][part.key] = part

    def _delete(self, group: str, part: Any) -> None:
        self._expect(group, part)
        del self.groups[group][part.key]

    def _replace(self, group: str, before: Any, after: Any) -> None:
        if before is not None:
            self._delete(group, before)
        self._add(group, after)


def _edited(live: Service, before: Service, after: Service) -> Service:
    _need(replace(live, destinations=()) == before)
    return replace(after, destinations=live.destinations)


def _with(service: Service, before: Destination | None, after: Destination | None) -> Service:
    found = {destination.key: destination for destination in service.destinations}
    if before is not None:
        _need(found.pop(before.key, None) == before)
    if after is not None:
        _need(after.key not in found)
        found[after.key] = after
    return replace(service, destinations=ordered(found.values()))


def _need(good: bool) -> None:
    if not good:
        raise RefusedError
