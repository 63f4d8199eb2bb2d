"""The reason that a suppression gives."""

from __future__ import annotations

from lvsgen import phrasing
from lvsgen.description.kinds import as_text, refuse
from lvsgen.findings.code import Code

LONGEST_REASON = 200

NO_REASON = Code(
    "LVS215",
    "A suppression without a reason",
    "The reason is for whoever reads the description next, and has to decide whether it still holds.",
    "Say in a few words why it is meant so.",
)


def reason(value: object) -> str:
    """Take the reason of a suppression: a sentence for whoever reads the description next."""
    text = as_text(value, "a reason", "this: kept for the move of the mail servers")
    if not any(char.isalpha() for char in text):
        refuse(NO_REASON, f"{phrasing.quote(text)} is no reason", "say in a few words why it is meant so")
    if len(text) > LONGEST_REASON:
        refuse(NO_REASON, f"a reason has at most {LONGEST_REASON} characters, not {len(text)}", "say it shorter")
    return text
