"""Holes: what is wrong with a description and has been said, so that nothing is concluded from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lvsgen.description import examples, shape
from lvsgen.description.builder import Value
from lvsgen.findings.finding import Path, Problem

Data = dict[str, Value]


def patch(data: Data, path: Path, on_key: bool, error: str) -> Path:
    """Put a valid stand-in in the place of what is wrong, or take it away; give its path."""
    owner = _owner(data, path)
    if owner is None or not path:
        return path
    key = str(path[-1])
    field = shape.field_at(path)
    if error == "extra_forbidden" or on_key or (field and not field.is_required()):
        owner.pop(key, None)
    else:
        owner[key] = examples.stand_in(path)
    return path


def _owner(data: Data, path: Path) -> Data | None:
    here: Value = data
    for part in path[:-1]:
        here = here.get(str(part)) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else None


def below(holes: frozenset[Path], path: Path) -> bool:
    """Whether `path` is a hole or within one."""
    return any(path[:depth] in holes for depth in range(len(path) + 1))


def standing(problems: Iterable[Problem], holes: frozenset[Path]) -> Iterator[Problem]:
    """Give the problems that were not concluded from a hole."""
    for problem in problems:
        first = problem.at[0][:-1] if problem.on_key else problem.at[0]
        if not any(below(holes, path) for path in (first, *problem.at[1:], *problem.touches)):
            yield problem
