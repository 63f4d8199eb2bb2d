"""What every kind of value is refused for: its type, its form, its range, or that it is not one of those known."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import NoReturn

from pydantic_core import PydanticCustomError

from lvsgen import phrasing

_PLAIN = re.compile(r"[^a-z0-9]+")


def refuse(code: str, message: str, hint: str = "") -> NoReturn:
    """Refuse a value with a finding's code, what is wrong with it and what to do about it."""
    raise PydanticCustomError("finding", "{message}", {"code": code, "message": message, "hint": hint})


def as_text(value: object, what: str, example: str, quoted: bool = False) -> str:
    """Take text; with `quoted`, a number that stands there instead wants quotes."""
    if not isinstance(value, str):
        number = quoted and isinstance(value, int) and not isinstance(value, bool)
        hint = f'write it in quotes: "{value}"' if number else f"write it like {example}"
        refuse("LVS203", f"{what} must be text, not {kind(value)}", hint)
    return value


def one_for_now(what: str, instead: str) -> Callable[[object], object]:
    """Give the check that passes on one value; several in a list are to come."""

    def check(value: object) -> object:
        if isinstance(value, list):
            refuse("LVS209", f"a list of {what} is not supported yet", instead)
        return value

    return check


def given(value: object) -> object:
    """Refuse a key without a value: left out and left empty must not mean the same."""
    if value is None:
        refuse("LVS203", "the key has no value", "write one, or leave the key out")
    return value


def kind(value: object) -> str:
    """Say what a YAML value is: "the number 5", "a mapping", ..."""
    match value:
        case None:
            return "nothing"
        case bool():
            return f"the truth value {phrasing.quote(value)}"
        case int():
            return f"the number {phrasing.quote(value)}"
        case str():
            return f"the text {phrasing.quote(value)}"
        case dict():
            return "a mapping"
    return "a list"


def matching(pattern: str, what: str, rule: str) -> Callable[[object], str]:
    """Give the check that takes text of a form."""

    known = re.compile(pattern)

    def check(value: object) -> str:
        text = as_text(value, what, "this: web-1", quoted=True)
        if not known.fullmatch(text):
            plain = _PLAIN.sub("-", text.lower()).strip("-")
            guess = f"did you mean '{plain}'? " if known.fullmatch(plain) and ":" not in text else ""
            refuse("LVS205", f"{phrasing.quote(text)} cannot be {what}", guess + rule)
        return text

    return check


def one_of(
    what: str, known: tuple[str, ...], later: Mapping[str, str] | None = None, hint: str = ""
) -> Callable[[object], str]:
    """Give the check that takes one of the words known; `later` maps those to come to what to write until then."""

    def check(value: object) -> str:
        text = as_text(value, what, known[0])
        if text in known:
            return text
        if later and text in later:
            refuse("LVS209", f"{what} {phrasing.quote(text)} is not supported yet", later[text])
        expected = f"it is one of {phrasing.listing(known)}" if len(known) > 1 else f"write {known[0]}"
        guess = _guess(text, known)
        refuse(
            "LVS206",
            f"{phrasing.quote(text)} is no {what}",
            ", ".join(filter(None, (f"{guess} {expected}".strip(), hint))),
        )

    return check


@functools.lru_cache
def _guess(text: str, known: tuple[str, ...]) -> str:
    return phrasing.did_you_mean(text, known)


def truth(what: str) -> Callable[[object], bool]:
    """Give the check that takes true or false."""

    def check(value: object) -> bool:
        if not isinstance(value, bool):
            refuse("LVS203", f"{what} is true or false, not {kind(value)}", "write true or false, without quotes")
        return value

    return check


def between(low: int, high: int, what: str, hint: str) -> Callable[[object], int]:
    """Give the check that takes a whole number in a range."""

    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            refuse("LVS203", f"{what} must be a whole number, not {kind(value)}", f"write a number of {low} to {high}")
        if not low <= value <= high:
            refuse("LVS207", f"{what} is {low} to {high}, not {phrasing.quote(value)}", hint)
        return value

    return check
