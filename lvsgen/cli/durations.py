"""Durations on the command line: 90, 90s, 5m, 2h, 1d."""

from __future__ import annotations

import re

import typer

from lvsgen import phrasing

_FORM = re.compile(r"(\d{1,9})([smhd]?)", re.ASCII)
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(text: str) -> int:
    """Read a duration; whoever typed it is told the form when it is none."""
    found = _FORM.fullmatch(text.strip())
    if not found:
        raise typer.BadParameter(f"{phrasing.quote(text)} is no duration: write 90s, 5m, 2h or 1d")
    return int(found[1]) * _SECONDS[found[2]]
