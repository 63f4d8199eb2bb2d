"""Somebody else at work on a folder while it is read or written."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def swapper(step: Callable[[], object]) -> Iterator[None]:
    """Let a process of its own do something without pause, whatever it meets."""
    child = os.fork()
    if child == 0:
        while True:
            with contextlib.suppress(Exception):
                step()
    try:
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
