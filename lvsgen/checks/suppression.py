"""Suppressions: a warning that its author has answered where it stands is no finding, and an answer to none is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lvsgen.checks import walk
from lvsgen.description.model import Cluster
from lvsgen.findings.finding import Path, Problem

_Key = tuple[Path, str]
"""The thing that a suppression stands at, and the code that it names."""


def settle(cluster: Cluster, warnings: Iterable[Problem]) -> Iterator[Problem]:
    """Give the warnings that nobody has answered, and the answers to none."""
    given = {(path, code) for path, named in walk.suppressing(cluster) for code in named}
    used: set[_Key] = set()
    for problem in warnings:
        answers = {answer for place in _at_fault(problem) for answer in _nearest(place, problem.code, given)}
        used |= answers
        if not answers:
            yield problem
    for path, code in sorted(given - used):
        message = f"there is no {code} here to suppress"
        yield Problem("LVS507", message, ((*path, "suppress", code),), "remove it", on_key=True)


def _at_fault(problem: Problem) -> tuple[Path, ...]:
    return problem.at if problem.mutual else problem.at[:1]


def _nearest(place: Path, code: str, given: set[_Key]) -> Iterator[_Key]:
    """Give the suppression that stands at the place, or the nearest above it."""
    above = ((place[:depth], code) for depth in range(len(place), 0, -1))
    yield from [key for key in above if key in given][:1]
