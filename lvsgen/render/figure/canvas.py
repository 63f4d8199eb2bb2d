"""Text drawing: pieces at columns, boxes of underscores and bars."""

from __future__ import annotations

Piece = tuple[int, str]


def row(*pieces: Piece) -> str:
    """Put pieces at their columns, left to right; a later one never covers an earlier one."""
    line = ""
    for column, text in sorted(pieces):
        if len(line) > column:
            raise ValueError(f"{text!r} does not fit at column {column}")
        line = line.ljust(column) + text
    return line.rstrip()


def box(*lines: str) -> list[str]:
    """Draw a box around centered lines; every row of it is equally wide."""
    inner = max(map(len, lines)) + 2
    return [f" {'_' * inner} ", *(f"|{text:^{inner}}|" for text in lines), f"|{'_' * inner}|"]


def pierced(rows: list[str]) -> list[str]:
    """Let a line from above enter a box in the middle of its top."""
    top, middle = rows[0], len(rows[0]) // 2
    return [f"{top[:middle]}|{top[middle + 1 :]}", *rows[1:]]


def framed(rows: list[str]) -> list[str]:
    """Draw a dotted frame around rows, whose first two columns are blank."""
    width = max(map(len, rows)) + 4
    return ["." * width, *(f".{text[1:]:<{width - 2}}." for text in rows), "." * width]
