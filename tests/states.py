"""States to test with: hypothesis strategies over a small world, and a kernel that runs operations on one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from ipaddress import IPv4Address
from typing import Any, assert_never

from hypothesis import strategies as st

from lvsgen.plan.operation import Add, Change, Operation, Remove
from lvsgen.state import sysctls
from lvsgen.state.hoststate import HostState, Kind, of, ordered
from lvsgen.state.ip import Address
from lvsgen.state.keys import Key, ServiceKey, SysctlKey
from lvsgen.state.netfilter import Chain, NftTable
from lvsgen.state.parts import (
    PLAIN,
    Destination,
    Forward,
    HostRoute,
    Part,
    Service,
    SyncDaemon,
    Sysctl,
    Timeout,
    Tunnel,
    VipAddress,
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
NONE = ServiceKey("tcp", DIP, 0)
RIPS = tuple(IPv4Address(f"192.0.2.{last}") for last in (5, 6))

small = st.integers(0, 2)
vips = st.sampled_from(VIPS)
devices = st.sampled_from(DEVICES)
service_keys: st.SearchStrategy[ServiceKey] = st.one_of(
    st.builds(ServiceKey, st.sampled_from(["tcp", "udp"]), vips, st.sampled_from([0, 22])),
    st.builds(ServiceKey, st.just("fwmark"), st.just(IPv4Address(0)), st.integers(1, 2)),
)
forwards: st.SearchStrategy[Forward] = st.sampled_from(["direct", "nat", "tunnel"])
tunnels = st.one_of(
    st.just(PLAIN),
    st.builds(Tunnel, st.just("gue"), st.sampled_from([5555, 6080]), st.sampled_from(["nocsum", "csum", "remcsum"])),
    st.builds(Tunnel, st.just("gre"), st.just(0), st.sampled_from(["nocsum", "csum"])),
)


def unique(parts: st.SearchStrategy[Kind], most: int = 4) -> st.SearchStrategy[tuple[Kind, ...]]:
    """Draw parts with no key twice, in order."""
    return st.lists(parts, max_size=most, unique_by=lambda part: part.key).map(ordered)


@st.composite
def destinations(draw: st.DrawFn) -> Destination:
    """Draw a destination, of a service yet to be drawn."""
    forward = draw(forwards)
    upper = draw(small)
    return Destination(
        NONE,
        draw(st.sampled_from(RIPS)),
        draw(st.sampled_from([22, 2222])),
        forward,
        draw(small),
        upper,
        draw(st.integers(0, upper)),
        draw(tunnels) if forward == "tunnel" else PLAIN,
    )


@st.composite
def services(draw: st.DrawFn) -> Service:
    """Draw a service."""
    persistence = draw(st.sampled_from([0, 0, 360]))
    return Service(
        draw(service_keys),
        draw(st.sampled_from(["rr", "wlc", "sh"])),
        draw(st.sampled_from([(), ("sh-fallback", "sh-port")])),
        persistence,
        draw(st.sampled_from([None, IPv4Address("255.255.255.0")])) if persistence else None,
        draw(st.sampled_from(["", "sip"])),
        draw(st.booleans()),
    )


def _table(drawn: list[tuple[Service, tuple[Destination, ...]]]) -> HostState:
    targets = (replace(to, service=service.key) for service, found in drawn for to in found)
    return of((*(service for service, _ in drawn), *targets))


ipvs: st.SearchStrategy[HostState] = st.lists(
    st.tuples(services(), unique(destinations(), 3)), max_size=4, unique_by=lambda drawn: drawn[0].key
).map(_table)
"""Tables: services, and destinations of theirs."""
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
    table = draw(ipvs)
    return HostState(
        sysctls=draw(unique(st.builds(Sysctl, st.sampled_from(SYSCTLS), small.map(str)), 6)),
        addresses=up,
        routes=draw(unique(st.builds(HostRoute, vips, devices, sources))),
        services=table.services,
        destinations=table.destinations,
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
        taken = [part for place, part in enumerate(getattr(live, field.name)) if bits >> place % 4 & 1]
        groups[field.name] = ordered((found | {part.key: part for part in taken}).values())
    up = {address.address for address in groups["addresses"]}
    groups["routes"] = tuple(
        route if route.source in {None, DIP, *up} else replace(route, source=None) for route in groups["routes"]
    )
    there = {service.key for service in groups["services"]}
    groups["destinations"] = tuple(to for to in groups["destinations"] if to.service in there)
    return HostState(**groups)


def _all_sysctls(draw: st.DrawFn, untouched: frozenset[str]) -> tuple[Sysctl, ...]:
    digits = draw(st.integers(0, 3 ** len(SYSCTLS) - 1))
    values = {key: str(digits // 3**place % 3) for place, key in enumerate(SYSCTLS)}
    return ordered(Sysctl(key, values[_default_of(key)] if key in untouched else values[key]) for key in SYSCTLS)


def _with_lasting_source(route: HostRoute, live: HostState, scope: Scope) -> HostRoute:
    """Keep a foreign route off our addresses: it would go with them, whoever deletes them."""
    ours = {address.address for address in live.addresses if address.key in scope.keys}
    foreign = route.key not in scope.keys
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
        self.parts: dict[Key, Part] = {part.key: part for part in state}
        self.untouched = set(untouched)

    @property
    def state(self) -> HostState:
        """Read the host."""
        return of(self.parts.values())

    def run(self, steps: Iterable[Operation]) -> Kernel:
        """Run operations one after the other."""
        for step in steps:
            self.step(step)
        return self

    def step(self, step: Operation) -> None:
        """Run one operation."""
        match step:
            case Add(part):
                self._add(part)
            case Change(before, after):
                self._change(before, after)
            case Remove(part, along):
                self._remove(part, along)
            case _:
                assert_never(step)

    def _add(self, part: Part) -> None:
        match part:
            case HostRoute(source=source):
                _need(source in {None, DIP} or source in self._local())
            case Destination(service):
                _need(service in self.parts)
            case Sysctl() | Timeout():
                raise RefusedError
        _need(part.key not in self.parts)
        self.parts[part.key] = part

    def _change(self, before: Part, after: Part) -> None:
        _need(before.key == after.key and before.key in self.parts)
        if isinstance(after, Sysctl):
            self._write(after.path, after.value)
        else:
            _need(self.parts[before.key] == before and not isinstance(after, VipAddress | HostRoute | SyncDaemon))
            self.parts[after.key] = after

    def _remove(self, part: Part, along: tuple[Destination, ...]) -> None:
        _need(self.parts.get(part.key) == part and not isinstance(part, Sysctl | Timeout))
        del self.parts[part.key]
        if isinstance(part, Service):
            gone = [to for to in self.parts.values() if isinstance(to, Destination) and to.service == part.key]
            _need(set(gone) == set(along))
            self.parts = {key: one for key, one in self.parts.items() if one not in gone}
        if isinstance(part, VipAddress):
            self._drop_routes_from(part.address)

    def _write(self, path: str, value: str) -> None:
        old = self.parts[SysctlKey(path)]
        self.untouched.discard(path)
        self._put_sysctl(path, value)
        if path == sysctls.IP_FORWARD and old != Sysctl(path, value):
            self._put_sysctl(f"{CONF}/all/accept_redirects", "1" if value == "0" else "0")
            for device in ("default", *DEVICES):
                self._put_sysctl(f"{CONF}/{device}/forwarding", value)
        for follower in self.untouched:
            if _default_of(follower) == path:
                self._put_sysctl(follower, value)

    def _put_sysctl(self, path: str, value: str) -> None:
        self.parts[SysctlKey(path)] = Sysctl(path, value)

    def _local(self) -> set[Address]:
        return {part.address for part in self.parts.values() if isinstance(part, VipAddress)}

    def _drop_routes_from(self, source: Address) -> None:
        if source not in self._local():
            lost = [part for part in self.parts.values() if isinstance(part, HostRoute) and part.source == source]
            self.parts = {key: part for key, part in self.parts.items() if part not in lost}


def _need(good: bool) -> None:
    if not good:
        raise RefusedError
