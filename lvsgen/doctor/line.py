"""What the doctor says: one line for each thing it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a thing is: fine, worth knowing, or in the way."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing and how it is; `next_step` is what to do about it, "" for nothing."""

    verdict: Verdict
    about: str
    said: str
    next_step: str = ""


def ok(about: str, said: str) -> Line:
    """Say that a thing is fine."""
    return Line(Verdict.OK, about, said)


def note(about: str, said: str, next_step: str = "") -> Line:
    """Say what is worth knowing."""
    return Line(Verdict.NOTE, about, said, next_step)


def problem(about: str, said: str, next_step: str) -> Line:
    """Say what is in the way."""
    return Line(Verdict.PROBLEM, about, said, next_step)
