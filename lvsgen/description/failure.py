"""Where a text stops being YAML: what libyaml was reading there, and how that is said."""

from __future__ import annotations

from dataclasses import dataclass

from lvsgen.description.positions import Mark, Text
from lvsgen.description.refusal import Refusal
from lvsgen.findings.code import Code

CLOSERS = {"{": "}", "[": "]"}

NOT_YAML = Code(
    "LVS101",
    "The text is not YAML",
    "What cannot be read as YAML has no meaning, and guessing one would configure hosts by guess.",
    "Look at the place and just before it: a missing space after a colon, a bracket or quote left open, a tab used "
    "for indentation, or text with colons (a MAC or IPv6 address) that needs quotes.",
)


def not_yaml(what: str, mark: Mark, hint: str, other: Mark | None = None, label: str = "") -> Refusal:
    """Say what is not YAML."""
    return Refusal(NOT_YAML, f"this is not YAML: {what}", mark, hint, other, label)


def other_version(version: tuple[int, int], mark: Mark) -> Refusal:
    """Say that the text calls itself YAML of another version."""
    return Refusal(NOT_YAML, f"this is YAML 1.2, not {version[0]}.{version[1]}", mark, "remove the %YAML line")


def one(at: int) -> Mark:
    """Give the mark of one character."""
    return at, at + 1


@dataclass(frozen=True, slots=True)
class Failure:
    """Where libyaml stopped; `before` is where the last word it read began, `opened` a quoted one of several lines."""

    text: Text
    problem: str
    at: int
    context: str
    since: int
    before: int
    opened: Mark | None

    @property
    def char(self) -> str:
        """The character that did not fit; "" at the end of the text."""
        return self.text.text[self.at : self.at + 1]

    @property
    def opener(self) -> str:
        """The bracket that the context begins with, if it does."""
        char = self.text.text[self.since : self.since + 1]
        return char if char in CLOSERS and "flow" in self.context else ""

    def line(self, at: int) -> str:
        """The line around a place, up to it."""
        return self.text.text[self.text.text.rfind("\n", 0, at) + 1 : at]

    def whole_lines(self) -> tuple[int, int]:
        """Where the lines that it could read begin and end, from that of the last word on."""
        start, end = (self.text.text.rfind("\n", 0, at) + 1 for at in (self.before, self.at))
        return start, end if self.char else self.at

    def same_line(self) -> bool:
        """Whether it stopped in the line that it began in."""
        return "\n" not in self.text.text[self.since : self.at]

    def goes_on(self) -> bool:
        """Whether the line that it stopped in is indented as what goes on from a line above is."""
        here, before = (self.line(at) for at in (self.at, self.since))
        return not self.same_line() and _blanks(here) > _blanks(before)


def _blanks(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
