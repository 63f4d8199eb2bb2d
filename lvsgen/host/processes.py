"""The processes of this host, as /proc has them; one that ends meanwhile is not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_UNSET = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Process:
    """A process; `started` is in ticks since boot, and `state` the letter that ps shows."""

    pid: int
    name: str
    state: str
    parent: int
    session: int
    started: int

    @property
    def seconds(self) -> float:
        """When it started, in seconds since boot, rounded down to a tick."""
        return self.started / os.sysconf("SC_CLK_TCK")


def look(pid: int) -> Process | None:
    """Look at one; None when there is none, or it is dead and only not yet reaped."""
    try:
        head, _, rest = (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")
        state, parent, _, session, *more = rest.split()
        found = Process(pid, head.partition("(")[2], state, int(parent), int(session), int(more[15]))
    except (OSError, ValueError, IndexError):
        return None
    return None if state in "ZX" else found


def every() -> tuple[Process, ...]:
    """Look at all of them."""
    return tuple(filter(None, map(look, _pids())))


def line(pid: int) -> Iterator[Process]:
    """Give a process, its parent, and so on to the first of all."""
    while found := look(pid):
        yield found
        pid = found.parent


def audited(pid: int | None = None) -> int:
    """Give the number of the login that a process, or ours, belongs to, as the kernel audits it; 0 for none."""
    try:
        number = int((_PROC / ("self" if pid is None else str(pid)) / "sessionid").read_text())
    except (OSError, ValueError):
        return 0
    return 0 if number == _UNSET else number


def latest_audited() -> int:
    """Give the highest number of a login that any process belongs to, 0 for none; the kernel counts them upwards."""
    return max(map(audited, _pids()), default=0)


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in os.scandir(_PROC) if entry.name.isdecimal())
