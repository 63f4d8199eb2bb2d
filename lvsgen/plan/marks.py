"""An operation as a plan shows it: what it says, which connections it drops and what is dangerous about it."""

from __future__ import annotations

from dataclasses import dataclass

from lvsgen.plan import describe
from lvsgen.plan.operation import Operation


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a plan; `drops` and `dangerous` are empty for nothing."""

    says: str
    drops: str = ""
    dangerous: str = ""

    @property
    def mark(self) -> str:
        """`!` for what is dangerous, `x` for what drops connections, and a blank."""
        return "!" if self.dangerous else "x" if self.drops else " "

    @property
    def reason(self) -> str:
        """Why it is marked."""
        return "; ".join(filter(None, (self.dangerous, self.drops)))

    @property
    def line(self) -> str:
        """The row for people: mark, words, reason."""
        return f"{self.mark} {self.says}{f' ({self.reason})' if self.reason else ''}"


def row(operation: Operation) -> Row:
    """Say an operation with its marks."""
    return Row(describe.say(operation), describe.drops_connections(operation), describe.dangerous(operation))
