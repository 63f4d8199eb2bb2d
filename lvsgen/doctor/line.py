"""What the doctor says: one line for each thing it looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Verdict(StrEnum):
    """How a thing is: fine, worth knowing, or in the way."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing and how it is; `next_step` is what to do about it, "" for nothing.

    The lines that can be said stand at the head of each module, with names in braces for what is only known then; the
    page of docs is made of them.
    """

    verdict: Verdict
    about: str
    said: str
    next_step: str = ""

    def of(self, **known: object) -> Line:
        """Fill in what is known now."""
        about, said, next_step = (text.format(**known) for text in (self.about, self.said, self.next_step))
        return Line(self.verdict, about, said, next_step)

    def where(self, needed: bool) -> Line:
        """Make a problem a note where nobody knows that the thing is needed."""
        return self if needed or self.verdict is not Verdict.PROBLEM else replace(self, verdict=Verdict.NOTE)


def ok(about: str, said: str) -> Line:
    """Say that a thing is fine."""
    return Line(Verdict.OK, about, said)


def note(about: str, said: str, next_step: str = "") -> Line:
    """Say what is worth knowing."""
    return Line(Verdict.NOTE, about, said, next_step)


def problem(about: str, said: str, next_step: str) -> Line:
    """Say what is in the way."""
    return Line(Verdict.PROBLEM, about, said, next_step)
