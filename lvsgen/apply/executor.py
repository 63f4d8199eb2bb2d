"""What an operator does to a host: apply, confirm, roll back; each alone on the host, after what others left open."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lvsgen.apply import change as changes
from lvsgen.apply import journal as journals
from lvsgen.apply import neighbours, service, term, transaction, watcher
from lvsgen.apply.change import Change
from lvsgen.apply.ending import Ending, Result
from lvsgen.apply.journal import Journal, Phase
from lvsgen.apply.system import System
from lvsgen.apply.undo import undo
from lvsgen.apply.work import Observer, Work, earlier_record, let_go, put_record, read_record
from lvsgen.errors import OperatorError
from lvsgen.host import lock, login, record, signals
from lvsgen.host.paths import HostPaths
from lvsgen.host.signals import Deferred
from lvsgen.plan import describe
from lvsgen.plan.plan import plan

_LEFT_OPEN = "the process that made this change ended before it was done"


@dataclass(frozen=True, slots=True)
class Alone:
    """A host that nobody else changes now."""

    paths: HostPaths
    system: System
    signals: Deferred
    observer: Observer

    def work(self, journal: Journal, change: Change | None = None) -> Work:
        """Take up a change: a new one, or the one that a journal holds."""
        found = change or _read(journal)
        return Work(self.paths, self.system, self.signals, self.observer, journal, found)

    def resume(self, journal: Journal) -> Work:
        """Take up what a journal holds, to keep or undo it; OperatorError when another cluster is in the way."""
        work = self.work(journal)
        neighbours.refuse(self.paths, work.change.when)
        return work


@contextlib.contextmanager
def exclusively(paths: HostPaths, observer: Observer) -> Iterator[Alone]:
    """Be alone on this host, signals deferred from now on; OperatorError when somebody else is at work."""
    signals.PROCESS.begin()
    with lock.held(paths.lock), lock.alone(paths.running) as running:
        yield Alone(paths, System(running), signals.PROCESS, observer)


def apply(paths: HostPaths, prepare: Callable[[], Change], observer: Observer) -> tuple[Ending, ...]:
    """Bring to an end what was left open, then do what `prepare` comes to; the last ending is that of the change."""
    with exclusively(paths, observer) as here:
        endings = _recover_and_apply(here, prepare)
    service.tell(paths, endings, observer)
    return endings


def confirm(paths: HostPaths, observer: Observer, *, same_session: bool = False) -> Ending:
    """Confirm the change that awaits it."""
    with exclusively(paths, observer) as here:
        ending = transaction.confirm(_to_confirm(here, same_session=same_session))
    service.tell(paths, (ending,), observer)
    return ending


def rollback(paths: HostPaths, observer: Observer, *, resume: bool = False) -> Ending:
    """Bring to an end what is open, or undo the last change that is not yet undone."""
    with exclusively(paths, observer) as here:
        endings = recover(here, "asked for") or (undo(to_undo(here, resume=resume), "asked for"),)
    service.tell(paths, endings, observer)
    return endings[-1]


def recover(here: Alone, reason: str = _LEFT_OPEN) -> tuple[Ending, ...]:
    """Undo every change that is open, the last one first."""
    works = [here.resume(journal) for journal in reversed(_open(here.paths))]  # refused before any is undone
    return tuple(undo(work, reason) for work in works)


def expire(paths: HostPaths, number: int) -> tuple[str, ...]:
    """Undo a change that nobody confirmed in time, or that was left half done; says what is not as it was."""
    with exclusively(paths, lambda name: None) as here:
        due = [here.resume(journal) for journal in _open(paths) if journal.number == number]
        endings = [undo(work, "not confirmed in time") for work in due]
    service.tell(paths, endings, lambda name: None)
    return tuple(line for ending in endings for line in ending.left)


def _recover_and_apply(here: Alone, prepare: Callable[[], Change]) -> tuple[Ending, ...]:
    neighbours.refuse(here.paths)
    _refuse_holding(here.paths)
    endings = recover(here)
    if any(ending.result is Result.STUCK for ending in endings):
        return endings
    return (*endings, _apply(here, prepare()))


def _apply(here: Alone, change: Change) -> Ending:
    work = here.work(journals.following(here.paths.journals), change)
    for journal in journals.all_of(here.paths.journals)[-1:]:
        let_go(here.paths, journal)
    if change.files or plan(change.snapshot, change.target):
        ending = transaction.run(work)
        with contextlib.suppress(Exception):  # how it ended stands; the next change prunes
            journals.prune(here.paths.journals)
        return ending
    text = record.render(record.settled(earlier_record(here.paths, change), change.desired, change.snapshot))
    if change.is_recorded and read_record(here.paths) != text:
        put_record(here.paths, text)
    return Ending(Result.NOTHING)


def _to_confirm(here: Alone, *, same_session: bool) -> Work:
    holding = [journal for journal in _open(here.paths) if journal.phase is Phase.HOLDING]
    if not holding:
        raise OperatorError("no change awaits confirmation", "see lvsgen history")
    if _is_over(holding[-1]):
        raise OperatorError(f"the time to confirm change {holding[-1].number} is over", "undo it: lvsgen rollback")
    work = here.resume(holding[-1])
    if not same_session:
        login.refuse_older(term.held_since(holding[-1].entries))
    _refuse_changed(work)
    return work


def to_undo(here: Alone, *, resume: bool = False) -> Work:
    """Take up the last change that is not yet undone; OperatorError when there is none, or only an older boot's."""
    closed = [journal for journal in journals.all_of(here.paths.journals) if _is_undoable(journal)]
    if resume or not closed:
        raise OperatorError("there is nothing to roll back", "see lvsgen history")
    work = here.resume(closed[-1])
    if work.change.boot != lock.boot_id():
        hint = "check out the out/ you want from version control, and apply that"
        raise OperatorError("the last change was made before this host was booted", hint)
    return work


def _read(journal: Journal) -> Change:
    with journal.understood(1):
        change = changes.from_data(journal.entries[0].data)
        if change.cluster != journal.cluster:
            raise ValueError(f"cluster: {change.cluster}, but it lies among those of {journal.cluster}")
        return change


def _open(paths: HostPaths) -> list[Journal]:
    return [journal for journal in journals.all_of(paths.journals) if journal.phase.is_open]


def _is_undoable(journal: Journal) -> bool:
    return journal.phase in (Phase.COMMITTED, Phase.LEFT)


def _is_over(journal: Journal) -> bool:
    """Tell whether the time to confirm is over; another boot has ended it, too."""
    entries = journal.entries
    with journal.understood(1):
        boot = changes.outline(entries[0].data).boot
    return bool(boot != lock.boot_id() or term.of(entries).is_over(watcher.now()))


def _refuse_changed(work: Work) -> None:
    """Refuse to keep what is not there any more; it is undone when its time is over."""
    if left := work.left(work.change.target):
        hint = "undo it, and apply anew: lvsgen rollback"
        raise OperatorError(f"the host has been changed since: {describe.few(left)}", hint)


def _refuse_holding(paths: HostPaths) -> None:
    for journal in _open(paths):
        if journal.phase is Phase.HOLDING and not _is_over(journal):
            message = f"change {journal.number} awaits confirmation"
            raise OperatorError(message, "log in anew, and: lvsgen confirm; or undo it: lvsgen rollback")
