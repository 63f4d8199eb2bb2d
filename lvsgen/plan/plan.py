"""plan(current, desired): the operations that make the one of the other, in the order that a kernel must see them.

Sysctls that are needed first; netfilter additions; IPVS add and edit; VIP up (address, then route); VIP down (route,
then address); IPVS delete; netfilter removals; sysctls that are put back. So a VIP never answers without its table.
Both states are narrowed to one scope: what it holds and `desired` lacks goes away, but a sysctl or a timeout stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lvsgen.plan.operation import (
    AddAddress,
    AddDestination,
    AddRoute,
    AddService,
    DeleteAddress,
    DeleteChain,
    DeleteDestination,
    DeleteRoute,
    DeleteService,
    DeleteTable,
    EditDestination,
    EditService,
    Operation,
    SetChain,
    SetSysctl,
    SetTable,
    SetTimeouts,
    StartDaemon,
    StopDaemon,
)
from lvsgen.state import sysctls
from lvsgen.state.hoststate import HostRoute, HostState, Part, Service


def plan(current: HostState, desired: HostState) -> tuple[Operation, ...]:
    """Work out what turns `current` into `desired`; nothing when it is that already. Linear in their size."""
    settings = tuple(_settings(current, desired))
    first = sum(1 for _, early in settings if early)
    return (
        *(operation for operation, _ in settings[:first]),
        *_netfilter_additions(current, desired),
        *_ipvs_additions(current, desired),
        *_vips_up(current, desired),
        *_vips_down(current, desired),
        *_ipvs_removals(current, desired),
        *_netfilter_removals(current, desired),
        *(operation for operation, _ in settings[first:]),
    )


def _settings(current: HostState, desired: HostState) -> Iterator[tuple[SetSysctl, bool]]:
    """Yield each write and whether it is one of the early ones, which come first.

    What a write disturbs is written again after it, if the target names it and does not come to it later anyway.
    """
    changes = sorted(_changed_settings(current, desired), key=_when)
    waiting = {change.key for change in changes}
    for change in changes:
        early = _is_early(change)
        waiting.discard(change.key)
        yield change, early
        for key, value in _disturbed(change.key, current, desired):
            if key not in waiting:
                yield SetSysctl(key, value, value), early


def _changed_settings(current: HostState, desired: HostState) -> Iterator[SetSysctl]:
    """Yield the writes of changed values, leaving out forwarding of devices that are gone since a state was read."""
    have = {sysctl.key: sysctl.value for sysctl in current.sysctls}
    for key, value in ((sysctl.key, sysctl.value) for sysctl in desired.sysctls):
        gone = key not in have and sysctls.follows_forwarding(key)
        if have.get(key) != value and not gone:
            yield SetSysctl(key, have.get(key), value)


def _disturbed(written: str, current: HostState, desired: HostState) -> Iterator[tuple[str, str]]:
    there = {sysctl.key for sysctl in current.sysctls}
    for sysctl in desired.sysctls:
        if sysctl.key in there and sysctls.disturbs(written, sysctl.key):
            yield sysctl.key, sysctl.value


def _is_early(change: SetSysctl) -> bool:
    return sysctls.needed_first(change.key, change.before, change.after)


def _when(change: SetSysctl) -> tuple[bool, tuple[int, str]]:
    return not _is_early(change), sysctls.rank(change.key)


def _netfilter_additions(current: HostState, desired: HostState) -> Iterator[Operation]:
    for chain, old_chain in _pairs(desired.chains, current.chains):
        if chain != old_chain:
            yield SetChain(old_chain, chain)
    for table, old_table in _pairs(desired.tables, current.tables):
        if table != old_table:
            yield SetTable(old_table, table)


def _netfilter_removals(current: HostState, desired: HostState) -> Iterator[Operation]:
    yield from (DeleteChain(chain) for chain in _missing(current.chains, desired.chains))
    yield from (DeleteTable(table) for table in _missing(current.tables, desired.tables))


def _ipvs_additions(current: HostState, desired: HostState) -> Iterator[Operation]:
    yield from _timeouts(current, desired)
    for service, old in _pairs(desired.services, current.services):
        yield from _added(service) if old is None else _edited(old, service)
    for daemon, running in _pairs(desired.daemons, current.daemons):
        if daemon != running:
            yield from () if running is None else (StopDaemon(running),)
            yield StartDaemon(daemon)


def _timeouts(current: HostState, desired: HostState) -> Iterator[Operation]:
    changed = [(old, new) for new, old in _pairs(desired.timeouts, current.timeouts) if old != new]
    if changed:
        yield SetTimeouts(tuple(old for old, _ in changed if old), tuple(new for _, new in changed))


def _added(service: Service) -> Iterator[Operation]:
    yield AddService(_bare(service))
    yield from (AddDestination(service.key, destination) for destination in service.destinations)


def _edited(old: Service, new: Service) -> Iterator[Operation]:
    """Yield what a kept service needs before VIPs move; destinations that go are deleted later."""
    if old == new:
        return
    if _bare(old) != _bare(new):
        yield EditService(_bare(old), _bare(new))
    for destination, before in _pairs(new.destinations, old.destinations):
        if before is None:
            yield AddDestination(new.key, destination)
        elif before != destination:
            yield EditDestination(new.key, before, destination)


def _ipvs_removals(current: HostState, desired: HostState) -> Iterator[Operation]:
    for service, old in _pairs(desired.services, current.services):
        if old is not None and old != service:
            gone = _missing(old.destinations, service.destinations)
            yield from (DeleteDestination(service.key, destination) for destination in gone)
    yield from (DeleteService(service) for service in _missing(current.services, desired.services))
    yield from (StopDaemon(daemon) for daemon in _missing(current.daemons, desired.daemons))


def _vips_up(current: HostState, desired: HostState) -> Iterator[Operation]:
    """Yield the ways up; a route that moves is deleted before its source comes up, so that no prefix hides the move."""
    rising = _hosts(desired) - _hosts(current)
    routes = [(old, route) for route, old in _pairs(desired.routes, current.routes)]
    moving = {route.key for old, route in routes if old is not None and _moves(old, route, rising)}
    yield from (DeleteRoute(old) for old, route in routes if old is not None and route.key in moving)
    yield from (AddAddress(address) for address in _missing(desired.addresses, current.addresses))
    yield from (AddRoute(_kept(old, route)) for old, route in routes if old is None or route.key in moving)


def _vips_down(current: HostState, desired: HostState) -> Iterator[Operation]:
    """Yield the ways down; a route that stays, but whose source goes, would go with it: it is put anew."""
    rising, falling = _hosts(desired) - _hosts(current), _hosts(current) - _hosts(desired)
    stranded = [
        (old, route)
        for route, old in _pairs(desired.routes, current.routes)
        if old is not None and old.source in falling and not _moves(old, route, rising)
    ]
    yield from (DeleteRoute(route) for route in _missing(current.routes, desired.routes))
    yield from (DeleteRoute(old) for old, _ in stranded)
    yield from (DeleteAddress(address) for address in _missing(current.addresses, desired.addresses))
    yield from (AddRoute(_kept(old, route)) for old, route in stranded)


def _moves(old: HostRoute, new: HostRoute, rising: frozenset[object]) -> bool:
    """Tell whether a route changes its device, or gets back a source that comes up only now.

    A source is compared in this one case: so a way back ends exactly where it began.
    """
    return old.device != new.device or (new.source in rising and old.source != new.source)


def _kept(old: HostRoute | None, new: HostRoute) -> HostRoute:
    """Give a route that is put anew on its device what it had there: its mtu, its metrics."""
    same = old is not None and old.device == new.device and not new.options
    return replace(new, options=old.options) if old is not None and same else new


def _hosts(state: HostState) -> frozenset[object]:
    return frozenset(address.address for address in state.addresses)


def _bare(service: Service) -> Service:
    return replace(service, destinations=())


def _pairs(parts: tuple[Part, ...], others: tuple[Part, ...]) -> Iterator[tuple[Part, Part | None]]:
    """Pair each part with the one of the same key among the others."""
    by_key = {other.key: other for other in others}
    return ((part, by_key.get(part.key)) for part in parts)


def _missing(parts: tuple[Part, ...], others: tuple[Part, ...]) -> Iterator[Part]:
    """Yield the parts whose key the others lack."""
    return (part for part, other in _pairs(parts, others) if other is None)
