"""How large the clusters are that are measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Services, and destinations of each: what is compiled, also GROWTH times as large, and what a kernel is given."""

    compiled: tuple[int, int]
    applied: tuple[int, int]


GROWTH = 5
FULL = Size(compiled=(10_000, 3), applied=(1_000, 10))
TINY = Size(compiled=(20, 3), applied=(3, 2))
