"""Plain data to a Cluster, as far as it goes: what is wrong with types and keys, said in our own words.

What is wrong is patched with a valid stand-in and its path remembered as a hole, so that the rest can still be checked;
whatever is concluded from a hole is dropped.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lvsgen import phrasing
from lvsgen.description import later, mistakes, shape
from lvsgen.description.mistakes import Located, Mistakes
from lvsgen.description.model import Cluster, Destination, Host, Interface, Network, Timeouts, Vip, VirtualService
from lvsgen.description.refusing import kind
from lvsgen.description.source import MOST_FINDINGS, Value
from lvsgen.findings.finding import Path, Problem

Data = dict[str, Value]
_PART = 500
_ROUNDS = 3
_KEY = "[key]"
_PLACES: dict[str, type[BaseModel]] = {
    "a network": Network,
    "an interface": Interface,
    "a host": Host,
    "a VIP": Vip,
    "a service": VirtualService,
    "a realserver within a service": Destination,
    "timeouts": Timeouts,
    "the description itself": Cluster,
}


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
        found = mistakes.sort(errors, data)
        if problems is None:
            problems = list(_problems(found))
        children = frozenset(child for stray in found.strays for child in stray.children)
        holes |= children | found.lacking
        for child in children:
            _patch(data, child, True, "")
        holes |= frozenset(
            _patch(data, path, on_key, each["type"]) for path, on_key, each in errors if path not in children
        )
    return None, problems or [], holes


def _first_errors(data: Data) -> list[Located]:
    """Give the first MOST_FINDINGS errors of many; asking for a million at once would take half a minute."""
    found: list[Located] = []
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


def _located(error: ErrorDetails) -> Located:
    path = error["loc"]
    return (path[:-1], True, error) if path and path[-1] == _KEY else (path, False, error)


def _problems(found: Mistakes) -> Iterator[Problem]:
    yield from (stray.problem for stray in found.strays)
    missing: dict[Path, list[str]] = {}
    for path, on_key, error in found.said:
        if error["type"] == "missing":
            missing.setdefault(path[:-1], []).append(str(path[-1]))
        else:
            yield _problem(path, on_key, error, found.meant.get(path, ""))
    yield from (_missing(owner, keys) for owner, keys in missing.items())


def _problem(path: Path, on_key: bool, error: ErrorDetails, meant: str = "") -> Problem:
    match error["type"]:
        case "finding":
            said = error["ctx"]
            return Problem(said["code"], said["message"], (path,), said["hint"], on_key)
        case "missing":
            return _missing(path[:-1], [str(path[-1])])
        case "extra_forbidden":
            return _unknown(path, meant)
        case "too_short":
            return Problem("LVS204", f"{_name(path)} is empty", (path,), f"add an entry, like {_example(path)}")
    message = f"{_name(path)} must be a mapping, not {kind(error['input'])}"
    return Problem("LVS203", message, (path,), f"write it like {_mapped(path, error['input'])}")


def _mapped(path: Path, value: object) -> str:
    """Show the mapping that was meant: of the names in a list, of one that has nothing to say but could."""
    model = shape.model_at(path)
    if model and shape.field_at(path) is None and not any(field.is_required() for field in model.model_fields.values()):
        return f"{phrasing.quote(path[-1])[1:-1]}: {{}}, or {phrasing.quote(path[-1])[1:-1]}: {_example(path)}"
    entry = shape.model_at((*path, "")) if isinstance(value, list) else None
    if isinstance(value, list) and value and entry and all(isinstance(name, str) for name in value):
        return flow({phrasing.quote(name)[1:-1]: _stand_in((*path, name)) for name in value[:2]})
    return _example(path)


def _missing(owner: Path, keys: list[str]) -> Problem:
    place = _name(owner) if owner else "the description"
    named = [phrasing.quote(key) for key in keys]
    message = f"{place} has no {phrasing.listing(named)}, and needs {'one' if len(keys) == 1 else 'each of them'}"
    examples = [f"{key}: {_example((*owner, key))}" for key in keys[:2]] + ["..."] * (len(keys) > 2)
    return Problem("LVS201", message, (owner,), f"add {', '.join(examples)}", on_key=True)


def _unknown(path: Path, meant: str) -> Problem:
    model = shape.model_at(path[:-1])
    known = list(model.model_fields) if model else ["..."]
    instead = later.instead(model, str(path[-1]))
    if instead:
        return Problem("LVS209", f"{phrasing.quote(path[-1])} is not supported yet", (path,), instead, on_key=True)
    guess = f"did you mean '{meant}'? it is missing here" if meant else phrasing.did_you_mean(path[-1], known)
    hint = guess or _elsewhere(str(path[-1])) or _keys(known)
    return Problem("LVS202", f"unknown key {phrasing.quote(path[-1])}", (path,), hint, on_key=True)


def _elsewhere(key: str) -> str:
    """Say where else a key stands: most often it is one line too high or too low."""
    there = next((f"it is a key of {what}" for what, model in _PLACES.items() if key in model.model_fields), "")
    to_come = (what for what, model in _PLACES.items() if later.instead(model, key))
    return there or next((f"it is to be a key of {what}, and is not supported yet" for what in to_come), "")


def _keys(known: list[str]) -> str:
    return f"the keys here are {phrasing.listing(known)}" if len(known) > 1 else f"the only key here is {known[0]}"


def _name(path: Path) -> str:
    return phrasing.quote(".".join(str(part) for part in path))[1:-1] if path else "the description"


def _example(path: Path) -> str:
    return flow(_stand_in(path))


def flow(value: object) -> str:
    """Write a value in one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, bool):
        return phrasing.quote(value)
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
