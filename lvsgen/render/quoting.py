"""What makes any text harmless where it is put: a shell word, one line of a comment."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")


def word(value: object) -> str:
    """Quote a value as exactly one word of a POSIX shell; plain words stay plain."""
    text = str(value)
    if "\0" in text:
        raise ValueError("a shell word cannot hold a NUL")
    if _PLAIN.fullmatch(text):
        return text
    return "'" + text.replace("'", "'\"'\"'") + "'"


def line(value: object) -> str:
    """Make a value one printable line: whatever would end a line or move a cursor is written as an escape."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in str(value))


def cell(value: object) -> str:
    """Make a value fit a cell of a Markdown table."""
    return line(value).replace("\\", "\\\\").replace("|", "\\|").replace("`", "\\`").replace("<", "&lt;")
