"""Scope: what may be touched on one host, and a state narrowed to it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, fields
from typing import TypeVar

from lvsgen.state import hoststate, sysctls
from lvsgen.state.hoststate import HostState
from lvsgen.state.keys import DestinationKey, Key, ServiceKey, SysctlKey

Kind = TypeVar("Kind", bound=Key)

KINDS = {name: key for name, (_, key) in hoststate.KINDS.items() if key is not DestinationKey}
"""What a scope names, by the group of a state; destinations are their services'."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The keys of what may be touched on one host; `exclusive` widens it to every virtual service there is.

    A service's destinations are those of its key, whoever put them there; and whoever may write a setting may write
    those that the kernel changes with it.
    """

    keys: frozenset[Key] = frozenset()
    exclusive: bool = False

    @classmethod
    def of(cls, *states: HostState, exclusive: bool = False) -> Scope:
        """Make the scope of everything that any of the states names."""
        keys = (part.key for state in states for part in state)
        return cls(frozenset(key for key in keys if not isinstance(key, DestinationKey)), exclusive)

    def __or__(self, other: Scope) -> Scope:
        return Scope(self.keys | other.keys, self.exclusive or other.exclusive)

    def kind(self, kind: type[Kind]) -> frozenset[Kind]:
        """Give its keys of a kind."""
        return frozenset(key for key in self.keys if isinstance(key, kind))

    def holds(self, key: Key) -> bool:
        """Tell whether a part may be touched."""
        if isinstance(key, DestinationKey):
            return self.holds(key.service)
        if isinstance(key, ServiceKey) and self.exclusive:
            return True
        return key in self.keys or (isinstance(key, SysctlKey) and _widens(self.keys, key))


def narrow(state: HostState, scope: Scope) -> HostState:
    """Keep of a state what the scope holds."""
    groups = {field.name: getattr(state, field.name) for field in fields(HostState)}
    kept = {name: tuple(part for part in parts if scope.holds(part.key)) for name, parts in groups.items() if parts}
    return HostState(**kept)


def _widens(keys: Container[Key], key: SysctlKey) -> bool:
    return sysctls.follows_forwarding(key.path) and any(SysctlKey(path) in keys for path in sysctls.FORWARDING)
