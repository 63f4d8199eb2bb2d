"""HostState: what lvsgen says about one host's kernel."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from lvsgen.state.keys import (
    AddressKey,
    ChainKey,
    DaemonKey,
    DestinationKey,
    Key,
    RouteKey,
    ServiceKey,
    SysctlKey,
    TableKey,
    TimeoutKey,
)
from lvsgen.state.netfilter import Chain, NftTable
from lvsgen.state.parts import Destination, HostRoute, Part, Service, SyncDaemon, Sysctl, Timeout, VipAddress


class _Ranked(Hashable, Protocol):
    @property
    def rank(self) -> tuple[Any, ...]: ...


class Keyed(Protocol):
    """A part of a host's state: `key` is what the kernel knows it by."""

    @property
    def key(self) -> _Ranked:
        """Hashable; keys of a kind are sorted by their rank."""


Kind = TypeVar("Kind", bound=Keyed)


@dataclass(frozen=True, slots=True)
class HostState:
    """Everything lvsgen says about one host's kernel; every tuple sorted by key and without a key twice.

    A destination's service is there, too.
    """

    sysctls: tuple[Sysctl, ...] = ()
    addresses: tuple[VipAddress, ...] = ()
    routes: tuple[HostRoute, ...] = ()
    services: tuple[Service, ...] = ()
    destinations: tuple[Destination, ...] = ()
    timeouts: tuple[Timeout, ...] = ()
    daemons: tuple[SyncDaemon, ...] = ()
    chains: tuple[Chain, ...] = ()
    tables: tuple[NftTable, ...] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            _refuse_disorder(getattr(self, field.name), field.name)
        there = {service.key for service in self.services}
        for destination in self.destinations:
            if destination.service not in there:
                raise ValueError(f"destinations: {destination.key} without its service")

    def __iter__(self) -> Iterator[Part]:
        return (part for field in fields(self) for part in getattr(self, field.name))

    def by_service(self) -> dict[ServiceKey, tuple[Destination, ...]]:
        """Give each service's destinations, in order."""
        found: dict[ServiceKey, list[Destination]] = {service.key: [] for service in self.services}
        for destination in self.destinations:
            found[destination.service].append(destination)
        return {key: tuple(destinations) for key, destinations in found.items()}


def of(parts: Iterable[Part]) -> HostState:
    """Make a state of parts in any order; ValueError when one stands there twice."""
    groups: dict[type[Part], list[Part]] = {}
    for part in parts:
        groups.setdefault(type(part), []).append(part)
    return HostState(**{name: ordered(groups.get(kind, ())) for name, (kind, _) in KINDS.items()})  # type: ignore[arg-type]


KINDS: dict[str, tuple[type[Part], type[Key]]] = {
    "sysctls": (Sysctl, SysctlKey),
    "addresses": (VipAddress, AddressKey),
    "routes": (HostRoute, RouteKey),
    "services": (Service, ServiceKey),
    "destinations": (Destination, DestinationKey),
    "timeouts": (Timeout, TimeoutKey),
    "daemons": (SyncDaemon, DaemonKey),
    "chains": (Chain, ChainKey),
    "tables": (NftTable, TableKey),
}
"""What stands in each group of a state, and what that is known by."""


def ordered(parts: Iterable[Kind]) -> tuple[Kind, ...]:
    """Sort parts of a kind by key, as a HostState wants them."""
    return tuple(sorted(parts, key=lambda part: part.key.rank))


def _refuse_disorder(parts: tuple[Keyed, ...], kind: str) -> None:
    ranks = [part.key.rank for part in parts]
    for at, (rank, following) in enumerate(pairwise(ranks)):
        if not rank < following:
            raise ValueError(f"{kind}: {parts[at].key} before {parts[at + 1].key}: not sorted, or twice")
