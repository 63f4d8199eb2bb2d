"""Findings as a person reads them, and as a program does."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from lvsgen import phrasing
from lvsgen.findings.code import Severity
from lvsgen.findings.finding import Finding, Span

MOST_SHOWN = 50
_TAB = "    "


def to_text(findings: Sequence[Finding]) -> str:
    """Give the findings with their source lines and carets; at most MOST_SHOWN of them, then how many more."""
    shown = [line for finding in findings[:MOST_SHOWN] for line in _lines(finding)]
    more = len(findings) - MOST_SHOWN
    if more > 0:
        shown.append(f"... and {more} more; `--format json` lists them all")
    return "".join(f"{line}\n" for line in shown)


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """Count the findings of each severity."""
    return {severity.value: sum(found.severity is severity for found in findings) for severity in Severity}


def counted(findings: Sequence[Finding]) -> str:
    """Say how many there are of each severity: "2 errors, 1 warning"."""
    said = [f"{count} {name}{'s' * (count != 1)}" for name, count in counts(findings).items() if count]
    return ", ".join(said) or "no findings"


def to_data(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """Give the findings as plain data, ready for json.dumps."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "message": finding.message,
            "hint": finding.hint,
            "places": [_place(span) for span in finding.spans],
        }
        for finding in findings
    ]


def _place(span: Span) -> dict[str, object]:
    return {"file": span.file, "line": span.line, "column": span.column, "source": span.source}


def _lines(finding: Finding) -> Iterator[str]:
    first, *others = finding.spans
    yield f"{_where(first)}: {finding.code} {finding.severity}: {phrasing.visible(finding.message)}"
    yield from _quoted(first)
    for other in others:
        yield f"{_where(other)}: note: {other.label}"
        yield from _quoted(other)
    if finding.hint:
        yield f"{' ' * (len(str(finding.spans[-1].line)) + 3)}= help: {phrasing.visible(finding.hint)}"


def _where(span: Span) -> str:
    return f"{phrasing.visible(span.file)}:{span.line}:{span.column}"


def _quoted(span: Span) -> Iterator[str]:
    before = _cells(span.source[: span.offset])
    marked = _cells(span.source[span.offset : span.offset + span.width])
    gutter = " " * len(str(span.line))
    yield f"  {span.line} | {_cells(span.source)}".rstrip()
    yield f"  {gutter} | {' ' * _columns(before)}{'^' * max(1, _columns(marked))}"


def _cells(text: str) -> str:
    return "".join(_TAB if char == "\t" else phrasing.visible(char) for char in text)


def _columns(text: str) -> int:
    return sum(_columns_of(char) for char in text)


def _columns_of(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
