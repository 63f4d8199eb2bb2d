"""Every code of findings, and the pages about them."""

from __future__ import annotations

from lvsgen.codes import addresses, names, structure, text

CODES = {**text.CODES, **structure.CODES, **names.CODES, **addresses.CODES}
GROUPS = {
    "LVS1": "The text",
    "LVS2": "Structure and values",
    "LVS3": "Names and what they refer to",
    "LVS4": "Addresses",
}


def explain(code: str) -> str:
    """Give a page about one code; KeyError when there is none of that name."""
    entry = CODES[code.upper()]
    return f"{code.upper()}: {entry.title}\n\n{entry.why}\n\nWhat to do: {entry.action}\n"


def reference() -> str:
    """Give docs/findings.md."""
    head = "# Findings\n\nGenerated from lvsgen/codes/. `lvsgen explain CODE` prints one of them.\n"
    return head + "".join(_section(prefix, title) for prefix, title in GROUPS.items())


def _section(prefix: str, title: str) -> str:
    entries = "".join(
        f"\n### {code}: {entry.title}\n\n{entry.why}\n\nWhat to do: {entry.action}\n"
        for code, entry in CODES.items()
        if code.startswith(prefix)
    )
    return f"\n## {prefix}xx: {title}\n{entries}"
