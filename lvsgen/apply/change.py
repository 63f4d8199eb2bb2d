"""A change: all that a transaction is about, and what its journal begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from ipaddress import IPv4Address
from typing import Any

from lvsgen import statefile
from lvsgen.apply import files
from lvsgen.apply.files import FileChange
from lvsgen.apply.foresight import Foreseen
from lvsgen.hoststate import HostState, ServiceKey
from lvsgen.live.dependents import Dependent
from lvsgen.operations import Operation
from lvsgen.plan import plan
from lvsgen.scope import Scope
from lvsgen.statefile import Description, StateFile


@dataclass(frozen=True, slots=True)
class Change:
    """What was found and what is wanted within a scope.

    `desired` is what out/ says; `target` beside it holds the settings that go back to what was found. `record` is the
    text of the record as found, None when there was none. `confirm` is in seconds, 0 for at once.
    Weights are in no record: a change of nothing else is not `is_recorded`. `dependents` are the routes that may go
    with its addresses, and `foreseen` is what becomes of them; that is in no journal.
    """

    boot: str
    cluster: str
    host: str
    when: str
    session: str
    scope: Scope
    snapshot: HostState
    desired: HostState
    target: HostState
    record: str | None = None
    files: tuple[FileChange, ...] = ()
    words: tuple[str, ...] = ()
    probe: str = ""
    confirm: float = 0
    rollback: bool = True
    is_recorded: bool = True
    dependents: tuple[Dependent, ...] = ()
    foreseen: tuple[Foreseen, ...] = ()
    allow_route_loss: bool = False

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What has to be done, in its order."""
        return plan(self.snapshot, self.target)


def to_data(change: Change) -> dict[str, Any]:
    """Write a change for the journal."""
    plain = {name: getattr(change, name) for name in (*_PLAIN, "allow_route_loss")}
    states = {name: _state_text(change, getattr(change, name)) for name in _STATES}
    changed = [files.to_data(file) for file in change.files]
    routes = dependents_data(change.dependents)
    return {
        **plain,
        **states,
        "scope": scope_data(change.scope),
        "files": changed,
        "words": list(change.words),
        "dependents": routes,
    }


def from_data(data: Mapping[str, Any]) -> Change:
    """Read a change from the journal."""
    found: dict[str, Any] = {name: data[name] for name in _PLAIN}
    found |= {name: statefile.read(data[name], "the journal").state for name in _STATES}
    return Change(
        **found,
        scope=_scope(data["scope"]),
        files=tuple(files.from_data(file) for file in data["files"]),
        words=tuple(data["words"]),
        dependents=dependents_from(data.get("dependents", ())),
        allow_route_loss=data.get("allow_route_loss", False),
    )


def dependents_data(routes: Iterable[Dependent]) -> list[list[Any]]:
    """Write routes as JSON knows them."""
    return [[route.words, route.source, route.leads, route.has_twin] for route in routes]


def dependents_from(data: Iterable[list[Any]]) -> tuple[Dependent, ...]:
    """Read routes; a journal of an older version has none."""
    return tuple(Dependent(*fields) for fields in data)


_PLAIN = ("boot", "cluster", "host", "when", "session", "record", "probe", "confirm", "rollback", "is_recorded")
_STATES = ("snapshot", "desired", "target")


_JOURNAL = Description("journal", "-")
"""Keeps the states of a journal in a format that every version reads."""


def _state_text(change: Change, state: HostState) -> str:
    return statefile.write(StateFile(change.cluster, change.host, state, description=_JOURNAL))


def scope_data(scope: Scope) -> dict[str, Any]:
    """Write a scope as JSON knows it, sorted."""
    groups = {field.name: getattr(scope, field.name) for field in fields(Scope) if field.name != "exclusive"}
    return {name: [_words(key) for key in sorted(keys)] for name, keys in groups.items()} | {
        "exclusive": scope.exclusive
    }


def _words(key: Any) -> list[str]:
    if isinstance(key, ServiceKey):
        return [key.protocol, str(key.address), str(key.port)]
    return [str(part) for part in key] if isinstance(key, tuple) else [str(key)]


def _scope(data: Mapping[str, Any]) -> Scope:
    groups = {name: frozenset(_key(name, words) for words in data[name]) for name in data if name != "exclusive"}
    return Scope(**groups, exclusive=data["exclusive"])


def _key(group: str, words: Any) -> Any:
    match group, words:
        case "services", [protocol, address, port]:
            return ServiceKey(protocol, IPv4Address(address), int(port))
        case "addresses", [address, device]:
            return IPv4Address(address), device
        case "routes", [address]:
            return IPv4Address(address)
        case _, [word]:
            return word
        case _:
            return tuple(words)
