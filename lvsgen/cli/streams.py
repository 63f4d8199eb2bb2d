"""The standard streams, as every verb may rely on them."""

from __future__ import annotations

import os
import sys


def prepare() -> None:
    """Open what the caller has closed, so that no file of ours gets its number, and have no character fail to print."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115 - it stays open to the end
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
