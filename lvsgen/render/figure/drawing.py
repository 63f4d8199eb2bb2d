"""A figure as text: clients, gateway, directors and realservers of a cluster.

Up to a page's width realservers stand side by side in boxes; more of them, or longer names, become a list on the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from lvsgen.render.figure import canvas

_CLIENTS = (
    "  _________        _________             _________",
    " |         |      |         |           |         |",
    " | CLIENT 1|      | CLIENT 2|           | CLIENT N|",
    " |_________|      |_________|           |_________|",
    "      |                |                     |",
    "      ----------------------------------------",
)
_TRUNK_OF_CLIENTS = 23
_MARGIN, _GAP, _LEAD = 8, 4, 9
_WIDEST_ROW = 76
_MOST_LABELS, _MOST_LISTED = 8, 16


@dataclass(frozen=True, slots=True)
class Node:
    """A host in the figure: its name, and what is written beside or above its box."""

    name: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """What to draw; `gateway` is "" for none. `through`: the director stands between clients and realservers."""

    title: str
    gateway: str
    directors: tuple[Node, ...]
    realservers: tuple[Node, ...]
    through: bool = False


def draw(figure: Figure) -> str:
    """Draw the figure; no line ends in a blank."""
    cells = [canvas.box(f"REALSERVER {count}", node.name) for count, node in enumerate(figure.realservers, 1)]
    widths = [max(len(cell[0]), *map(len, node.labels)) for cell, node in zip(cells, figure.realservers, strict=True)]
    side_by_side = sum(widths) + _GAP * (len(widths) - 1) <= _WIDEST_ROW
    start, trunk = _columns(figure, widths if side_by_side else [])
    servers = _row(figure, cells, widths, start) if side_by_side else _list(figure, trunk)
    inside = [_line(trunk), *_directors(figure, trunk), _line(trunk), *servers]
    return "\n".join([*_outside(figure, trunk), *canvas.framed([text.rstrip() for text in inside])]) + "\n"


def _columns(figure: Figure, widths: list[int]) -> tuple[int, int]:
    """Choose where the row of realservers starts, and the column of the line that joins everything."""
    beside = 0 if figure.through else max(_MARGIN + _box_width(node) + _LEAD for node in figure.directors)
    around = max(_MARGIN + _box_width(node) // 2 for node in figure.directors)
    trunk = max(beside, around, _TRUNK_OF_CLIENTS + 1, len(figure.title) + 3)
    if not widths:
        return _MARGIN, trunk
    centers = _centers(widths, 0)
    middle = (centers[0] + centers[-1]) // 2
    return max(_MARGIN, trunk - middle), max(trunk, _MARGIN + middle)


def _box_width(node: Node) -> int:
    return max(len("DIRECTOR"), len(node.name)) + 4


def _line(trunk: int) -> str:
    return canvas.row((trunk, "|"))


def _outside(figure: Figure, trunk: int) -> Iterator[str]:
    for text in _CLIENTS:
        yield " " * (trunk - _TRUNK_OF_CLIENTS) + text
    yield _line(trunk)
    if figure.gateway:
        yield from _centered(canvas.box("GATEWAY"), trunk, (f"IP={figure.gateway}",))
    yield canvas.row((1, figure.title), (trunk, "|"))


def _centered(rows: list[str], trunk: int, labels: tuple[str, ...]) -> Iterator[str]:
    """Draw a box on the line, its labels to the right of it."""
    column = trunk - len(rows[0]) // 2
    right = column + len(rows[0]) + 3
    texts = ("", *labels)
    for text, label in zip_longest(canvas.pierced(rows), texts):
        yield canvas.row((column, text) if text else (trunk, "|"), *([(right, label)] if label else []))


def _directors(figure: Figure, trunk: int) -> Iterator[str]:
    for position, node in enumerate(figure.directors):
        if position:
            yield _line(trunk)
        rows, labels = canvas.box("DIRECTOR", node.name), _shortened(node.labels)
        yield from _centered(rows, trunk, labels) if figure.through else _beside(rows, trunk, labels)


def _beside(rows: list[str], trunk: int, labels: tuple[str, ...]) -> Iterator[str]:
    """Draw a box to the left of the line, joined to it at its name, its labels to the right of the line."""
    joint = _MARGIN + len(rows[0])
    for position, (text, label) in enumerate(zip_longest(rows, ("", *labels), fillvalue="")):
        dashes = (joint, "-" * (trunk - joint)) if position == 2 else (joint, "")
        yield canvas.row((_MARGIN, text), dashes, (trunk, "|"), (trunk + 6, label))


def _shortened(labels: tuple[str, ...]) -> tuple[str, ...]:
    if len(labels) <= _MOST_LABELS:
        return labels
    return (*labels[: _MOST_LABELS - 1], f"... and {len(labels) - _MOST_LABELS + 1} more, in the tables below")


def _centers(widths: list[int], start: int) -> list[int]:
    centers = []
    for width in widths:
        centers.append(start + width // 2)
        start += width + _GAP
    return centers


def _row(figure: Figure, cells: list[list[str]], widths: list[int], start: int) -> Iterator[str]:
    """Draw the realservers' boxes in a row under a common line."""
    centers = _centers(widths, start)
    if len(centers) > 1:
        yield canvas.row((centers[0], "-" * (centers[-1] - centers[0] + 1)))
    yield canvas.row(*((center, "|") for center in centers))
    labels = zip_longest(*(node.labels for node in figure.realservers), fillvalue="")
    for texts in (*labels, *zip(*cells, strict=True)):
        yield canvas.row(*((center - len(text) // 2, text) for center, text in zip(centers, texts, strict=True)))


def _list(figure: Figure, trunk: int) -> Iterator[str]:
    """Hang the realservers on the line, one below the other."""
    shown = figure.realservers[:_MOST_LISTED]
    count, name = len(str(len(shown))), max(len(node.name) for node in shown)
    for position, node in enumerate(shown, 1):
        heading = f"|--- REALSERVER {position:<{count}}  {node.name:<{name}}  {'  '.join(node.labels)}"
        yield canvas.row((trunk, heading))
    if len(figure.realservers) > len(shown):
        yield canvas.row((trunk, f"|--- ... and {len(figure.realservers) - len(shown)} more, in the table of hosts"))
