"""Suppressions: a warning that its author has answered where it stands is no finding, and an answer to none is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lvsgen import phrasing
from lvsgen.checks import collected, walk
from lvsgen.checks.check import check
from lvsgen.description import words
from lvsgen.description.model import Cluster
from lvsgen.findings.code import Code, Severity
from lvsgen.findings.finding import Path, Problem

_Key = tuple[Path, str]
"""The thing that a suppression stands at, and the number that it names."""

_OTHERWISE = {
    Severity.ERROR: "an error: it cannot be suppressed",
    Severity.NOTE: "a note, and stops nothing",
}

NO_WARNING = Code(
    "LVS214",
    "A finding that cannot be suppressed",
    "An error cannot work, whoever means it so; a note stops nothing and asks for nothing.",
    "Mend what the finding is about, and remove the suppression.",
)


@check(NO_WARNING, words.UNKNOWN_WORD)
def suppressions_of_no_warning(cluster: Cluster) -> Iterator[Problem]:
    """A suppression of what cannot be suppressed, or of nothing that there is."""
    for path, number in _given(cluster):
        at = (*path, "suppress", number)
        known = collected.codes().get(number)
        if known is None:
            yield _no_code(at, number)
        elif known.severity in _OTHERWISE:
            kind = _OTHERWISE[known.severity]
            hint = "mend what it is about, and remove the suppression"
            yield Problem(NO_WARNING, f"{number} is {kind}", (at,), hint, on_key=True)


def _no_code(at: Path, number: str) -> Problem:
    guess = phrasing.did_you_mean(number, collected.warnings())
    one_of = f"it is one of {phrasing.listing(collected.warnings())}"
    return words.unknown(f"{phrasing.quote(number)} is no code of a warning", at, f"{guess} {one_of}".strip())


SUPPRESSES_NOTHING = Code(
    "LVS507",
    "A suppression that suppresses nothing",
    "What it was written for is gone. Left in place, it would hide the next warning of the kind under a reason "
    "that is about another one.",
    "Remove it.",
    Severity.NOTE,
)


def settle(cluster: Cluster, warnings: Iterable[Problem]) -> Iterator[Problem]:
    """Give the warnings that nobody has answered, and the answers to none."""
    given = set(_given(cluster))
    used: set[_Key] = set()
    for problem in warnings:
        answers = {answer for place in _at_fault(problem) for answer in _nearest(place, problem.code.number, given)}
        used |= answers
        if not answers:
            yield problem
    for path, number in sorted(given - used):
        message = f"there is no {number} here to suppress"
        yield Problem(SUPPRESSES_NOTHING, message, ((*path, "suppress", number),), "remove it", on_key=True)


def _given(cluster: Cluster) -> Iterator[_Key]:
    for path, named in walk.suppressing(cluster):
        yield from ((path, number) for number in named)


def _at_fault(problem: Problem) -> tuple[Path, ...]:
    return problem.at if problem.mutual else problem.at[:1]


def _nearest(place: Path, number: str, given: set[_Key]) -> Iterator[_Key]:
    """Give the suppression that stands at the place, or the nearest above it."""
    above = ((place[:depth], number) for depth in range(len(place), 0, -1))
    yield from [key for key in above if key in given][:1]
