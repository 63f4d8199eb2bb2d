"""Lines that are no key with a value: no colon, no blank after it, a tab, or another indentation than any above."""

from __future__ import annotations

import re

from lvsgen import phrasing
from lvsgen.description import colons
from lvsgen.description.failure import Failure, not_yaml, one
from lvsgen.description.refusal import Refusal

_LINE_WITHOUT_BLANK = re.compile(rf"^[ \t]*{colons.NO_BLANK.pattern}(?P<rest>[^\s]*)", re.ASCII | re.MULTILINE)
_LINE_WITHOUT_COLON = re.compile(r"^[ \t]*(?P<line>[\w][^:#\n]*?)[ \t]*(#.*)?$", re.MULTILINE)


def colon(failure: Failure) -> Refusal | None:
    """A key and its value without a blank between are one word, which the next line then cannot go on from."""
    found = _LINE_WITHOUT_BLANK.search(failure.text.text, *failure.whole_lines())
    if not found or "flow" in failure.context:
        return None
    return colons.no_blank(found["key"], found["rest"], (found.start("key"), found.end()))


def tab(failure: Failure) -> Refusal | None:
    """Find a tab that indents a line."""
    if failure.char == "\t" or "tab" in failure.problem:
        place = (failure.at, failure.at + 1)
        return not_yaml("a tab indents the line", place, "indent with blanks")
    return None


def no_colon(failure: Failure) -> Refusal | None:
    """A line without a colon is a value, or goes on with one; the next line then is no key any more."""
    found = _LINE_WITHOUT_COLON.search(failure.text.text, *failure.whole_lines())
    if not found or "flow" in failure.context:
        return None
    message = f"{phrasing.quote(found['line'])} is no key with a value"
    return not_yaml(message, found.span("line"), "write a key, a colon, a blank and its value")


def deeper(failure: Failure) -> Refusal | None:
    """Find a line that goes on where there is a value already."""
    if "mapping values" not in failure.problem:
        return None
    line = failure.line(failure.at)
    if re.search(r":[ \t]", line):
        hint = "put quotes around text that has a colon and a blank in it, or begin a new line"
        return not_yaml("a second colon in one line", one(failure.at), hint)
    start = failure.at - len(line.lstrip())
    message = "this line is indented deeper than the one above, which has a value already"
    return not_yaml(message, (start, failure.at), "indent it like the lines that it belongs to")


def begun(failure: Failure) -> Refusal | None:
    """Find what begins where it cannot."""
    if "sequence entries" in failure.problem:
        hint = "write a value; text that begins with - and a blank is quoted"
        return not_yaml("a list begins within a line", one(failure.at), hint)
    if "<document start>" in failure.problem:
        message = "this line is indented less than the first one"
        return not_yaml(message, one(failure.at), "indent the first one like it: not at all")
    return None


def indented(failure: Failure) -> Refusal | None:
    """Find what stands beside nothing."""
    line, place = failure.line(failure.at), one(failure.at)
    if "block" not in failure.context:
        return None
    if failure.char == "-" and not line.strip():
        message = "a list begins among keys"
        return not_yaml(message, place, "things have names here: write web1: {} instead of - web1")
    if line.strip():
        hint = "a value ends with its closing quote or bracket; quote it as a whole"
        return not_yaml("something follows the value", place, hint)
    if failure.char == ":":
        return not_yaml("there is no key before the colon", place, "write one")
    message = f"this line is indented by {len(line)}, unlike all that it could stand beside"
    hint = "indent it like the lines that it belongs to"
    return not_yaml(message, place, hint, one(failure.since), "the nearest that is open begins here")
