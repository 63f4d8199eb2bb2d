"""Every code of findings, and the pages about them."""

from __future__ import annotations

from lvsgen.codes import addresses, bites, names, structure, text
from lvsgen.codes.code import Code
from lvsgen.findings.finding import Severity

CODES = {**text.CODES, **structure.CODES, **names.CODES, **addresses.CODES, **bites.CODES}
WARNINGS = tuple(code for code, entry in CODES.items() if entry.severity is Severity.WARNING)
"""The codes that a suppression can name."""
GROUPS = {
    "LVS1": "The text",
    "LVS2": "Structure and values",
    "LVS3": "Names and what they refer to",
    "LVS4": "Addresses",
    "LVS5": "What will bite",
}


def explain(code: str) -> str:
    """Give a page about one code; KeyError when there is none of that name."""
    return _entry(code.upper(), CODES[code.upper()])


def reference() -> str:
    """Give docs/findings.md."""
    head = "# Findings\n\nGenerated from lvsgen/codes/. `lvsgen explain CODE` prints one of them.\n"
    head += "\nWhere nothing else is said, a finding is an error: nothing is written, since it cannot work.\n"
    return head + "".join(_section(prefix, title) for prefix, title in GROUPS.items())


def _section(prefix: str, title: str) -> str:
    entries = "".join(f"\n### {_entry(code, entry)}" for code, entry in CODES.items() if code.startswith(prefix))
    return f"\n## {prefix}xx: {title}\n{entries}"


def _entry(code: str, entry: Code) -> str:
    return f"{code}: {entry.title}\n\n{entry.why}\n\nWhat to do: {entry.action}\n{_weight(code, entry.severity)}"


def _weight(code: str, severity: Severity) -> str:
    match severity:
        case Severity.ERROR:
            return ""
        case Severity.WARNING:
            kept = f'suppress: {{{code}: "the reason"}}'
            return f"\nA warning: it stops a build only with --strict. To keep it so, write {kept} where it points.\n"
        case Severity.NOTE:
            return "\nA note: it never stops a build.\n"
