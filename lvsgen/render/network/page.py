"""The table of network files in docs/artifacts.md."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lvsgen.platforms.platform import NetworkFiles
from lvsgen.platforms.table import PLATFORMS
from lvsgen.render.network.network import named

_TABLE = re.compile(r"(<!-- network files -->\n).*?(<!-- end -->\n)", re.DOTALL)


def filled(page: str) -> str:
    """Give docs/artifacts.md with its table of network files made anew."""
    table = "".join(f"| {' | '.join(row)} |\n" for row in _rows())
    return _TABLE.sub(lambda found: f"{found[1]}{table}{found[2]}", page)


def _rows() -> Iterator[tuple[str, ...]]:
    yield "kind", "platform", "files", "mode"
    yield ("---",) * 4
    for kind in NetworkFiles:
        found = named(kind)
        files = ", ".join(f"`{path}`" for path in (found.path.format("<interface>"), *found.beside))
        yield kind, ", ".join(one.name for one in PLATFORMS.values() if one.network is kind), files, f"{found.mode:04o}"
