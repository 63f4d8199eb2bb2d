"""What is part of LVS and not of lvsgen yet: said so, with what to do until then."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from lvsgen.description.kinds import refuse
from lvsgen.findings.code import Code
from lvsgen.findings.finding import Path, Problem

NOT_YET = Code(
    "LVS209",
    "Not supported yet",
    "It is part of LVS, but lvsgen does not build it yet and does not pretend to.",
    "Do what the help line says instead.",
)


def not_yet(what: str, instead: str, why: str = "") -> NoReturn:
    """Refuse a value that is to come; `why` follows the sentence."""
    refuse(NOT_YET, f"{what} is not supported yet{why}", instead)


def problem(what: str, at: tuple[Path, ...], instead: str, why: str = "", mutual: bool = False) -> Problem:
    """Say that what a key names is to come; `why` follows the sentence."""
    return Problem(NOT_YET, f"{what} is not supported yet{why}", at, instead, on_key=True, mutual=mutual)


def one_for_now(what: str, instead: str) -> Callable[[object], object]:
    """Give the check that passes on one value; several in a list are to come."""

    def check(value: object) -> object:
        if isinstance(value, list):
            not_yet(f"a list of {what}", instead)
        return value

    return check
