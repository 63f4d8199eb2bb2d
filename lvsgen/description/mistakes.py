"""Which errors are one mistake: a misspelt key is not also a missing one, children beside their parent are one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic_core import ErrorDetails

from lvsgen import phrasing
from lvsgen.description import indents, later, shape
from lvsgen.description.builder import Value
from lvsgen.description.indents import Stray
from lvsgen.findings.finding import INCOMPLETE, Path

Located = tuple[Path, bool, ErrorDetails]
"""Where an error stands, whether it is about the key there, and what pydantic says."""
_UNKNOWN, _MISSING = "extra_forbidden", "missing"


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What is to be said: `said` are the errors that are mistakes of their own, `strays` the keys indented wrongly.

    `meant` are the keys that unknown ones were to be, `lacking` the groups that lack entries for one of these reasons.
    """

    said: tuple[Located, ...]
    meant: Mapping[Path, str]
    strays: tuple[Stray, ...]
    lacking: frozenset[Path]


def sort(errors: list[Located], data: Mapping[str, Value]) -> Mistakes:
    """Find the mistakes behind the errors of a description."""
    strays = indents.strays((path for path, _, error in errors if error["type"] != _MISSING), data)
    gone = {path for stray in strays for path in stray.gone}
    rest = [one for one in errors if not _within(one[0], gone)]
    meant = dict(_meant(rest))
    covered = {(*path[:-1], key) for path, key in meant.items()} | set(_covered(rest, data))
    said = tuple(one for one in rest if not (one[2]["type"] == _MISSING and one[0] in covered))
    misnamed = {(*path[:-1], INCOMPLETE) for path, on_key, _ in errors if on_key}
    return Mistakes(said, meant, strays, frozenset(misnamed.union(*(stray.lacking for stray in strays))))


def _within(path: Path, above: set[Path]) -> bool:
    return bool(above) and any(path[:depth] in above for depth in range(1, len(path) + 1))


def _of(errors: Iterable[Located], kind: str) -> dict[Path, list[str]]:
    """Give the keys with that error, by the mapping that they stand in or are missing from."""
    found: dict[Path, list[str]] = {}
    for path, _, error in errors:
        if error["type"] == kind:
            found.setdefault(path[:-1], []).append(str(path[-1]))
    return found


def _meant(errors: list[Located]) -> Iterator[tuple[Path, str]]:
    """Pair each unknown key with the missing one that it was to be."""
    missing = _of(errors, _MISSING)
    for owner, unknown in _of(errors, _UNKNOWN).items():
        misspelt = [key for key in unknown if not later.instead(shape.model_at(owner), key)]
        left = list(missing.get(owner, ()))
        alone = len(misspelt) == len(left) == 1
        for key in misspelt:
            near = phrasing.nearest(key, left) or (left[0] if alone else "")
            if near:
                left.remove(near)
                yield (*owner, key), near


def _covered(errors: list[Located], data: Mapping[str, Value]) -> Iterator[Path]:
    """Give what is not missing, because a key that is to come says it."""
    for owner, unknown in _of(errors, _UNKNOWN).items():
        yield from ((*owner, later.STANDS_FOR[key]) for key in unknown if key in later.STANDS_FOR)
    defaults = data.get("defaults")
    if isinstance(defaults, dict):
        yield from (path for path, _, error in errors if error["type"] == _MISSING and path[-1] in defaults)
