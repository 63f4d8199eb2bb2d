"""What a plain word of YAML 1.2 is: text, a whole number, a truth value or nothing."""

from __future__ import annotations

import re
from enum import Enum

from lvsgen import phrasing
from lvsgen.findings.code import Code

WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
_MOST_DIGITS = 18
_WHOLE = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OTHER_NUMBER = re.compile(
    r"0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN|"
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?",
    re.ASCII,
)


class Refused(Enum):
    """Why a number is no value here."""

    LEADING_ZERO = "a leading zero"
    FORM = "a form that is not used"


def resolve(text: str) -> str | int | bool | Refused | None:
    """Give the value of a plain word by the core schema of YAML 1.2; of numbers, only whole decimal ones."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in "-+.0123456789":
        return text
    if _WHOLE.fullmatch(text):
        return _number(text)
    return Refused.FORM if _OTHER_NUMBER.fullmatch(text) else text


LEADING_ZERO = Code(
    "LVS113",
    "A number with a leading zero",
    "Some readers take 010 for eight and some for ten.",
    "Write the number without the zero, or quote it if text is meant.",
)
FORM = Code(
    "LVS114",
    "A number of a form that is not used here",
    "The language has whole decimal numbers only; 0x1F, 0o17, 1.5, 1e3 and .inf are none.",
    "Write a whole decimal number, or quote it if text is meant.",
)


def said(text: str, why: Refused) -> tuple[Code, str, str]:
    """Give code, message and hint for a number that is no value."""
    shown = phrasing.quote(text)[1:-1]
    if why is Refused.FORM:
        hint = "write a whole decimal number, or quote it if text is meant"
        return FORM, f"{shown} is a number of a form that is not used here", hint
    meant = text.lstrip("-+0")[:20] or "0"
    return (
        LEADING_ZERO,
        f"the number {shown} has a leading zero",
        f'write {meant}, or "{text[:20]}" in quotes if text is meant',
    )


def _number(text: str) -> int | Refused:
    digits = text.lstrip("-+")
    if len(digits) > 1 and digits[0] == "0":
        return Refused.LEADING_ZERO
    return int(text) if len(digits) <= _MOST_DIGITS else Refused.FORM
