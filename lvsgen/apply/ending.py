"""What came of a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Result(Enum):
    """How a transaction ended, or not yet."""

    NOTHING = "there was nothing to do"
    DONE = "done"
    HOLDING = "done, and awaiting confirmation"
    UNDONE = "everything is as it was"
    STUCK = "not as it was"
    LEFT = "left as it is"


@dataclass(frozen=True, slots=True)
class Ending:
    """How one transaction ended.

    `reason` is why it was undone and `signal` the signal behind that, or 0; `left` is what still differs from what was
    found; `trouble` is what failed on the way back. `other_boot`: its kernel is gone, so files alone were put back.
    `seconds` is the time that is left to confirm.
    """

    result: Result
    number: int = 0
    reason: str = ""
    signal: int = 0
    left: tuple[str, ...] = ()
    trouble: tuple[str, ...] = ()
    other_boot: bool = False
    seconds: int = 0
