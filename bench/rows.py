"""What is compared: named runs, each measured once in every round, and rows that set two of them side by side."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from bench.cost import Cost

Runs = Mapping[str, Callable[[], Cost]]
"""What to do, by a name that the table shows."""
Measured = Mapping[str, Sequence[Cost]]
"""What each run cost, round by round."""


@dataclass(frozen=True, slots=True)
class Row:
    """`ours` against `times` the peer's, by one figure of a Cost; `goal` is the most that the ratio should be.

    Without a peer, it is the most that the figure itself should be.
    """

    what: str
    ours: str
    by: str
    goal: float
    peer: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Result:
    """A row as it came out: medians of the rounds; `ratio` is the median of their ratios, between `low` and `high`."""

    row: Row
    ours: float
    peer: float | None
    ratio: float | None
    low: float
    high: float

    @property
    def reached(self) -> bool:
        """Whether the goal is."""
        return (self.ours if self.ratio is None else self.ratio) <= self.row.goal


def measure(runs: Runs, rounds: int, say: Callable[[str], None]) -> Measured:
    """Do all runs, round after round, so that whatever else the machine does meets ours and the peers' alike."""
    measured: dict[str, list[Cost]] = {name: [] for name in runs}
    for number in range(1, rounds + 1):
        for name, run in runs.items():
            say(f"round {number} of {rounds}: {name}")
            measured[name].append(run())
    return measured


def result(row: Row, measured: Measured) -> Result:
    """Set side by side what was measured in the same round."""
    figure: Callable[[Cost], float] = attrgetter(row.by)
    ours = [figure(cost) for cost in measured[row.ours]]
    if not row.peer:
        return Result(row, statistics.median(ours), None, None, min(ours), max(ours))
    peer = [figure(cost) * row.times for cost in measured[row.peer]]
    ratios = [mine / theirs for mine, theirs in zip(ours, peer, strict=True)]
    middle = statistics.median
    return Result(row, middle(ours), middle(peer), middle(ratios), min(ratios), max(ratios))
