"""Signals: kept until a step is done, and passed over while a rollback runs."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any

DEFERRED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class SignalError(Exception):
    """A signal came; raised between two steps."""

    def __init__(self, number: int) -> None:
        super().__init__(f"got {signal.Signals(number).name}")
        self.number = number


class Deferred:
    """Within the block a signal is noted, and raised by `check`; what was ignored before, as by nohup, stays so."""

    def __init__(self) -> None:
        self._first = 0
        self._former: dict[int, Any] = {}

    def __enter__(self) -> Deferred:
        heard = [number for number in DEFERRED if signal.getsignal(number) is not signal.SIG_IGN]
        self._former = {number: signal.signal(number, self._note) for number in heard}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def check(self) -> None:
        """Raise SignalError when a signal came since the start of the block."""
        if self._first:
            raise SignalError(self._first)

    @contextlib.contextmanager
    def ignored(self) -> Iterator[None]:
        """Pass over all signals; programs that are started within ignore them too."""
        for number in self._former:
            signal.signal(number, signal.SIG_IGN)
        try:
            yield
        finally:
            for number in self._former:
                signal.signal(number, self._note)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._first = self._first or number
