"""End one process, and what it has started, so that nothing of it goes on: the watcher does, and nobody else."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterable, Iterator

from lvsgen.host import lock, processes
from lvsgen.host.processes import Process


def end(holder: str) -> None:
    """KILL the process that a lock names, while it is that one, with all that it has started; never ourselves."""
    pid = int(holder.partition(" ")[0])
    with _handle(pid) as handle:
        if not lock.alive(holder):
            return
        _send(pid, handle, signal.SIGSTOP)  # so that it starts no more
        started = brood(processes.every(), pid, os.getpid())
        _send(pid, handle, signal.SIGKILL)
    for one in started:
        _kill(one)


def brood(every: Iterable[Process], pid: int, spared: int) -> tuple[Process, ...]:
    """Give what a process has started: its descendants, and what shares a session of theirs; not who is `spared`.

    Each program that we start leads a session of its own, so what it has left behind is still in that.
    """
    others = {one.pid: one for one in every if one.pid != pid}
    ours = others[spared].session if spared in others else 0
    found: set[int] = set()
    while more := {
        one.pid
        for one in others.values()
        if one.pid not in found
        and one.session != ours
        and (one.parent == pid or one.parent in found or one.session in found)
    }:
        found |= more
    return tuple(others[one] for one in sorted(found))


def _kill(one: Process) -> None:
    with _handle(one.pid) as handle:
        now = processes.look(one.pid)
        if now and now.started == one.started:
            _send(one.pid, handle, signal.SIGKILL)


@contextlib.contextmanager
def _handle(pid: int) -> Iterator[int | None]:
    """Hold on to a process, so that no other one is meant that gets its number; None where the kernel cannot."""
    try:
        handle = os.pidfd_open(pid)
    except OSError:
        yield None
        return
    try:
        yield handle
    finally:
        os.close(handle)


def _send(pid: int, handle: int | None, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        if handle is None:
            os.kill(pid, number)
        else:
            signal.pidfd_send_signal(handle, number)
