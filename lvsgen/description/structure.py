"""Plain data to a Cluster, as far as it goes: what is wrong with types and keys, said in our own words.

What is wrong is patched with a valid stand-in and its path remembered as a hole, so that the rest can still be checked;
whatever is concluded from a hole is dropped.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lvsgen import words
from lvsgen.description import shape
from lvsgen.description.model import Cluster
from lvsgen.description.refusing import kind
from lvsgen.description.source import MOST_FINDINGS, Value
from lvsgen.findings import Path, Problem

Data = dict[str, Value]
_Located = tuple[Path, bool, ErrorDetails]
_PART = 500
_ROUNDS = 3
_KEY = "[key]"


def understand(data: Data, holes: frozenset[Path]) -> tuple[Cluster | None, list[Problem], frozenset[Path]]:
    """Give the cluster, what is wrong with the structure of `data`, and the holes; `data` is patched in place."""
    problems: list[Problem] | None = None
    for _ in range(_ROUNDS):
        try:
            return Cluster.model_validate(data), problems or [], holes
        except ValidationError as error:
            if error.error_count() > MOST_FINDINGS:
                return None, [_problem(*each) for each in _first_errors(data)], holes
            errors = [_located(each) for each in error.errors(include_url=False)]
        if problems is None:
            problems = [_problem(*each) for each in errors]
        holes |= frozenset(_patch(data, path, on_key, each["type"]) for path, on_key, each in errors)
    return None, problems or [], holes


def _first_errors(data: Data) -> list[_Located]:
    """Give the first MOST_FINDINGS errors of many; asking for a million at once would take half a minute."""
    found: list[_Located] = []
    for key, part in _parts(data):
        try:
            Cluster.model_validate({key: part})
        except ValidationError as error:
            found += (_located(each) for each in error.errors(include_url=False) if each["loc"][0] == key)
        if len(found) >= MOST_FINDINGS:
            break
    return found[:MOST_FINDINGS]


def _parts(data: Data) -> Iterator[tuple[str, Value]]:
    for key, value in data.items():
        entries = iter(value.items()) if isinstance(value, dict) else iter(())
        while part := dict(itertools.islice(entries, _PART)):
            yield key, part
        if not value or not isinstance(value, dict):
            yield key, value


def _located(error: ErrorDetails) -> _Located:
    path = error["loc"]
    return (path[:-1], True, error) if path and path[-1] == _KEY else (path, False, error)


def _problem(path: Path, on_key: bool, error: ErrorDetails) -> Problem:
    match error["type"]:
        case "finding":
            said = error["ctx"]
            return Problem(said["code"], said["message"], (path,), said["hint"], on_key)
        case "missing":
            return _missing(path)
        case "extra_forbidden":
            return _unknown(path)
        case "too_short":
            return Problem("LVS204", f"{_name(path)} is empty", (path,), f"add an entry, like {_example(path)}")
    message = f"{_name(path)} must be a mapping, not {kind(error['input'])}"
    return Problem("LVS203", message, (path,), f"write it like {_example(path)}")


def _missing(path: Path) -> Problem:
    place = _name(path[:-1]) if path[:-1] else "the description"
    message = f"{place} has no {words.quote(path[-1])}, and needs one"
    return Problem("LVS201", message, (path[:-1],), f"add {path[-1]}: {_example(path)}", on_key=True)


def _unknown(path: Path) -> Problem:
    model = shape.model_at(path[:-1])
    known = list(model.model_fields) if model else ["..."]
    hint = words.did_you_mean(path[-1], known) or _keys(known)
    return Problem("LVS202", f"unknown key {words.quote(path[-1])}", (path,), hint, on_key=True)


def _keys(known: list[str]) -> str:
    return f"the keys here are {words.listing(known)}" if len(known) > 1 else f"the only key here is {known[0]}"


def _name(path: Path) -> str:
    return words.quote(".".join(str(part) for part in path))[1:-1] if path else "the description"


def _example(path: Path) -> str:
    return flow(_stand_in(path))


def flow(value: object) -> str:
    """Write a value in one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, bool):
        return words.quote(value)
    return f'"{value}"' if isinstance(value, str) and ":" in value else str(value)


def _stand_in(path: Path) -> Any:
    field = shape.field_at(path)
    if field and field.examples:
        return field.examples[0]
    group = shape.field_at(path[:-1])
    return next(iter(cast(dict[str, Any], group.examples[0]).values())) if group and group.examples else "..."


def _patch(data: Data, path: Path, on_key: bool, error: str) -> Path:
    owner = _owner(data, path)
    if owner is None or not path:
        return path
    key = str(path[-1])
    field = shape.field_at(path)
    if error == "extra_forbidden" or on_key or (field and not field.is_required()):
        owner.pop(key, None)
    else:
        owner[key] = _stand_in(path)
    return path


def _owner(data: Data, path: Path) -> Data | None:
    here: Value = data
    for part in path[:-1]:
        here = here.get(str(part)) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else None


def below(holes: frozenset[Path], path: Path) -> bool:
    """Whether `path` is a hole or within one."""
    return any(path[:depth] in holes for depth in range(len(path) + 1))


def standing(problems: Iterator[Problem] | list[Problem], holes: frozenset[Path]) -> Iterator[Problem]:
    """Give the problems that were not concluded from a hole."""
    for problem in problems:
        first = problem.at[0][:-1] if problem.on_key else problem.at[0]
        if not any(below(holes, path) for path in (first, *problem.at[1:], *problem.touches)):
            yield problem
