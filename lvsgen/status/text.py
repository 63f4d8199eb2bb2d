"""A status as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lvsgen import phrasing
from lvsgen.host.live import leaving
from lvsgen.plan import describe
from lvsgen.status.look import Row, Status

HEADINGS = ("realserver", "destination", "forward", "weight", "active", "inactive", "")


def text(status: Status) -> str:
    """Say it all: first whether it is in sync, then what differs, then the connections."""
    return "".join(f"{phrasing.visible(line)}\n" for line in _lines(status))


def headline(status: Status) -> str:
    """Say in a line whether a host is in sync."""
    verdict = "in sync" if status.in_sync else "not in sync"
    return f"{status.host} of cluster {status.cluster}: {verdict}"


def differences(status: Status) -> Iterator[str]:
    """Yield what differs, running and for the next boot apart."""
    yield from _part("running", [describe.say(operation) for operation in status.running], "lvsgen apply would do")
    yield from _part("boot files", list(status.files), "otherwise than in out/")
    yield from _section("open", status.open)


def remarks(status: Status) -> Iterator[str]:
    """Yield who is drained, what is there beside ours, and what is to be known about out/."""
    yield from _section("drained", [_drained(status, name) for name in status.drained])
    yield from _section("not ours, left alone", status.foreign)
    yield from _section("warnings", status.warnings)
    yield from _section("out/ is compared as it stands; plan, apply and undrain would refuse it", status.notes)


def groups(status: Status) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Yield each service's title, and its destinations as cells below HEADINGS."""
    for service, rows in groupby(status.rows, key=lambda row: row.service):
        yield f"{describe.say_key(service.key)} {service.scheduler}", [_cells(row) for row in rows]


def _lines(status: Status) -> Iterator[str]:
    yield headline(status)
    yield from differences(status)
    for title, rows in groups(status):
        yield title
        yield from _table(rows)
    yield from remarks(status)


def _cells(row: Row) -> tuple[str, ...]:
    to, count = row.destination, row.connections
    numbers = (str(to.weight), str(count.active), str(count.inactive))
    remark = "drained" if row.is_drained else "" if row.is_ours else "not ours"
    return (row.realserver or "-", f"{to.address}:{to.port}", to.forward, *numbers, remark)


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    table = [HEADINGS, *rows]
    widths = [max(len(cells[column]) for cells in table) for column in range(len(HEADINGS))]
    for cells in table:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _drained(status: Status, name: str) -> str:
    rows = [row for row in status.rows if row.realserver == name and row.is_ours]
    if not rows:
        return f"{name}: no service leads to it"
    return f"{name}: {leaving.total((row.service.key, row.connections) for row in rows).words} left"


def _part(name: str, lines: list[str], what: str) -> Iterator[str]:
    yield f"{name}: {what}" if lines else f"{name}: as out/ says"
    yield from (f"  {line}" for line in lines)


def _section(name: str, lines: tuple[str, ...] | list[str]) -> Iterator[str]:
    if lines:
        yield name
        yield from (f"  {line}" for line in lines)
