"""What is left to plan on a host, as far as it can be seen: one kind that cannot be read hides no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lvsgen.errors import said
from lvsgen.host.live import reader
from lvsgen.plan.operation import Operation
from lvsgen.plan.plan import plan
from lvsgen.state.hoststate import HostState, of
from lvsgen.state.keys import Key, ServiceKey
from lvsgen.state.scope import KINDS, Scope, narrow


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to do, and why of some kinds that is not known."""

    operations: tuple[Operation, ...]
    unknown: tuple[str, ...] = ()


def left(scope: Scope, goal: HostState) -> Left:
    """Read a host and plan what leads to the goal; never raises."""
    try:
        return Left(plan(narrow(reader.read(scope), scope), goal))
    except Exception:
        return _by_kinds(scope, goal)


def _by_kinds(scope: Scope, goal: HostState) -> Left:
    """The same, kind by kind."""
    seen, found, unknown = Scope(), HostState(), []
    for kind, part in _kinds(scope):
        try:
            state = narrow(reader.read(part), part)
        except Exception as error:
            unknown.append(f"not known: the host's {kind} cannot be read: {said(error)}")
        else:
            seen, found = seen | part, of((*found, *state))
    try:
        return Left(plan(found, narrow(goal, seen)), tuple(unknown))
    except Exception as error:
        return Left((), (*unknown, f"not known: nothing can be planned: {said(error)}"))


def _kinds(scope: Scope) -> Iterator[tuple[str, Scope]]:
    """Part a scope by kind of part."""
    for name, kind in KINDS.items():
        keys: frozenset[Key] = frozenset(scope.kind(kind))
        exclusive = scope.exclusive and kind is ServiceKey
        if keys or exclusive:
            yield name, Scope(keys, exclusive)
