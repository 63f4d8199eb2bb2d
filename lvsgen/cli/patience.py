"""Whether standard output takes a line, without waiting for ever: a terminal that ^S has stopped takes none."""

from __future__ import annotations

import select
import sys
from collections.abc import Callable


def patience(seconds: float) -> Callable[[], bool]:
    """Give what tells whether a line can be written now; it waits once, and no more until one can."""
    left = [seconds]

    def is_open() -> bool:
        found = _takes(left[0])
        left[0] = seconds if found else 0
        return found

    return is_open


def _takes(seconds: float) -> bool:
    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), select.POLLOUT)
        return bool(poll.poll(seconds * 1000))
    except (OSError, ValueError):  # it is no file: it takes all
        return True
