"""File: one rendered file, before it has a place on a disk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """A file's text, and the mode and owner it needs on the host that it is for."""

    text: str
    mode: int = 0o644
    owner: str = "root:root"
