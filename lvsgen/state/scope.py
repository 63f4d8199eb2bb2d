"""Scope: what may be touched on one host, and a state narrowed to it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, fields
from ipaddress import IPv4Address
from typing import Any

from lvsgen.state import sysctls
from lvsgen.state.hoststate import DaemonRole, HostState, Part, ServiceKey, TimeoutName


@dataclass(frozen=True, slots=True)
class Scope:
    """The keys of what may be touched on one host; `exclusive` widens it to every virtual service there is.

    It is wider than its `sysctls` by those that the kernel changes when one of them is written.
    """

    sysctls: frozenset[str] = frozenset()
    addresses: frozenset[tuple[IPv4Address, str]] = frozenset()
    routes: frozenset[IPv4Address] = frozenset()
    services: frozenset[ServiceKey] = frozenset()
    timeouts: frozenset[TimeoutName] = frozenset()
    daemons: frozenset[DaemonRole] = frozenset()
    chains: frozenset[tuple[str, str]] = frozenset()
    tables: frozenset[tuple[str, str]] = frozenset()
    exclusive: bool = False

    @classmethod
    def of(cls, *states: HostState, exclusive: bool = False) -> Scope:
        """Make the scope of everything that any of the states names."""
        names = (field.name for field in fields(HostState))
        keys = {name: frozenset(part.key for state in states for part in getattr(state, name)) for name in names}
        return cls(**keys, exclusive=exclusive)

    def __or__(self, other: Scope) -> Scope:
        return Scope(*(getattr(self, field.name) | getattr(other, field.name) for field in fields(self)))

    def holds_sysctl(self, key: str) -> bool:
        """Tell whether a sysctl may be touched."""
        return key in self.sysctls or sysctls.widens_to(self.sysctls, key)


def narrow(state: HostState, scope: Scope) -> HostState:
    """Keep of a state what the scope holds."""
    return HostState(
        sysctls=tuple(sysctl for sysctl in state.sysctls if scope.holds_sysctl(sysctl.key)),
        addresses=_held(state.addresses, scope.addresses),
        routes=_held(state.routes, scope.routes),
        services=state.services if scope.exclusive else _held(state.services, scope.services),
        timeouts=_held(state.timeouts, scope.timeouts),
        daemons=_held(state.daemons, scope.daemons),
        chains=_held(state.chains, scope.chains),
        tables=_held(state.tables, scope.tables),
    )


def _held(parts: tuple[Part, ...], keys: Container[Any]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.key in keys)
