"""An NftTable as text to load, laid out over lines as `nft list table` does."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from lvsgen.state.netfilter import NftTable

_WIDTH = 100


def text(table: NftTable) -> str:
    """Lay a table out; its lines are the state's own, indented, and a long list of elements is wrapped."""
    return "\n".join(_lines((f"table {table.family} {table.name} {{", *table.body, "}")))


def _lines(lines: tuple[str, ...]) -> Iterator[str]:
    depth = 0
    for line in lines:
        depth -= line == "}"
        yield from _wrapped(line, "\t" * depth)
        depth += line.endswith("{")


def _wrapped(line: str, indent: str) -> list[str]:
    """nft reads a line that ends in a comma together with the next one; no other line may be broken."""
    if ", " not in line:
        return [indent + line]
    inner = indent + "\t" * 2
    return textwrap.wrap(
        line,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=inner,
        expand_tabs=False,
        break_long_words=False,
        break_on_hyphens=False,
    )
