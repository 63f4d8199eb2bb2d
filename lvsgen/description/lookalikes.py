"""Characters that cannot be seen, and those that look like a blank or a quote and are none, to YAML."""

from __future__ import annotations

import re
import unicodedata

from lvsgen.description.positions import Mark
from lvsgen.description.refusal import Refusal
from lvsgen.findings.code import Code

_BLANKS = "\u00a0\u1680\u180e\u2000-\u200a\u202f\u205f\u2800\u3000\u3164"
_QUOTES = "\u2018-\u201f\u00ab\u00bb\uff02\uff07\u00b4"
_BLANK = re.compile(f"[{_BLANKS}]")
_ODD = re.compile(f"[{_BLANKS}]|^[{_QUOTES}]|[{_QUOTES}]$")
_COMMENT = re.compile(r"(^|[ \t])#.*")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)

UNSEEN = Code(
    "LVS103",
    "A character that cannot be seen, or looks like another",
    "Control characters, and characters that reorder text, make a review show something else than what is built. "
    "No-break and other spaces look like blanks, typographic quotes like quotes, and are neither to YAML.",
    "Delete the character, or write the plain one.",
)


def unseen(text: str) -> Refusal | None:
    """Refuse the first character that nobody would see."""
    found = _UNSEEN.search(text)
    if not found:
        return None
    name = f"U+{ord(found.group()):04X}"
    message = f"the character {name} cannot be seen and does not belong here"
    return Refusal(UNSEEN, message, found.span(), "delete it")


def in_scalar(text: str, start: int, end: int) -> Mark | None:
    """Find the first such character in a plain scalar."""
    found = _ODD.search(text[start:end])
    return (start + found.start(), start + found.end()) if found else None


def in_lines(text: str, start: int, end: int) -> Mark | None:
    """Find the first such blank in the lines from `start` to `end` that is in no comment."""
    at = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    for line in text[at : stop if stop >= 0 else len(text)].splitlines(keepends=True):
        found = _BLANK.search(_COMMENT.sub("", line))
        if found:
            return at + found.start(), at + found.end()
        at += len(line)
    return None


def refusal(text: str, mark: Mark) -> Refusal:
    """Name one, and how many more there are."""
    start, end = mark
    char = text[start:end]
    name = f"U+{ord(char):04X}, {unicodedata.name(char, 'without a name').lower()},"
    more = text.count(char, end)
    also = f"; {more} more like it follow" if more > 1 else "; one more like it follows" if more else ""
    if _BLANK.match(char):
        hint = "write a plain blank; text copied from a web page, or Alt and blank on a keyboard, makes such ones"
        return Refusal(UNSEEN, f"{name} stands where a blank is meant{also}", (start, end), hint)
    hint = "write \" or ', the plain ones; text processors change them"
    return Refusal(UNSEEN, f"{name} stands where a quote is meant{also}", (start, end), hint)
