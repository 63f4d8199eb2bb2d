"""A transaction over a live host: it holds whole, or is undone.

Few states, each a record in the journal: begun, (holding, while a confirmation is awaited,) committed; undoing, undone.
Everything that it does is a step: signals are looked at between two of them, and whoever observes is told each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from lvsgen import process
from lvsgen.apply import change as changes
from lvsgen.apply import mending, watcher
from lvsgen.apply.ending import Ending, Result
from lvsgen.apply.journal import Phase
from lvsgen.apply.system import Step
from lvsgen.apply.term import NO_TERM, Term
from lvsgen.apply.undo import differing, undo
from lvsgen.apply.work import Work, earlier_record, let_go, put_record, read_record
from lvsgen.errors import OperatorError, said
from lvsgen.host import kept, lock, login, record
from lvsgen.host.live import reader
from lvsgen.host.signals import SignalError
from lvsgen.plan import describe
from lvsgen.plan.operation import Add, Change, Operation, Remove, part_of
from lvsgen.plan.plan import plan
from lvsgen.state.keys import ServiceKey
from lvsgen.state.parts import Destination, HostRoute, Service, VipAddress
from lvsgen.state.scope import Scope, narrow

_SHORTEST = 0.1


def run(work: Work) -> Ending:
    """Do a change, or all of it that comes before a confirmation; undo it when anything fails."""
    return _guarded(work, _Transaction(work).begin)


def confirm(work: Work) -> Ending:
    """Go on with a change where a confirmation was awaited."""
    return _guarded(work, _Transaction(work).finish)


def _guarded(work: Work, do: Callable[[], Ending]) -> Ending:
    try:
        return do()
    except SignalError as error:
        return _failed(work, str(error), error.number)
    except (OperatorError, OSError) as error:
        return _failed(work, said(error))
    except Exception as error:
        ending = _failed(work, f"a bug of lvsgen: {error!r}")
        error.add_note(": ".join(filter(None, (ending.result.value, "; ".join(ending.left)))))
        raise


def _failed(work: Work, reason: str, signal: int = 0) -> Ending:
    if work.change.rollback or not _has_begun(work):
        return undo(work, reason, signal)
    left = differing(work)
    try:
        work.journal.append(Phase.LEFT, reason=reason, **_kept(work))
    except Exception as error:
        left = (*left, f"the next command undoes this: the journal does not say that it is left: {said(error)}")
    return Ending(Result.LEFT, work.journal.number, reason, signal, left)


def _kept(work: Work) -> dict[str, list[str]]:
    """What a journal says of former files that are kept, until they are let go of."""
    paths = kept.kept(work.change.files)
    return {"kept": paths} if paths else {}


def _has_begun(work: Work) -> bool:
    try:
        return bool(work.journal.entries)
    except Exception:
        return False


@dataclass(frozen=True, slots=True)
class _Transaction:
    """`term` has a deadline until the change is holding: who confirms in time may finish."""

    work: Work
    term: Term = NO_TERM

    def begin(self) -> Ending:
        """Do what comes before a confirmation; without one, all of it."""
        change, paths, number = self.work.change, self.work.paths, self.work.journal.number
        if not change.confirm:
            return self._begin({})
        self._step("watcher: start", lambda: watcher.start(paths, number))
        term = Term(lock.myself(), watcher.now() + change.confirm)
        return replace(self, term=term)._begin(asdict(term))

    def _begin(self, term: dict[str, object]) -> Ending:
        work, data = self.work, changes.to_data(self.work.change)
        self._step("journal: begun", lambda: work.journal.append(Phase.BEGUN, **data, **term))
        self._kernel()
        return self._hold() if term else self.finish()

    def finish(self) -> Ending:
        """Write the files, so that the next boot starts what runs now, and commit."""
        journal, former = self.work.journal, _kept(self.work)
        self._all(self.work.file_steps(self.work.change.files, lambda change: change.after))
        self._step("journal: committed", lambda: journal.append(Phase.COMMITTED, **former))
        let_go(self.work.paths, journal)
        return Ending(Result.DONE, journal.number)

    def _hold(self) -> Ending:
        journal, deadline = self.work.journal, self.term.deadline
        self._step("journal: holding", lambda: journal.append(Phase.HOLDING, deadline=deadline, **_since()))
        return Ending(Result.HOLDING, journal.number, seconds=max(0, round(deadline - watcher.now())))

    def _kernel(self) -> None:
        operations = plan(self.work.change.snapshot, self.work.change.target)
        if operations:
            self._write_record("planned", record.planned)
            self._perform(operations)
            self._verify("the host does not read back as planned", self._left())
        self._write_record("settled", record.settled)
        if self.work.change.probe:
            self._step("probe", self._probe)

    def _perform(self, operations: tuple[Operation, ...]) -> None:
        """Run a plan; before a VIP rises, look whether the kernel took its table: ipvsadm goes on after a refusal."""
        rising = next((at for at, one in enumerate(operations) if _is_rise(one)), 0)
        self._all(self.work.system.steps(operations[:rising]))
        if any(map(_fills_table, operations[:rising])):
            self._verify("the kernel refused", self._table_left())
        moves = (at for at, one in enumerate(operations, 1) if isinstance(part_of(one), VipAddress | HostRoute))
        settled = max(moves, default=rising)
        self._all(self.work.system.steps(operations[rising:settled]))
        if any(isinstance(one, Remove) and isinstance(one.part, VipAddress) for one in operations):
            self._mend()
        self._all(self.work.system.steps(operations[settled:]))

    def _mend(self) -> None:
        """Put back at once, and read back, what routes of others the kernel took along with a VIP."""
        change = self.work.change
        self._all(mending.steps(mending.lost(change.dependents), forgiving=change.allow_route_loss))
        left = () if change.allow_route_loss else mending.lost(change.dependents)
        self._expect("the host does not read back as planned", "; ".join(map(mending.say, left)))

    def _table_left(self) -> list[Operation]:
        """Read the table alone."""
        change, scope = self.work.change, Scope(frozenset(self.work.change.scope.kind(ServiceKey)))
        operations = plan(narrow(reader.read(scope), scope), narrow(change.target, scope))
        return [one for one in operations if _fills_table(one)]

    def _left(self) -> tuple[Operation, ...]:
        return self.work.left(self.work.change.target)

    def _verify(self, complaint: str, left: Sequence[Operation]) -> None:
        self._expect(complaint, describe.few(left))

    def _expect(self, complaint: str, left: str) -> None:
        if left:
            raise OperatorError(f"{complaint}: {left}")

    def _probe(self) -> None:
        """Run it for as long as there is time."""
        left = max(_SHORTEST, self.term.deadline - watcher.now())
        try:
            done = process.run(
                ("/bin/sh", "-c", self.work.change.probe), most=process.FEW, timeout=min(left, process.PATIENCE)
            )
        except OperatorError:
            self._check()
            raise
        if done.status:
            raise OperatorError(f"the probe failed: {self.work.change.probe}: {done.complaint}")

    def _write_record(self, name: str, write: Callable[..., record.Record]) -> None:
        change, paths = self.work.change, self.work.paths
        text = record.render(write(earlier_record(paths, change), change.desired, change.snapshot))
        if change.is_recorded and read_record(paths) != text:
            self._step(f"record: {name}", lambda: put_record(paths, text))

    def _all(self, steps: Iterable[Step]) -> None:
        for step in steps:
            self._step(step.name, step.do)

    def _step(self, name: str, do: Callable[[], object]) -> None:
        """Do one step; a signal that came before it, or while the observer looked, is raised instead."""
        self._check()
        self.work.observer(name)
        self._check()
        do()

    def _check(self) -> None:
        """Raise what ends the change between two steps: a signal, or that the time to confirm it is over."""
        self.work.signals.check()
        if self.term.is_over(watcher.now()):
            raise OperatorError("the time to confirm it was over before it was done")


def _is_rise(operation: Operation) -> bool:
    return isinstance(operation, Add) and isinstance(operation.part, VipAddress)


def _fills_table(operation: Operation) -> bool:
    return isinstance(operation, Add | Change) and isinstance(part_of(operation), Service | Destination)


def _since() -> dict[str, object]:
    moment = login.now(watcher.now())
    return {"since": moment.seconds, "audited": moment.audited}
