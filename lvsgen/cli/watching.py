"""A status that is looked at again and again: a live table on a terminal, texts one after the other elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from lvsgen.status.look import Status
from lvsgen.status.text import HEADINGS, differences, groups, headline, remarks, text

if TYPE_CHECKING:
    from rich.console import Group


def watch(look: Callable[[], Status], interval: float) -> None:
    """Show a status until somebody interrupts."""
    try:
        _on_a_terminal(look, interval) if sys.stdout.isatty() else _as_texts(look, interval)
    except KeyboardInterrupt:
        return


def _as_texts(look: Callable[[], Status], interval: float) -> None:
    while True:
        print(text(look()), flush=True)
        time.sleep(interval)


def _on_a_terminal(look: Callable[[], Status], interval: float) -> None:
    from rich.live import Live  # noqa: PLC0415

    with Live(shown(look()), auto_refresh=False, screen=True) as live:
        while True:
            time.sleep(interval)
            live.update(shown(look()), refresh=True)


def shown(status: Status) -> Group:
    """Lay a status out for a terminal."""
    from rich.console import Group  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    colour = "green" if status.in_sync else "red"
    table = Table(*HEADINGS, box=None, pad_edge=False)
    for title, rows in groups(status):
        table.add_row(Text(title, style="bold"))
        for cells in rows:
            table.add_row(*(Text(cell, style=_style(cells[-1])) for cell in cells))
    before = (Text(line) for line in differences(status))
    after = (Text(line) for line in remarks(status))
    return Group(Text(headline(status), style=colour), *before, table, *after)


def _style(remark: str) -> str:
    return {"drained": "yellow", "not ours": "dim"}.get(remark, "")
