"""Undoing a change: it goes on where something fails, nothing interrupts it, and it says the truth at its end.

It needs no log of what was done: it is plan(what is read, snapshot) within the scope, run until nothing is left to
plan. So it also heals what a crash left half done, and may itself be killed and done again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from lvsgen import sayings
from lvsgen.apply import lock, record
from lvsgen.apply.ending import Ending, Result
from lvsgen.apply.journal import Phase
from lvsgen.apply.system import Step
from lvsgen.apply.work import Work, put_record, read_record
from lvsgen.errors import OperatorError
from lvsgen.operations import Operation

_ROUNDS = 3


def undo(work: Work, reason: str, signal: int = 0) -> Ending:
    """Bring the host back to what the change found; never raises."""
    with work.signals.ignored():
        return _Undo(work).run(reason, signal)


def differing(work: Work) -> tuple[str, ...]:
    """Say what is not as the change found it, and touch nothing; never raises."""
    try:
        return (*(sayings.describe(one) for one in work.left(work.change.snapshot)), *_files_left(work))
    except Exception as error:
        return (_unknown(error),)


@dataclass(frozen=True, slots=True)
class _Undo:
    work: Work
    trouble: list[str] = field(default_factory=list)

    def run(self, reason: str, signal: int) -> Ending:
        journal = self.work.journal
        if not journal.entries:
            self._try("journal: none", lambda: journal.path.unlink(missing_ok=True))
            return Ending(Result.UNDONE, journal.number, reason, signal)
        self._try("journal: undoing", lambda: journal.append(Phase.UNDOING, reason=reason))
        other_boot = self.work.change.boot != lock.boot_id()
        left = (*(() if other_boot else self._host()), *self._files()) or self._close()
        result = Result.STUCK if left else Result.UNDONE
        return Ending(result, journal.number, reason, signal, left, tuple(self.trouble), other_boot)

    def _close(self) -> tuple[str, ...]:
        """Write that it is undone: else the next command would undo it again, and with it what came since."""
        journal = self.work.journal
        if self._try("journal: undone", lambda: journal.append(Phase.UNDONE)):
            return ()
        return (f"the journal {journal.path} does not say that this is undone",)

    def _host(self) -> tuple[str, ...]:
        """Put back the kernel's state, and the record only when that is so: it says what is still ours."""
        return self._kernel() or self._record()

    def _kernel(self) -> tuple[str, ...]:
        left: tuple[Operation, ...] = ()
        for attempt in range(_ROUNDS):
            try:
                left = self.work.left(self.work.change.snapshot)
            except Exception as error:
                return (_unknown(error),)
            if left and attempt < _ROUNDS - 1:
                self._all(replace(self.work.system, use_library=False).steps(left))
        return tuple(sayings.describe(one) for one in left)

    def _record(self) -> tuple[str, ...]:
        change, places = self.work.change, self.work.places
        try:
            now = record.parse(read_record(places) or "", change.boot)
            earlier = record.parse(change.record or "", change.boot)
        except OperatorError as error:
            return (str(error),)
        back = record.returned(now, earlier, change.scope)
        text = change.record if back == earlier else record.render(back)
        if read_record(places) != text:
            self._try("record: as it was", lambda: put_record(places, text))
        return () if read_record(places) == text else (f"the record {places.record}",)

    def _files(self) -> tuple[str, ...]:
        changes = tuple(reversed(self.work.change.files))
        self._all(self.work.file_steps(changes, lambda change: change.before))
        return _files_left(self.work)

    def _all(self, steps: Iterable[Step]) -> None:
        for step in steps:
            self._try(step.name, step.do)

    def _try(self, name: str, do: Callable[[], object]) -> bool:
        try:
            self.work.observer(f"undo: {name}")
            do()
        except Exception as error:
            self.trouble.append(f"{name}: {_said(error)}")
            return False
        return True


def _files_left(work: Work) -> tuple[str, ...]:
    changes = reversed(work.change.files)
    return tuple(f"file {one.path}" for one in changes if not work.stands(one, lambda change: change.before))


def _unknown(error: Exception) -> str:
    return f"not known: the host cannot be read: {_said(error)}"


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
