"""How large a description may be, in every way that a text can grow."""

from __future__ import annotations

from lvsgen.description.positions import Mark
from lvsgen.description.refusal import Refusal
from lvsgen.findings.code import Code

LARGEST = 16 * 1024 * 1024
MOST_VALUES = 2_000_000
MOST_ENTRIES = 100_000
MOST_FINDINGS = 1000
DEEPEST = 32

TOO_LARGE = Code(
    "LVS104",
    "The file is too large",
    "A description of 50,000 services stays far below 16 MiB and 2,000,000 values; more is a wrong file.",
    "Name the right file.",
)


def too_large(message: str, mark: Mark) -> Refusal:
    """Say of what there is too much."""
    return Refusal(TOO_LARGE, message, mark, "is this the right file?")


TOO_DEEP = Code(
    "LVS109",
    "Nested too deeply",
    "The language needs seven levels; more than 32 is a wrong or hostile file.",
    "Compare with the language reference and take out the extra brackets or indentation.",
)


def too_deep(mark: Mark) -> Refusal:
    """Say that there is too much in each other."""
    return Refusal(TOO_DEEP, f"nested more than {DEEPEST} levels deep", mark, "the language needs seven")
