"""Signals: from a change on they are noted and looked at between two steps; none ends us before we say how it ended.

A handler stays until the process ends, not only while something is changed: a signal between the commit and the words
"is done" would make an exit status that lies. Handlers and what is blocked are not inherited by the programs that are
started, as signals that are ignored would be.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Any

DEFERRED = (
    *(signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGPIPE),
    *(signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGVTALRM, signal.SIGXCPU),
)
"""What would end a process that works as it should; faults are left alone, since nothing sound can follow them."""
STOPPING = (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
"""What a terminal stops us with: a host is not left between two states for as long as nobody says fg."""


class SignalError(Exception):
    """A signal came; raised between two steps."""

    def __init__(self, number: int) -> None:
        super().__init__(f"got {signal.Signals(number).name}")
        self.number = number


class Deferred:
    """Signals are noted from `begin` on, and raised by `check`; what was ignored before, as by nohup, stays so."""

    def __init__(self) -> None:
        self._first = 0
        self._former: dict[int, Any] = {}

    def begin(self) -> None:
        """Note signals until the process ends, and be stopped by none; once is enough."""
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        for number in (*DEFERRED, *STOPPING):
            if number not in self._former and signal.getsignal(number) is not signal.SIG_IGN:
                self._former[number] = signal.signal(number, self._note)

    def check(self) -> None:
        """Raise SignalError when one came since the beginning."""
        if self._first:
            raise SignalError(self._first)

    @contextlib.contextmanager
    def heard(self) -> Iterator[None]:
        """Within the block a signal is raised as it comes, one that came before at once; and ^Z stops us."""
        self.check()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)  # noted, and no more: what waited was for another time
        for number in self._former:
            signal.signal(number, signal.SIG_DFL if number in STOPPING else _raise)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
            for number in self._former:
                signal.signal(number, self._note)

    def finish(self) -> None:
        """Everything is said: ignore what comes while Python ends, which gives its handlers back before it does."""
        for number in self._former:
            signal.signal(number, signal.SIG_IGN)

    def forget(self) -> None:
        """Be as before the beginning."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        for number, handler in self._former.items():
            signal.signal(number, handler)
        self._former, self._first = {}, 0

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._first = self._first or (0 if number in STOPPING else number)


PROCESS = Deferred()
"""This process' own: it has but one set of handlers."""


def _raise(number: int, _frame: FrameType | None) -> None:
    raise SignalError(number)
