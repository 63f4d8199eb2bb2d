"""The process that waits for a confirmation, and undoes the change when none comes: `python -m lvsgen.apply.watch`."""

from __future__ import annotations

import contextlib
import sys
import time

from lvsgen.apply import executor, lock
from lvsgen.apply import journal as journals
from lvsgen.apply.journal import Journal, Phase
from lvsgen.apply.places import Places
from lvsgen.apply.watcher import now
from lvsgen.errors import OperatorError
from lvsgen.host import umask

_PAUSE = 0.2
_MOST_FAILURES = 100


def watch(places: Places, number: int) -> None:
    """Wait for the end of a transaction, and undo it when it is due; however long others are at work before."""
    journal = Journal(journals.path_of(places.journals, number))
    places.watcher.write_text(f"{number} {lock.myself()}\n")
    failures = 0
    while _is_open(journal) and failures < _MOST_FAILURES:
        with contextlib.suppress(OperatorError, OSError):
            if _is_due(places, journal):
                failures += not _expire(places, number)
        time.sleep(_PAUSE)
    places.watcher.unlink(missing_ok=True)


def _is_open(journal: Journal) -> bool:
    """Tell whether somebody has to bring it to an end; one that cannot be read or believed is looked at again."""
    try:
        return journal.phase.is_open
    except (OperatorError, OSError):
        return True


def _is_due(places: Places, journal: Journal) -> bool:
    last = journal.entries[-1]
    if last.phase is Phase.HOLDING:
        return bool(last.data["deadline"] <= now())
    return not lock.alive(lock.holder(places.lock))


def _expire(places: Places, number: int) -> bool:
    """Undo the change, if nobody else is at work; tells whether that has not failed."""
    try:
        return executor.expire(places, number)
    except (OperatorError, OSError):
        return True


if __name__ == "__main__":
    umask.guard()
    watch(Places(sys.argv[1]), int(sys.argv[2]))
