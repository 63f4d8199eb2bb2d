"""Undoing a change: it goes on where something fails, nothing interrupts it, and it says the truth at its end.

It needs no log of what was done: it is plan(what is read, snapshot) within the scope, run until nothing is left to
plan. So it also heals what a crash left half done, and may itself be killed and done again. Whatever it cannot read or
write is said, and everything else is done.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from lvsgen.apply import change as changes
from lvsgen.apply import mending, seeing, wayback
from lvsgen.apply.ending import Ending, Result
from lvsgen.apply.journal import Phase
from lvsgen.apply.seeing import Left
from lvsgen.apply.system import Step
from lvsgen.apply.wayback import WayBack
from lvsgen.apply.work import Work, put_record, read_record
from lvsgen.errors import said
from lvsgen.host import files, lock, record
from lvsgen.host.files import FileChange
from lvsgen.host.live.dependents import Dependent
from lvsgen.plan import describe

_ROUNDS = 2


def undo(work: Work, reason: str, signal: int = 0) -> Ending:
    """Bring the host back to what the change found; never raises."""
    return _Undo(work).run(reason, signal)


def differing(work: Work) -> tuple[str, ...]:
    """Say what is not as the change found it, and touch nothing; never raises."""
    found = seeing.left(work.change.scope, work.change.snapshot)
    routes = WayBack(work.change.dependents).missing()
    return (*_said(found), *routes.says, *_files_left(work))


@dataclass(frozen=True, slots=True)
class _Undo:
    work: Work
    trouble: list[str] = field(default_factory=list)

    def run(self, reason: str, signal: int) -> Ending:
        journal = self.work.journal
        if not self._has_begun():
            self._try("journal: none", lambda: journal.path.unlink(missing_ok=True))
            return Ending(Result.UNDONE, journal.number, reason, signal)
        other_boot = self._is_other_boot()
        routes = WayBack() if other_boot else wayback.begun(self.work.change, journal)
        if not self._say_so(reason, routes.since):
            self.trouble.append(f"{journal.path} does not say that this was begun: to go on, leave --resume out")
        left = (*(() if other_boot else self._host(routes)), *self._files()) or self._close()
        result = Result.STUCK if left else Result.UNDONE
        return Ending(result, journal.number, reason, signal, left, tuple(self.trouble), other_boot)

    def _is_other_boot(self) -> bool:
        try:
            return self.work.change.boot != lock.boot_id()
        except Exception as error:  # the host is read anyway
            self.trouble.append(said(error))
            return False

    def _has_begun(self) -> bool:
        """Tell whether there may be something to undo: a journal that cannot be read says nothing else."""
        try:
            return bool(self.work.journal.entries)
        except Exception as error:
            self.trouble.append(said(error))
            return True

    def _say_so(self, reason: str, since: tuple[Dependent, ...]) -> bool:
        """Write that this is begun, unless the journal says so: one that is tried for ever does not grow."""
        journal = self.work.journal
        with contextlib.suppress(Exception):  # then writing it says what is wrong
            last = journal.entries[-1]
            if last.phase is Phase.UNDOING and last.data.get("dependents", ()) == since:
                return True
        data = {"reason": reason, "dependents": changes.dependents_data(since)}
        return self._try("journal: undoing", lambda: journal.append(Phase.UNDOING, **data))

    def _close(self) -> tuple[str, ...]:
        """Write that it is undone: else the next command would undo it again, and with it what came since."""
        journal = self.work.journal
        if self._try("journal: undone", lambda: journal.append(Phase.UNDONE)):
            return ()
        return (f"the journal {journal.path} does not say that this is undone",)

    def _host(self, routes: WayBack) -> tuple[str, ...]:
        """Put back the kernel's state, and the record only when that is so: it says what is still ours."""
        return self._kernel(routes) or self._record()

    def _kernel(self, routes: WayBack) -> tuple[str, ...]:
        change = self.work.change
        left, missing = seeing.left(change.scope, change.snapshot), routes.missing()
        for _ in range(_ROUNDS):
            if left.operations:
                self._all(replace(self.work.system, use_library=False).steps(left.operations))
                left, missing = seeing.left(change.scope, change.snapshot), routes.missing()
            if missing.lost:
                self._all(mending.steps(missing.lost))
                missing = routes.missing()
        return (*_said(left), *missing.says)

    def _record(self) -> tuple[str, ...]:
        paths = self.work.paths
        try:
            files.clear(paths.record)
            text = self._record_before()
            if read_record(paths) != text:
                self._try("record: as it was", lambda: put_record(paths, text))
            return () if read_record(paths) == text else (f"the record {paths.record}",)
        except Exception as error:
            return (f"the record {paths.record}: {said(error)}",)

    def _record_before(self) -> str | None:
        change = self.work.change
        now = record.parse(read_record(self.work.paths) or "", change.boot)
        earlier = record.parse(change.record or "", change.boot)
        back = record.returned(now, earlier, change.scope)
        return change.record if back == earlier else record.render(back)

    def _files(self) -> tuple[str, ...]:
        changes = tuple(reversed(self.work.change.files))
        self._all(self.work.file_steps(changes, lambda change: change.before))
        return _files_left(self.work)

    def _all(self, steps: Iterable[Step]) -> None:
        try:
            for step in steps:
                self._try(step.name, step.do)
        except Exception as error:
            self.trouble.append(said(error))

    def _try(self, name: str, do: Callable[[], object]) -> bool:
        try:
            self.work.observer(f"undo: {name}")
            do()
        except Exception as error:
            self.trouble.append(f"{name}: {said(error)}")
            return False
        return True


def _said(found: Left) -> tuple[str, ...]:
    return (*(describe.say(operation) for operation in found.operations), *found.unknown)


def _files_left(work: Work) -> tuple[str, ...]:
    return tuple(line for change in reversed(work.change.files) for line in _file_left(work, change))


def _file_left(work: Work, change: FileChange) -> tuple[str, ...]:
    try:
        return () if work.stands(change, lambda one: one.before) else (f"file {change.path}",)
    except Exception as error:
        return (f"file {change.path}: not known: {said(error)}",)
