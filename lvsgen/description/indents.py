"""Keys that are indented wrongly: beside the key that they belong below, or below one that they belong beside.

YAML takes both for something else, and each has many consequences: a key that is empty, one that is missing, entries
that have nothing of what an entry has. So they are looked for first, and all that follows from them is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lvsgen import phrasing
from lvsgen.description import later, shape
from lvsgen.description.builder import Value
from lvsgen.findings.code import Code
from lvsgen.findings.finding import INCOMPLETE, Path, Problem

INDENTED = Code(
    "LVS115",
    "A line that is indented wrongly",
    "What belongs to a key stands below it and further to the right; what does not, stands beside it. In the wrong "
    "place it is something else, and what it belongs to lacks it.",
    "Indent it as the help line says.",
)


@dataclass(frozen=True, slots=True)
class Stray:
    """A key in the wrong place, with those after it that went along, and the key that it should be `beside` or below.

    `gone` is what is said to be wrong or missing because of it, `lacking` the groups that lack entries.
    """

    children: tuple[Path, ...]
    other: Path
    beside: bool
    empty: bool
    gone: frozenset[Path]
    lacking: frozenset[Path]

    @property
    def problem(self) -> Problem:
        """What is to be said."""
        child, name = phrasing.quote(self.children[0][-1]), phrasing.quote(self.other[-1])
        if self.beside:
            message = f"{child} stands below {name} and not beside it"
            hint = f"indent it like {name}, and what belongs to it by two blanks more"
        else:
            message = f"{child} stands beside {name}{', which is empty,' if self.empty else ''} and not below it"
            hint = f"indent it, and all that belongs to {name}, by two blanks more than {name}"
        return Problem(INDENTED, message, (self.children[0], self.other), hint, on_key=True)


def strays(wrong: Iterable[Path], data: Mapping[str, Value]) -> tuple[Stray, ...]:
    """Find them among the keys that something is wrong with."""
    places = {path[:depth] for path in wrong for depth in range(1, len(path) + 1)}
    owners = tuple(dict.fromkeys(path[:-1] for path in places))
    deep = [stray for owner in owners for stray in _too_deep(owner, places, data)]
    taken = {path for stray in deep for path in stray.children}
    return (*deep, *(stray for owner in owners for stray in _too_shallow(owner, places - taken, data)))


def _too_deep(owner: Path, wrong: set[Path], data: Mapping[str, Value]) -> Iterator[Stray]:
    keys = _keys(data, owner)
    for number, key in enumerate(keys):
        path = (*owner, key)
        fits = _fits_above(path, data) if path in wrong else None
        if fits is not None:
            after = keys[number:] if shape.model_at(fits) else keys[number : number + 1]
            children = tuple((*owner, each) for each in after)
            missing = (*fits, key)
            gone = frozenset((*children, missing))
            lacking = frozenset({missing, (*fits, INCOMPLETE), (*owner, INCOMPLETE)})
            yield Stray(children, owner[: len(fits) + 1], beside=True, empty=False, gone=gone, lacking=lacking)
            return


def _fits_above(path: Path, data: Mapping[str, Value]) -> Path | None:
    """Give the nearest mapping above the one that a key stands in that could have it, where its own cannot."""
    owner = shape.model_at(path[:-1])
    if owner and path[-1] in owner.model_fields:
        return None
    inside = _keys(data, path)
    here = shape.model_at(path)
    for depth in range(len(path) - 2, -1, -1):
        above = path[:depth]
        model, entries = shape.model_at(above), shape.model_at((*above, ""))
        if model and path[-1] in model.model_fields and path[-1] not in _keys(data, above):
            return above
        strange = inside and not (here and set(inside) <= here.model_fields.keys())
        if not model and entries and strange and set(inside) <= entries.model_fields.keys():
            return above
    return None


def _too_shallow(owner: Path, wrong: set[Path], data: Mapping[str, Value]) -> Iterator[Stray]:
    parent: Path = ()
    found: dict[Path, list[Path]] = {}
    for key in _keys(data, owner):
        if parent and (*owner, key) in wrong and _is_child(parent, key, data):
            found.setdefault(parent, []).append((*owner, key))
        else:
            parent = (*owner, key)
    for parent, children in found.items():
        empty = _at(data, parent) is None
        lost = {(*parent, child[-1]) for child in children}
        gone = frozenset({*children, *lost, *([parent] if empty else [])})
        yield Stray(tuple(children), parent, False, empty, gone, frozenset({(*parent, INCOMPLETE)}))


def _is_child(parent: Path, key: str, data: Mapping[str, Value]) -> bool:
    """Tell whether a key beside `parent` belongs below it, where nothing of its name can be what it stands as."""
    owner, below = shape.model_at(parent[:-1]), shape.model_at(parent)
    if owner is None:
        return bool(below and key in below.model_fields and key not in _keys(data, parent))
    if key in owner.model_fields or later.instead(owner, key) or not shape.holds_keys(parent):
        return False
    if below:
        return key in below.model_fields
    entry = isinstance(_at(data, (*parent[:-1], key)), dict)
    return _at(data, parent) is None or (entry and not phrasing.nearest(key, owner.model_fields))


def _at(data: Mapping[str, Value], path: Path) -> Value:
    here: Value = dict(data)
    for part in path:
        here = here.get(str(part)) if isinstance(here, dict) else None
    return here


def _keys(data: Mapping[str, Value], path: Path) -> list[str]:
    here = _at(data, path)
    return list(here) if isinstance(here, dict) else []
