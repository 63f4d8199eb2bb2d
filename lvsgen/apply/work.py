"""The work on one change: what its transaction and its undoing share."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lvsgen import process
from lvsgen.apply.change import Change
from lvsgen.apply.journal import Journal
from lvsgen.apply.system import Step, System
from lvsgen.errors import OperatorError
from lvsgen.host import believed, files, kept, listed, record
from lvsgen.host.files import FileChange, Kind, Node
from lvsgen.host.live import reader
from lvsgen.host.paths import HostPaths
from lvsgen.host.record import Record
from lvsgen.host.signals import Deferred
from lvsgen.plan.operation import Operation
from lvsgen.plan.plan import plan
from lvsgen.platforms import layout
from lvsgen.state.hoststate import HostState
from lvsgen.state.scope import narrow

Observer = Callable[[str], None]
"""Told the name of each step just before it is done; what it raises is a failure of that step."""

Side = Callable[[FileChange], Node]


@dataclass(frozen=True, slots=True)
class Work:
    """One change and what it is done with; whoever makes one holds the lock and has signals deferred."""

    paths: HostPaths
    system: System
    signals: Deferred
    observer: Observer
    journal: Journal
    change: Change

    def left(self, goal: HostState) -> tuple[Operation, ...]:
        """Read the host, and plan what is left to do."""
        return plan(narrow(reader.read(self.change.scope), self.change.scope), goal)

    def file_steps(self, changes: tuple[FileChange, ...], side: Side) -> Iterator[Step]:
        """Give the renames that are needed, and last what systemd must be told of them.

        What is needed is looked at when it is its turn: a folder of ours may go once the files in it have gone.
        """
        is_unit = False
        for change in changes:
            if not self._surely_stands(change, side):
                yield Step(f"file {change.path}", lambda c=change: self._put(c, side))  # type: ignore[misc]
                is_unit = is_unit or change.path.startswith(layout.UNIT_DIR)
        if is_unit and self.paths.has_systemd:
            yield Step("systemctl daemon-reload", lambda: _none(process.output(("systemctl", "daemon-reload"))))

    def stands(self, change: FileChange, side: Side) -> bool:
        """Tell whether a path is as wanted; what others use by now may stay."""
        path, wanted = self._at(change), side(change)
        if files.left_over(path) or (wanted is change.before and kept.is_there(path)):
            return False
        return files.look(path).fits(wanted) or (wanted.kind is Kind.ABSENT and self._is_used(change))

    def _is_used(self, change: FileChange) -> bool:
        """Tell whether others use what we put: a folder with something in it, the engine of another cluster."""
        path = self._at(change)
        if change.after.kind is Kind.FOLDER:
            return files.kind(path) is Kind.FOLDER and any(path.iterdir())
        is_ours = files.look(path).fits(change.after)
        return is_ours and listed.is_needed(change.path, self.change.cluster, self.paths.root)

    def _surely_stands(self, change: FileChange, side: Side) -> bool:
        """Tell whether a path is known to be as wanted; what cannot be read may still be replaced."""
        try:
            return self.stands(change, side)
        except (OperatorError, OSError):
            return False

    def _put(self, change: FileChange, side: Side) -> None:
        """Put one side of a change: the new one beside the former, which is kept, or the former one back."""
        if side(change) is change.before:
            kept.restore(self._at(change), change.before)
        else:
            kept.replace(self._at(change), change)

    def _at(self, change: FileChange) -> Path:
        return self.paths.root / change.path.lstrip("/")


def read_record(paths: HostPaths) -> str | None:
    """Read the text of the record, None where there is none; OperatorError when it cannot be believed."""
    raw = believed.read(paths.record, 0, record.MOST)
    return None if raw is None else raw.decode(errors="surrogateescape")


def earlier_record(paths: HostPaths, change: Change) -> Record:
    """Give what the record said before a change, to be written on in the format of the scripts that are there now."""
    found = record.parse(change.record or "", change.boot)
    return record.written_for(found, listed.record_format(change.cluster, paths.root))


def put_record(paths: HostPaths, text: str | None) -> None:
    """Write the record whole, or remove it."""
    raw = (text or "").encode(errors="surrogateescape")
    files.put(paths.record, files.ABSENT if text is None else Node(Kind.FILE, raw, 0o600))


def let_go(paths: HostPaths, journal: Journal) -> None:
    """Let go of the former files that a closed change has kept; what fails here is repeated by the next change."""
    with contextlib.suppress(Exception):
        last = journal.last
        if last and not last.phase.is_open and (held := last.data.get("kept")):
            kept.let_go(paths.root / path.lstrip("/") for path in held)
            journal.append(last.phase, **{key: value for key, value in last.data.items() if key != "kept"})


def _none(_: object) -> None:
    pass
