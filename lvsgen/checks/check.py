"""Check: a generator of problems, and the codes of those that it may give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lvsgen.description.model import Cluster
from lvsgen.findings.code import Code, Severity
from lvsgen.findings.finding import Problem

Look = Callable[[Cluster], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Check:
    """A check of a cluster whose parts are each well formed; it looks, and mends nothing."""

    codes: tuple[Code, ...]
    look: Look

    @property
    def can_stop(self) -> bool:
        """Whether it finds errors, and not only what will bite where there is none."""
        return any(code.severity is Severity.ERROR for code in self.codes)


def check(*codes: Code) -> Callable[[Look], Check]:
    """Make a check of a generator, and have it collected."""
    return lambda look: Check(codes, look)
