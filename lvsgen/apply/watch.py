"""The process that waits for a confirmation, and undoes the change when none comes: `python -m lvsgen.apply.watch`.

It never gives up while the change is open. What fails is tried again after twice the time, up to a minute.
"""

from __future__ import annotations

import contextlib
import sys
import time
from dataclasses import replace

from lvsgen.apply import executor, kill, term, watcher
from lvsgen.apply import journal as journals
from lvsgen.apply.journal import Journal
from lvsgen.apply.term import Due
from lvsgen.apply.watcher import Watcher, now
from lvsgen.errors import OperatorError, said
from lvsgen.host import lock, processes, signals, storage
from lvsgen.host.paths import HostPaths

_PAUSE = 0.2
_LONGEST_PAUSE = 60.0


def watch(paths: HostPaths, number: int, maker: str = "") -> None:
    """Wait for the end of a transaction, and undo it when it is due; however long others are at work before.

    `maker` is who is about to begin it, "" when it has begun.
    """
    journal = Journal(journals.path_of(paths.journals, number))
    me = Watcher(number, lock.myself())
    watcher.say(paths, me)
    try:
        _await_beginning(journal, maker)
        while _is_open(journal, maker):
            me = _once(paths, journal, me)
            time.sleep(pause(me.failures))
            signals.PROCESS.check()
    finally:
        _leave(paths, me)


def pause(failures: int) -> float:
    """Say how long to wait before the next look, in seconds."""
    return float(min(_PAUSE * 2 ** min(failures, 30), _LONGEST_PAUSE))


def _await_beginning(journal: Journal, maker: str) -> None:
    while maker and lock.alive(maker) and not _entries(journal):
        time.sleep(_PAUSE)
        signals.PROCESS.check()


def _is_open(journal: Journal, maker: str) -> bool:
    """Tell whether somebody has to bring it to an end; one that cannot be read or believed is looked at again."""
    entries = _entries(journal)
    if entries is None:
        return True
    is_ours = bool(entries) and (not maker or entries[0].data.get("maker") == maker)
    return is_ours and entries[-1].phase.is_open


def _entries(journal: Journal) -> tuple[journals.Entry, ...] | None:
    try:
        return journal.entries
    except (OperatorError, OSError):
        return None


def _once(paths: HostPaths, journal: Journal, me: Watcher) -> Watcher:
    """Do what is due; what fails is told."""
    try:
        failed = _act(paths, journal)
    except (OperatorError, OSError) as error:
        failed = said(error)
    after = replace(me, failures=me.failures + 1, reason=failed) if failed else me
    if after != me:
        with contextlib.suppress(OperatorError, OSError):
            watcher.say(paths, after)
    return after


def _act(paths: HostPaths, journal: Journal) -> str:
    """Do what is due; says what failed of it, "" for nothing."""
    entries, holder = journal.entries, lock.holder(paths.lock)
    living = holder if lock.alive(holder) else ""
    found = processes.look(int(living.partition(" ")[0])) if living else None
    match term.due(entries[-1].phase, term.of(entries), now(), living, found.state if found else ""):
        case Due.KILL:
            kill.end(living)
        case Due.UNDO:
            return "; ".join(executor.expire(paths, journal.number))
        case Due.WAIT:
            pass
    return ""


def _leave(paths: HostPaths, me: Watcher) -> None:
    """Take our word back, unless the watcher of the next change has given its own."""
    with contextlib.suppress(OperatorError, OSError):
        if watcher.look(paths) == me:
            paths.watcher.unlink(missing_ok=True)


if __name__ == "__main__":
    storage.guard()
    signals.PROCESS.begin()  # so that TERM is no clean end to systemd, which starts us again
    try:
        watch(HostPaths(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:4])
    except signals.SignalError as ended:
        raise SystemExit(128 + ended.number) from None
