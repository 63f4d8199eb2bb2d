"""Plain data to a Cluster, as far as it goes: what is wrong with types and keys, said in our own words.

What is wrong is patched with a valid stand-in and its path remembered as a hole, so that the rest can still be checked;
whatever is concluded from a hole is dropped.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lvsgen.description import holes as hole
from lvsgen.description import limits, mistakes, wrongkeys
from lvsgen.description.builder import Value
from lvsgen.description.holes import Data
from lvsgen.description.mistakes import Located, Mistakes
from lvsgen.description.model import Cluster
from lvsgen.findings.finding import Path, Problem

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
            if error.error_count() > limits.MOST_FINDINGS:
                return None, [wrongkeys.problem(*each) for each in _first_errors(data)], holes
            errors = [_located(each) for each in error.errors(include_url=False)]
        found = mistakes.sort(errors, data)
        if problems is None:
            problems = list(_problems(found))
        children = frozenset(child for stray in found.strays for child in stray.children)
        holes |= children | found.lacking
        for child in children:
            hole.patch(data, child, True, "")
        holes |= frozenset(
            hole.patch(data, path, on_key, each["type"]) for path, on_key, each in errors if path not in children
        )
    return None, problems or [], holes


def _first_errors(data: Data) -> list[Located]:
    """Give as many errors as are said, of many; asking for a million at once would take half a minute."""
    found: list[Located] = []
    for key, part in _parts(data):
        try:
            Cluster.model_validate({key: part})
        except ValidationError as error:
            found += (_located(each) for each in error.errors(include_url=False) if each["loc"][0] == key)
        if len(found) >= limits.MOST_FINDINGS:
            break
    return found[: limits.MOST_FINDINGS]


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
            yield wrongkeys.problem(path, on_key, error, found.meant.get(path, ""))
    yield from (wrongkeys.missing(owner, names) for owner, names in missing.items())
