"""plan(current, desired): the operations that make the one of the other, in the order that a kernel must see them.

Sysctls that are needed first; netfilter additions; IPVS add and edit; VIP up (address, then route); VIP down (route,
then address); IPVS delete; netfilter removals; sysctls that are put back. So a VIP never answers without its table.
Both states are narrowed to one scope: what it holds and `desired` lacks goes away, but a sysctl or a timeout stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from lvsgen.plan.operation import Add, Change, Operation, Remove
from lvsgen.state import sysctls
from lvsgen.state.hoststate import HostState
from lvsgen.state.keys import SysctlKey
from lvsgen.state.parts import HostRoute, Part, Sysctl

Kind = TypeVar("Kind", bound=Part)


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


def _settings(current: HostState, desired: HostState) -> Iterator[tuple[Operation, bool]]:
    """Yield each write and whether it is one of the early ones, which come first.

    What a write disturbs is written again after it, if the target names it and does not come to it later anyway.
    """
    have = {sysctl.key: sysctl.value for sysctl in current.sysctls}
    changes = sorted(_changed_settings(have, desired), key=lambda change: _when(have, change))
    waiting = {change.key for change in changes}
    for change in changes:
        early = _is_early(have, change)
        waiting.discard(change.key)
        before = have.get(change.key)
        yield Add(change) if before is None else Change(replace(change, value=before), change), early
        for setting in desired.sysctls:
            disturbed = setting.key in have and sysctls.disturbs(change.path, setting.path)
            if disturbed and setting.key not in waiting:
                yield Change(setting, setting), early


def _changed_settings(have: Mapping[SysctlKey, str], desired: HostState) -> Iterator[Sysctl]:
    """Yield the settings to be written, leaving out forwarding of devices that are gone since a state was read."""
    for setting in desired.sysctls:
        gone = setting.key not in have and sysctls.follows_forwarding(setting.path)
        if have.get(setting.key) != setting.value and not gone:
            yield setting


def _is_early(have: Mapping[SysctlKey, str], change: Sysctl) -> bool:
    return sysctls.needed_first(change.path, have.get(change.key), change.value)


def _when(have: Mapping[SysctlKey, str], change: Sysctl) -> tuple[bool, tuple[int, str]]:
    return not _is_early(have, change), sysctls.rank(change.path)


def _netfilter_additions(current: HostState, desired: HostState) -> Iterator[Operation]:
    yield from _put(desired.chains, current.chains)
    yield from _put(desired.tables, current.tables)


def _netfilter_removals(current: HostState, desired: HostState) -> Iterator[Operation]:
    yield from map(Remove, _missing(current.chains, desired.chains))
    yield from map(Remove, _missing(current.tables, desired.tables))


def _ipvs_additions(current: HostState, desired: HostState) -> Iterator[Operation]:
    """Yield what is needed before VIPs move, service by service; destinations that go are deleted later."""
    yield from _put(desired.timeouts, current.timeouts)
    there, destinations = {to.key: to for to in current.destinations}, desired.by_service()
    for service, old in _pairs(desired.services, current.services):
        yield from _put_one(service, old)
        yield from (step for to in destinations[service.key] for step in _put_one(to, there.get(to.key)))
    for daemon, running in _pairs(desired.daemons, current.daemons):
        if daemon != running:
            yield from () if running is None else (Remove(running),)
            yield Add(daemon)


def _ipvs_removals(current: HostState, desired: HostState) -> Iterator[Operation]:
    gone = {service.key for service in _missing(current.services, desired.services)}
    for destination in _missing(current.destinations, desired.destinations):
        if destination.service not in gone:
            yield Remove(destination)
    along = current.by_service() if gone else {}
    yield from (Remove(service, along[service.key]) for service in current.services if service.key in gone)
    yield from map(Remove, _missing(current.daemons, desired.daemons))


def _vips_up(current: HostState, desired: HostState) -> Iterator[Operation]:
    """Yield the ways up; a route that moves is deleted before its source comes up, so that no prefix hides the move."""
    rising = _hosts(desired) - _hosts(current)
    routes = [(old, route) for route, old in _pairs(desired.routes, current.routes)]
    moving = {route.key for old, route in routes if old is not None and _moves(old, route, rising)}
    yield from (Remove(old) for old, route in routes if old is not None and route.key in moving)
    yield from (Add(address) for address in _missing(desired.addresses, current.addresses))
    yield from (Add(_kept(old, route)) for old, route in routes if old is None or route.key in moving)


def _vips_down(current: HostState, desired: HostState) -> Iterator[Operation]:
    """Yield the ways down; a route that stays, but whose source goes, would go with it: it is put anew."""
    rising, falling = _hosts(desired) - _hosts(current), _hosts(current) - _hosts(desired)
    stranded = [
        (old, route)
        for route, old in _pairs(desired.routes, current.routes)
        if old is not None and old.source in falling and not _moves(old, route, rising)
    ]
    yield from (Remove(route) for route in _missing(current.routes, desired.routes))
    yield from (Remove(old) for old, _ in stranded)
    yield from (Remove(address) for address in _missing(current.addresses, desired.addresses))
    yield from (Add(_kept(old, route)) for old, route in stranded)


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


def _put(parts: tuple[Kind, ...], others: tuple[Kind, ...]) -> Iterator[Operation]:
    """Yield what makes each part of the one of its key among the others, or of nothing."""
    return (operation for part, other in _pairs(parts, others) for operation in _put_one(part, other))


def _put_one(part: Part, other: Part | None) -> Iterator[Operation]:
    if other is None:
        yield Add(part)
    elif part != other:
        yield Change(other, part)


def _pairs(parts: tuple[Kind, ...], others: tuple[Kind, ...]) -> Iterator[tuple[Kind, Kind | None]]:
    """Pair each part with the one of the same key among the others."""
    by_key = {other.key: other for other in others}
    return ((part, by_key.get(part.key)) for part in parts)


def _missing(parts: tuple[Kind, ...], others: tuple[Kind, ...]) -> Iterator[Kind]:
    """Yield the parts whose key the others lack."""
    return (part for part, other in _pairs(parts, others) if other is None)
