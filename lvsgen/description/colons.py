"""A key, a colon and a blank: what is said where one of the last two is missing."""

from __future__ import annotations

import re

from lvsgen import phrasing
from lvsgen.description.positions import Mark
from lvsgen.description.refusal import Refusal
from lvsgen.findings.code import Code

NO_BLANK = re.compile(r"(?P<key>[A-Za-z0-9][\w.-]*):(?=[^\s:/,}\]])", re.ASCII)
_JOINED = re.compile(r"(?P<key>[A-Za-z][\w.-]*)(?P<colon>:| +| *= *)[{[]", re.ASCII)


NO_COLON = Code(
    "LVS116",
    "No colon, or no blank after it",
    "To YAML, key:value is one word, so that times and addresses can be written; only a colon with a blank after "
    "it ends a key.",
    "Write a colon and a blank after the key.",
)


def no_blank(key: str, rest: str, mark: Mark) -> Refusal:
    """Say that a blank is missing after a colon, before the rest."""
    return _separated(f"there is no blank after the colon of {phrasing.quote(key)}", key, rest, mark)


def no_colon(key: str, rest: str, mark: Mark) -> Refusal:
    """Say that a colon is missing between a key and the rest."""
    return _separated(f"there is no colon after {phrasing.quote(key)}", key, rest, mark)


def _separated(message: str, key: str, rest: str, mark: Mark) -> Refusal:
    return Refusal(NO_COLON, message, mark, f"write {key}: {phrasing.quote(rest)[1:-1]}")


def refuse_joined(text: str, mark: Mark) -> None:
    """Refuse a key that runs into the bracket of its value: what is in there is no longer to be told."""
    found = _JOINED.match(text, *mark)
    if found:
        say = no_blank if found["colon"] == ":" else no_colon
        raise say(found["key"], f"{text[found.end() - 1]}...", mark)


def joined(text: str, key: Mark, value: int | None = None) -> tuple[str, Refusal] | None:
    """Give the key that a word with no value was to begin with, when it holds its value itself: `a:b`, or `{a b}`."""
    start, end = key
    line = (start, min(end, start + len(text[start:end].partition("\n")[0])))
    found = NO_BLANK.match(text, *line)
    if found:
        return found["key"], no_blank(found["key"], text[found.end() : line[1]], line)
    first, blank, rest = text[start:end].partition(" ")
    if blank and value is not None and ":" not in text[end:value] and text[start] not in "\"'":
        return first, no_colon(first, rest.lstrip("= ") or "...", key)
    return None
