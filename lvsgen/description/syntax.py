"""What is wrong where a text stops being YAML, in the words of who wrote it.

libyaml says what it was reading (`context`) and where that began, and where it could not go on (`problem`).
Which of the two is at fault depends: an unclosed bracket is where it was opened, a wrong indentation where it was seen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from lvsgen import phrasing
from lvsgen.description import colons, lookalikes
from lvsgen.description.positions import Mark, Text
from lvsgen.description.reader import Refusal

_LINE_WITHOUT_BLANK = re.compile(rf"^[ \t]*{colons.NO_BLANK.pattern}(?P<rest>[^\s]*)", re.ASCII | re.MULTILINE)
_LINE_WITHOUT_COLON = re.compile(r"^[ \t]*(?P<line>[\w][^:#\n]*?)[ \t]*(#.*)?$", re.MULTILINE)
_CLOSERS = {"{": "}", "[": "]"}
_TYPES = {"{": "a mapping", "[": "a list"}


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
        return char if char in _CLOSERS and "flow" in self.context else ""

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


def explain(text: Text, error: yaml.YAMLError, before: int, opened: Mark | None) -> Refusal:
    """Say what is wrong; `before` is where the last word read began, `opened` the last quoted one of several lines."""
    size = len(text.text)
    at: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    since: Any = getattr(error, "context_mark", None) or at
    where = min(at.index if at else getattr(error, "position", 0), size)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    context = getattr(error, "context", None) or ""
    began = min(since.index, where) if since else where
    failure = Failure(text, problem, where, context, began, before, opened)
    odd = lookalikes.in_lines(text.text, before, where)
    if odd:
        return lookalikes.refusal(text.text, odd)
    return next(found for rule in _RULES if (found := rule(failure)))


def _quote(failure: Failure) -> Refusal | None:
    if "quoted scalar" in failure.context and "end of stream" in failure.problem:
        quote = failure.text.text[failure.since : failure.since + 1]
        return _unclosed((failure.since, failure.since + 1), quote, (failure.at, failure.at), "the text ends here")
    if failure.opened:
        start, end = failure.opened
        return _unclosed((start, start + 1), failure.text.text[start], (end - 1, end), "the next one is here")
    return None


def _unclosed(opened: Mark, quote: str, other: Mark, label: str) -> Refusal:
    message = f"this is not YAML: the quote {quote} is opened here and not closed in its line"
    return Refusal("LVS101", message, opened, f"close it with {quote}", other, label)


def _colon(failure: Failure) -> Refusal | None:
    """A key and its value without a blank between are one word, which the next line then cannot go on from."""
    found = _LINE_WITHOUT_BLANK.search(failure.text.text, *failure.whole_lines())
    if not found or "flow" in failure.context:
        return None
    return colons.no_blank(found["key"], found["rest"], (found.start("key"), found.end()))


def _tab(failure: Failure) -> Refusal | None:
    if failure.char == "\t" or "tab" in failure.problem:
        place = (failure.at, failure.at + 1)
        return Refusal("LVS101", "this is not YAML: a tab indents the line", place, "indent with blanks")
    return None


def _bracket(failure: Failure) -> Refusal | None:
    char, opener = failure.char, failure.opener
    place = (failure.at, failure.at + 1)
    if opener and char in ("}", "]") and char != _CLOSERS[opener]:
        message = f"this is not YAML: {char} does not close what {opener} opens"
        return Refusal("LVS101", message, place, f"write {_CLOSERS[opener]}", _one(failure.since), f"{opener} is here")
    if (
        opener
        and "expected ','" in failure.problem
        and (failure.same_line() or failure.goes_on())
        and char not in ("", "\n")
    ):
        message = f"this is not YAML: a comma or {_CLOSERS[opener]} is missing before this"
        hint = "put a comma between entries, and quotes around text with a colon and a blank in it"
        return Refusal("LVS101", message, place, hint)
    if opener and "node content" not in failure.problem:
        message = f"this is not YAML: {opener} opens {_TYPES[opener]} here that is not closed"
        hint = f"close it with {_CLOSERS[opener]}; between its entries stand commas"
        end = "the text ends here" if not char else "this does not belong in it"
        return Refusal("LVS101", message, _one(failure.since), hint, place, end)
    if char in ("}", "]") and not opener:
        return Refusal("LVS101", f"this is not YAML: {char} closes nothing", place, "remove it, or open one before")
    return None


def _one(at: int) -> Mark:
    return at, at + 1


def _beginning(failure: Failure) -> Refusal | None:
    char = failure.char
    starts = "cannot start" in failure.problem or "node content" in failure.problem or "scanning a" in failure.context
    if starts and char == ":":
        hint = "put quotes around it, as around every address of IPv6 within { }"
        return Refusal("LVS101", "this is not YAML: text that begins with a colon", _one(failure.at), hint)
    if "an alias" in failure.context or "an anchor" in failure.context:
        hint = f"quote text that begins with {failure.text.text[failure.since]}"
        return Refusal("LVS101", "this is not YAML: no name follows", _one(failure.since), hint)
    if starts and char and char in "@`%&*!|>,":
        message = f"this is not YAML: a value cannot begin with {char}"
        return Refusal("LVS101", message, _one(failure.at), f"quote text that begins with {char}")
    if "escape" in failure.problem:
        where = failure.text.text.rfind("\\", 0, failure.at + 1)
        message = "this is not YAML: no such escape; in double quotes a backslash begins one"
        return Refusal("LVS101", message, (where, where + 2), "use single quotes, or write two backslashes")
    return None


def _no_colon(failure: Failure) -> Refusal | None:
    """A line without a colon is a value, or goes on with one; the next line then is no key any more."""
    found = _LINE_WITHOUT_COLON.search(failure.text.text, *failure.whole_lines())
    if not found or "flow" in failure.context:
        return None
    message = f"this is not YAML: {phrasing.quote(found['line'])} is no key with a value"
    return Refusal("LVS101", message, found.span("line"), "write a key, a colon, a blank and its value")


def _deeper(failure: Failure) -> Refusal | None:
    if "mapping values" not in failure.problem:
        return None
    line = failure.line(failure.at)
    if re.search(r":[ \t]", line):
        hint = "put quotes around text that has a colon and a blank in it, or begin a new line"
        return Refusal("LVS101", "this is not YAML: a second colon in one line", _one(failure.at), hint)
    start = failure.at - len(line.lstrip())
    message = "this is not YAML: this line is indented deeper than the one above, which has a value already"
    return Refusal("LVS101", message, (start, failure.at), "indent it like the lines that it belongs to")


def _begun(failure: Failure) -> Refusal | None:
    if "sequence entries" in failure.problem:
        hint = "write a value; text that begins with - and a blank is quoted"
        return Refusal("LVS101", "this is not YAML: a list begins within a line", _one(failure.at), hint)
    if "<document start>" in failure.problem:
        message = "this is not YAML: this line is indented less than the first one"
        return Refusal("LVS101", message, _one(failure.at), "indent the first one like it: not at all")
    return None


def _indented(failure: Failure) -> Refusal | None:
    line, place = failure.line(failure.at), _one(failure.at)
    if "block" not in failure.context:
        return None
    if failure.char == "-" and not line.strip():
        message = "this is not YAML: a list begins among keys"
        return Refusal("LVS101", message, place, "things have names here: write web1: {} instead of - web1")
    if line.strip():
        hint = "a value ends with its closing quote or bracket; quote it as a whole"
        return Refusal("LVS101", "this is not YAML: something follows the value", place, hint)
    if failure.char == ":":
        return Refusal("LVS101", "this is not YAML: there is no key before the colon", place, "write one")
    message = f"this is not YAML: this line is indented by {len(line)}, unlike all that it could stand beside"
    hint = "indent it like the lines that it belongs to"
    return Refusal("LVS101", message, place, hint, _one(failure.since), "the nearest that is open begins here")


def _other(failure: Failure) -> Refusal:
    hint = "look for a quote or bracket left open, or a line that is not indented like those beside it"
    return Refusal("LVS101", f"this is not YAML: {failure.problem}", _one(failure.at), hint)


_RULES = (_tab, _quote, _colon, _bracket, _beginning, _no_colon, _deeper, _begun, _indented, _other)
