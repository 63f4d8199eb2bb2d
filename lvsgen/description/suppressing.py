"""What a suppression may name, and the reason that it gives."""

from __future__ import annotations

from typing import NoReturn

from lvsgen import phrasing
from lvsgen.codes import every as codes
from lvsgen.description.refusing import as_text, refuse

LONGEST_REASON = 200


def code(value: object) -> str:
    """Take the code of a warning."""
    text = as_text(value, "a code", codes.WARNINGS[0])
    if text not in codes.WARNINGS:
        _no_warning(text)
    return text


def _no_warning(text: str) -> NoReturn:
    known = codes.CODES.get(text)
    if known:
        kind = {"error": "an error: it cannot be suppressed", "note": "a note, and stops nothing"}[known.severity]
        refuse("LVS214", f"{text} is {kind}", "mend what it is about, and remove the suppression")
    guess = phrasing.did_you_mean(text, codes.WARNINGS)
    one_of = f"it is one of {phrasing.listing(codes.WARNINGS)}"
    refuse("LVS206", f"{phrasing.quote(text)} is no code of a warning", f"{guess} {one_of}".strip())


def reason(value: object) -> str:
    """Take the reason of a suppression: a sentence for whoever reads the description next."""
    text = as_text(value, "a reason", "this: kept for the move of the mail servers")
    if not any(char.isalpha() for char in text):
        refuse("LVS215", f"{phrasing.quote(text)} is no reason", "say in a few words why it is meant so")
    if len(text) > LONGEST_REASON:
        refuse("LVS215", f"a reason has at most {LONGEST_REASON} characters, not {len(text)}", "say it shorter")
    return text
