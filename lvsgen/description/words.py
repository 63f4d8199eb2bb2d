"""Words and names: those that the tools know, and those that an author may choose."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import NoReturn

from lvsgen import phrasing
from lvsgen.description.kinds import as_text, refuse
from lvsgen.description.notyet import not_yet
from lvsgen.findings.code import Code
from lvsgen.findings.finding import Path, Problem

_PLAIN = re.compile(r"[^a-z0-9]+")

NO_NAME = Code(
    "LVS205",
    "Not a usable name",
    "Names become file names, chain names and words of commands on every host, so they are kept plain.",
    "Use small letters, digits and hyphens, at most 63 (a cluster: 16). An interface has the name "
    "that the kernel gives it.",
)


def matching(pattern: str, what: str, rule: str) -> Callable[[object], str]:
    """Give the check that takes text of a form."""

    known = re.compile(pattern)

    def check(value: object) -> str:
        text = as_text(value, what, "this: web-1", quoted=True)
        if not known.fullmatch(text):
            plain = _PLAIN.sub("-", text.lower()).strip("-")
            guess = f"did you mean '{plain}'? " if known.fullmatch(plain) and ":" not in text else ""
            refuse(NO_NAME, f"{phrasing.quote(text)} cannot be {what}", guess + rule)
        return text

    return check


UNKNOWN_WORD = Code(
    "LVS206",
    "Not one of the known words",
    "Only what the tools on the hosts know can be built.",
    "Use one of the words that the help line lists.",
)


def refuse_unknown(message: str, hint: str) -> NoReturn:
    """Refuse a word that is not one of those known."""
    refuse(UNKNOWN_WORD, message, hint)


def unknown(message: str, at: Path, hint: str) -> Problem:
    """Say of a key that it is not one of the words known."""
    return Problem(UNKNOWN_WORD, message, (at,), hint, on_key=True)


def one_of(
    what: str, known: tuple[str, ...], later: Mapping[str, str] | None = None, hint: str = ""
) -> Callable[[object], str]:
    """Give the check that takes one of the words known; `later` maps those to come to what to write until then."""

    def check(value: object) -> str:
        text = as_text(value, what, known[0])
        if text in known:
            return text
        if later and text in later:
            not_yet(f"{what} {phrasing.quote(text)}", later[text])
        expected = f"it is one of {phrasing.listing(known)}" if len(known) > 1 else f"write {known[0]}"
        hints = (f"{_guess(text, known)} {expected}".strip(), hint)
        refuse_unknown(f"{phrasing.quote(text)} is no {what}", ", ".join(filter(None, hints)))

    return check


@functools.lru_cache
def _guess(text: str, known: tuple[str, ...]) -> str:
    return phrasing.did_you_mean(text, known)
