"""Kinds of values: what one is instead of what it must be, and how a value is refused."""

from __future__ import annotations

from typing import NoReturn

from pydantic_core import PydanticCustomError

from lvsgen import phrasing
from lvsgen.findings.code import Code
from lvsgen.findings.finding import Path, Problem


def refuse(code: Code, message: str, hint: str = "") -> NoReturn:
    """Refuse a value with a finding's code, what is wrong with it and what to do about it."""
    raise PydanticCustomError("finding", "{message}", {"code": code, "message": message, "hint": hint})


WRONG_TYPE = Code(
    "LVS203",
    "A value of the wrong type",
    "Text, whole numbers and mappings are not converted into each other, so that nothing is guessed.",
    "Write the value as the help line says.",
)


def wrong_type(message: str, hint: str) -> NoReturn:
    """Refuse a value for its type."""
    refuse(WRONG_TYPE, message, hint)


def no_mapping(name: str, path: Path, value: object, example: str) -> Problem:
    """Say that something else stands where a mapping belongs."""
    return Problem(WRONG_TYPE, f"{name} must be a mapping, not {kind(value)}", (path,), f"write it like {example}")


def as_text(value: object, what: str, example: str, quoted: bool = False) -> str:
    """Take text; with `quoted`, a number that stands there instead wants quotes."""
    if not isinstance(value, str):
        number = quoted and isinstance(value, int) and not isinstance(value, bool)
        hint = f'write it in quotes: "{value}"' if number else f"write it like {example}"
        wrong_type(f"{what} must be text, not {kind(value)}", hint)
    return value


def as_truth(what: str, value: object) -> bool:
    """Take true or false."""
    if not isinstance(value, bool):
        wrong_type(f"{what} is true or false, not {kind(value)}", "write true or false, without quotes")
    return value


def given(value: object) -> object:
    """Refuse a key without a value: left out and left empty must not mean the same."""
    if value is None:
        wrong_type("the key has no value", "write one, or leave the key out")
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
