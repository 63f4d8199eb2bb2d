"""The time within which a change is to be confirmed, and who makes it: in its journal before the first change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from lvsgen.apply.journal import Entry, Phase
from lvsgen.host.login import Moment

GRACE = 5.0
"""How long its maker has to undo a change whose time is over, in seconds."""


@dataclass(frozen=True, slots=True)
class Term:
    """`maker` is the process, as a lock names one, "" for none; `deadline` is in seconds since boot."""

    maker: str = ""
    deadline: float = math.inf

    def is_over(self, now: float) -> bool:
        """Tell whether it is over."""
        return self.deadline <= now


NO_TERM = Term()


def of(entries: Sequence[Entry]) -> Term:
    """Read it from a journal; former versions named a deadline when the change was holding, and no maker."""
    found = [entry.data["deadline"] for entry in entries if "deadline" in entry.data]
    maker = entries[0].data.get("maker", "") if entries else ""
    return Term(str(maker), float(found[-1]) if found else math.inf)


def held_since(entries: Sequence[Entry]) -> Moment:
    """Say from when on a confirmation was awaited; in journals of former versions that follows from the deadline."""
    last = next(entry.data for entry in reversed(entries) if entry.phase is Phase.HOLDING)
    if "since" in last:
        return Moment(float(last["since"]), int(last["audited"]))
    return Moment(float(last["deadline"]) - float(entries[0].data["confirm"]))


class Due(Enum):
    """What is to be done about a change that is open."""

    WAIT = auto()
    KILL = auto()
    UNDO = auto()


def due(phase: Phase, term: Term, now: float, holder: str, state: str) -> Due:
    """Decide; `holder` is who lives and holds the lock, "" for nobody, and `state` the letter of that process.

    Its maker may be stopped, or wait for a terminal that is: then it is killed. One that puts things back is not,
    unless it is stopped. Whoever else is at work is waited for.
    """
    if not holder:
        return Due.WAIT if phase is Phase.HOLDING and not term.is_over(now) else Due.UNDO
    is_late = holder == term.maker and term.is_over(now - GRACE)
    is_at_work = phase is Phase.UNDOING and state not in ("T", "t")
    return Due.KILL if is_late and not is_at_work else Due.WAIT
