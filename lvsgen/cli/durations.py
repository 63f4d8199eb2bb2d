"""Durations on the command line: 90, 90s, 5m, 2h, 1d."""

from __future__ import annotations

import re

from lvsgen import phrasing

_FORM = re.compile(r"(\d{1,9})([smhd]?)", re.ASCII)
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(text: str) -> int:
    """Read a duration; ValueError, in words for who typed it, when it is none."""
    found = _FORM.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{phrasing.quote(text)} is no duration: write 90s, 5m, 2h or 1d")
    return int(found[1]) * _SECONDS[found[2]]
