"""Words shown to the author: quoted, cut to length, and with the nearest known one named."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

_LONGEST_QUOTE = 60
_MOST_CANDIDATES = 200
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    """Give `text` with every character that a terminal would act on or hide written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(char) if unicodedata.category(char) in _UNSEEN else char for char in text)


def quote(value: object) -> str:
    """Give a value as the author wrote it, in quotes when it is text, never longer than a line."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "nothing"}[value]
    text = str(value)
    short = text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 3] + "..."
    return f"'{visible(short)}'" if isinstance(value, str) else short


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Give "did you mean 'x'?" for the nearest known word, or nothing when none is near."""
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else ""


def nearest(word: object, known: Iterable[str]) -> str:
    """Give the known word that `word` was probably meant to be, or an empty string."""
    if not isinstance(word, str) or not word or len(word) > _LONGEST_QUOTE:
        return ""
    within = [name for name in known if abs(len(name) - len(word)) <= 3][:_MOST_CANDIDATES]
    folded = {name.lower(): name for name in within}
    found = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def listing(words: Iterable[str], joined: str = "or") -> str:
    """Give "a, b or c"."""
    *most, last = words
    return f"{', '.join(most)} {joined} {last}" if most else last


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
