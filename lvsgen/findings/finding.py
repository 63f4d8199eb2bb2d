"""Findings: what is wrong with a description, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from lvsgen.findings.code import Code, Severity

Path = tuple[str | int, ...]
"""Where a value stands in the description: ("services", "ssh", "port")."""

INCOMPLETE = "*"
"""Stands for what a mapping lacks, because of two keys in it one does not count: ("vips", INCOMPLETE)."""


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a text: line and column count from 1, `width` is in characters.

    `source` is the line, or the part of a long one around the place; the place begins at its character `offset`.
    `label` is said of it where it is not the first place of its finding.
    """

    file: str
    line: int
    column: int
    source: str
    width: int = 1
    offset: int = 0
    label: str = "this is the other place"


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding before it is placed: `at[0]` is the place at fault, further ones are what it disagrees with.

    `touches` are places it was concluded from and that need no showing: when one of them is already known to be wrong,
    the problem is dropped. With `mutual`, no place is more at fault than another: the last in the file is shown first.
    """

    code: Code
    message: str
    at: tuple[Path, ...]
    hint: str = ""
    on_key: bool = False
    touches: tuple[Path, ...] = ()
    mutual: bool = False


@dataclass(frozen=True, slots=True)
class Clash:
    """A problem between descriptions: each place with the number of the description that it is in."""

    code: Code
    message: str
    at: tuple[tuple[int, Path], ...]
    hint: str = ""
    on_key: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with its places; `spans[0]` is where to look first. `code` is its number, as it is written."""

    code: str
    severity: Severity
    message: str
    spans: tuple[Span, ...]
    hint: str = ""


def in_file_order(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Give the findings by line and column, each once."""
    return tuple(sorted(dict.fromkeys(findings), key=_place))


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    first = finding.spans[0]
    return first.file, first.line, first.column, finding.code, finding.message
