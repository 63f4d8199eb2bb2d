"""What came out, as a table for people and as data for programs."""

from __future__ import annotations

from collections.abc import Sequence

from bench.rows import Result

_HEAD = ("what", "ours", "peer", "ratio", "spread", "goal", "", "measured")
UNITS = {"user": "s", "wall": "s", "memory": "MiB"}


def text(results: Sequence[Result]) -> str:
    """One line for each row, its columns aligned."""
    lines = [_HEAD, *(_cells(result) for result in results)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines
    )


def data(results: Sequence[Result]) -> list[dict[str, object]]:
    """The same, unrounded, under the names that the code has for it."""
    return [
        {
            "what": result.row.what,
            "measured": {"ours": result.row.ours, "peer": result.row.peer, "times": result.row.times},
            "by": result.row.by,
            "ours": result.ours,
            "peer": result.peer,
            "ratio": result.ratio,
            "spread": [result.low, result.high],
            "goal": result.row.goal,
            "reached": result.reached,
        }
        for result in results
    ]


def _cells(result: Result) -> tuple[str, ...]:
    row, unit = result.row, UNITS[result.row.by]
    times = f" {row.times} times" if row.times > 1 else ""
    return (
        row.what,
        f"{_figure(result.ours)} {unit}",
        f"{_figure(result.peer)} {unit}" if result.peer is not None else "",
        f"{result.ratio:.2f}" if result.ratio is not None else "",
        f"{_figure(result.low)}-{_figure(result.high)}",
        f"{row.goal:g}" if row.peer else f"{row.goal:g} {unit}",
        "" if result.reached else "over",
        f"{row.ours} / {row.peer}{times}, {row.by}" if row.peer else f"{row.ours}, {row.by}",
    )


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"
