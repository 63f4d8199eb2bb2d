"""A change: all that a transaction is about, and what its journal begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

from lvsgen.apply.foresight import Foreseen
from lvsgen.errors import OperatorError
from lvsgen.host import filedata, record, strict
from lvsgen.host.files import FileChange
from lvsgen.host.live.dependents import Dependent
from lvsgen.host.strict import Read
from lvsgen.plan.operation import Operation
from lvsgen.plan.plan import plan
from lvsgen.state import ip, keys, statefile, sysctls
from lvsgen.state.forms import Description
from lvsgen.state.hoststate import HostState
from lvsgen.state.keys import AddressKey, Key, RouteKey, ServiceKey
from lvsgen.state.scope import KINDS, Scope
from lvsgen.state.statefile import StateFile

FORMAT = 2
"""Of what `to_data` writes. Whatever is added is for older versions to pass over: they read no format at all."""


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


@dataclass(frozen=True, slots=True)
class Outline:
    """What there is to say of a change to people: the journal of a large one is not read whole for that."""

    boot: str
    host: str
    when: str
    words: tuple[str, ...]
    paths: tuple[str, ...]


def to_data(change: Change) -> dict[str, Any]:
    """Write a change for the journal."""
    plain = {name: getattr(change, name) for name in (*_PLAIN, "allow_route_loss")}
    states = {name: _state_text(change, getattr(change, name)) for name in _STATES}
    changed = [filedata.data(file) for file in change.files]
    routes = dependents_data(change.dependents)
    return {
        "format": FORMAT,
        **plain,
        **states,
        "scope": scope_data(change.scope),
        "files": changed,
        "words": list(change.words),
        "dependents": routes,
    }


def from_data(data: Any) -> Change:
    """Read a change from the journal; ValueError, with the place, when it is not what `to_data` makes."""
    found = strict.known(data, _READERS, optional=_SINCE)
    for name in ("format", "maker", "deadline"):  # those are not of the change itself
        found.pop(name, None)
    states = {name: found.pop(name) for name in _STATES}
    for name, file in states.items():
        if (file.cluster, file.host) != (found["cluster"], found["host"]):
            raise strict.WrongError(f"{file.host} of {file.cluster}, but the change is about another host", name)
    _check_record(found["record"] or "", found["boot"])
    return Change(**found, **{name: file.state for name, file in states.items()})


def outline(data: Any) -> Outline:
    """Read of a change what is told of it; ValueError, with the place, when that is not what `to_data` makes."""
    readers = {name: _READERS[name] for name in ("boot", "host", "when", "words")}
    found = strict.some(data, {**readers, "files": strict.each(_path)})
    return Outline(paths=found.pop("files"), **found)


def _format(data: Any) -> int:
    if data not in range(2, FORMAT + 1) or isinstance(data, bool):
        raise strict.WrongError(f"{data!r:.60}, but this version reads those up to {FORMAT}")
    return int(data)


def _state(data: Any) -> StateFile:
    try:
        file = statefile.read(strict.text(data), "")
    except OperatorError as error:
        raise strict.WrongError(str(error).removeprefix(": ")) from error
    for part in file.state.sysctls:
        if not sysctls.is_key(part.path):
            raise strict.WrongError(f"{part.path!r:.60} is no kernel setting", "state.sysctls")
    return file


def _check_record(text: str, boot: str) -> None:
    try:
        record.parse(text, boot)
    except OperatorError as error:
        raise strict.WrongError(str(error), "record") from error


def _path(data: Any) -> str:
    return str(strict.some(data, {"path": strict.path})["path"])


def dependents_data(routes: Iterable[Dependent]) -> list[list[Any]]:
    """Write routes as JSON knows them."""
    return [[route.words, route.source, route.leads, route.has_twin] for route in routes]


def dependents_from(data: Any) -> tuple[Dependent, ...]:
    """Read routes; ValueError, with the place, when they are none."""
    return tuple(strict.each(_dependent)(data))


def _dependent(data: Any) -> Dependent:
    if not isinstance(data, list) or len(data) != 4:
        raise strict.WrongError("must be a list of four")
    words, source, leads, has_twin = data
    return Dependent(strict.line(words), strict.line(source), strict.flag(leads), strict.flag(has_twin))


_PLAIN = ("boot", "cluster", "host", "when", "session", "record", "probe", "confirm", "rollback", "is_recorded")
_STATES = ("snapshot", "desired", "target")


_JOURNAL = Description("journal", "-")
"""Keeps the states of a journal in a format that every version reads."""


def _state_text(change: Change, state: HostState) -> str:
    return statefile.write(StateFile(change.cluster, change.host, state, description=_JOURNAL))


def scope_data(scope: Scope) -> dict[str, Any]:
    """Write a scope as JSON knows it, sorted: kind by kind, and what a key is made of as words."""
    groups = {name: [_words(key) for key in _sorted(scope, kind)] for name, kind in KINDS.items()}
    return groups | {"exclusive": scope.exclusive}


def _sorted(scope: Scope, kind: type[Key]) -> list[Key]:
    return sorted(scope.kind(kind), key=lambda key: key.rank)


def _words(key: Key) -> list[str]:
    values = ((field.name, getattr(key, field.name)) for field in fields(key))
    return [name if value is True else str(value) for name, value in values if value is not False]


def _scope(data: Any) -> Scope:
    groups = {name: strict.each(_key_of(kind)) for name, kind in KINDS.items()}
    found = strict.known(data, {**groups, "exclusive": strict.flag})
    exclusive = found.pop("exclusive")
    return Scope(frozenset(key for group in found.values() for key in group), exclusive)


def _key_of(kind: type[Key]) -> Read:
    def key(data: Any) -> Key:
        words = strict.each(strict.word)(data)
        try:
            found = keys.parse(str(_MADE.get(kind, kind)(*words)))
        except (KeyError, TypeError) as error:  # a word that is not known; more words than it has, or fewer
            raise ValueError(" ".join(words)) from error
        if _words(found) != list(words):
            raise ValueError(" ".join(words))
        return found

    return key


def _service(protocol: str, address: str, port: str) -> ServiceKey:
    if protocol == "fwmark":
        return keys.service("-f", port, {"0.0.0.0": "", "::": "-6"}[address])  # noqa: S104 - what a mark has
    flag = {"tcp": "-t", "udp": "-u"}[protocol]
    return keys.service(flag, ip.endpoint(ip.address(address), int(port)))


_MADE: dict[type[Key], Callable[..., Key]] = {
    AddressKey: lambda address, device: keys.address(ip.host(ip.address(address)), device),
    RouteKey: lambda address: RouteKey(ip.address(address)),
    ServiceKey: _service,
}
"""How keys are made of what they are made of, where that is more than words."""
_READERS: dict[str, Read] = {
    "format": _format,
    **dict.fromkeys(("cluster", "host"), strict.word),
    **dict.fromkeys(("boot", "when", "session"), strict.line),
    **dict.fromkeys(_STATES, _state),
    "record": strict.perhaps(strict.text),
    "probe": strict.text,
    "confirm": strict.number,
    **dict.fromkeys(("rollback", "is_recorded", "allow_route_loss"), strict.flag),
    "scope": _scope,
    "files": strict.each(filedata.read),
    "words": strict.each(strict.text),
    "dependents": dependents_from,
    "maker": strict.line,
    "deadline": strict.number,
}
_SINCE = ("format", "dependents", "allow_route_loss", "maker", "deadline")
"""What is missing in journals of the first format, which have no number."""
