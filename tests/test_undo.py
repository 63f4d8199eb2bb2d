"""apply/undo.py: whatever the host does, an undoing comes to its end, says the truth, and can be completed later."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from lvsgen.apply import change as changes
from lvsgen.apply import executor
from lvsgen.apply.change import Change
from lvsgen.apply.ending import Result
from lvsgen.apply.executor import Alone
from lvsgen.apply.journal import Journal, Phase
from lvsgen.apply.system import System
from lvsgen.apply.undo import differing, undo
from lvsgen.apply.work import Work
from lvsgen.errors import OperatorError
from lvsgen.host import lock
from lvsgen.host.files import ABSENT, FileChange, Kind, Node
from lvsgen.host.paths import HostPaths
from lvsgen.host.signals import Deferred
from lvsgen.state.hoststate import HostState
from lvsgen.state.keys import SysctlKey
from lvsgen.state.scope import Scope
from tests import faulty

OLD, NEW = (Node(Kind.FILE, text, 0o640, os.getuid(), os.getgid()) for text in (b"old\n", b"new\n"))
SCOPE = Scope(frozenset({SysctlKey("net/none")}))
LINK = Node(Kind.LINK, b"there")
FILES = (
    FileChange("/etc/made", ABSENT, Node(Kind.FOLDER, b"", 0o755, os.getuid(), os.getgid())),
    FileChange("/etc/made/file", ABSENT, NEW),
    FileChange("/etc/changed", OLD, NEW),
    FileChange("/etc/gone", OLD, ABSENT),
    FileChange("/etc/link", LINK, NEW),
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A host with a change of its files that was left half done."""

    work: Work

    @property
    def root(self) -> Path:
        return self.work.paths.root

    @property
    def record(self) -> Path:
        return self.work.paths.record

    def left(self) -> list[str]:
        """By which files the host is not as it was."""
        return [one.path for one in self.work.change.files if not self.work.stands(one, lambda change: change.before)]

    def litter(self) -> list[str]:
        """What of ours lies beside the files."""
        return [path.name for path in self.root.rglob(".*")]

    def resume(self) -> Result:
        """Do what the next command does."""
        work = self.work
        here = Alone(work.paths, work.system, work.signals, work.observer)
        return (executor.recover(here) or (undo(executor.to_undo(here), "asked for"),))[0].result


@pytest.fixture(autouse=True)
def _no_power_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    faulty.quicken(monkeypatch)


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str], Scene]:
    """Make such hosts by name."""
    return lambda name: _made(tmp_path / name)


def _made(folder: Path) -> Scene:
    root, nothing = folder / "root", HostState()
    (root / "etc").mkdir(parents=True)
    for path in ("etc/changed", "etc/gone"):
        (root / path).write_bytes(OLD.raw)
        (root / path).chmod(OLD.mode)
    (root / "etc/link").symlink_to("there")
    change = Change(lock.boot_id(), "llc", "lb", "now", "s", SCOPE, nothing, nothing, nothing, files=FILES)
    paths = HostPaths("llc", folder, folder / "lib", root)
    journal = Journal(paths.journals / "000001.journal")
    journal.append(Phase.BEGUN, **changes.to_data(change))
    work = Work(paths, System(-1), Deferred(), lambda name: None, journal, change)
    for step in work.file_steps(FILES, lambda one: one.after):
        step.do()
    paths.record.write_text(f"boot\t{lock.boot_id()}\nbefore\tsysctl net/none\t1\t2\n")
    return Scene(work)


def _fifo(path: Path) -> None:
    _away(path)
    os.mkfifo(path)


def _folder(path: Path) -> None:
    _away(path)
    (path / "somebody's").mkdir(parents=True)


def _junk(path: Path) -> None:
    path.write_text(f"boot\t{lock.boot_id()}\nput\tservice -t 192.0.2.1:80 -6\nput\tx\n")


def _away(path: Path) -> None:
    if path.is_symlink() or path.exists():
        path.rename(path.parent / f"{path.name}.away")


def _back(path: Path) -> None:
    """Take an obstacle away, and put back what was there."""
    (path / "somebody's").rmdir() if path.is_dir() else path.unlink()
    if path.is_dir():
        path.rmdir()
    if (away := path.parent / f"{path.name}.away").exists():
        away.rename(path)


OBSTACLES = [(what, place) for what in (_fifo, _folder) for place in ("changed", "gone", "link", "made/file")]


@pytest.mark.parametrize(("obstacle", "place"), OBSTACLES)
def test_what_stands_in_a_files_place_is_named_and_left_alone(
    make: Callable[[str], Scene], obstacle: Callable[[Path], None], place: str
) -> None:
    scene = make("host")
    path = scene.root / "etc" / place
    obstacle(path)
    ending = undo(scene.work, "because")
    assert ending.result is Result.STUCK
    assert [line for line in ending.left if place not in line and "/etc/made" not in line] == []
    said = {"made/file": "is a folder with something in it"}.get(place, "is a folder")
    said = "is neither file, folder nor link" if obstacle is _fifo else said
    assert any(f"{path} {said}" in line for line in (*ending.left, *ending.trouble))
    assert {"/etc/changed", "/etc/gone", "/etc/link"} - {f"/etc/{place}"} <= {*_standing(scene)}
    assert differing(scene.work) == ending.left
    _back(path)
    assert (scene.resume(), scene.left(), scene.litter()) == (Result.UNDONE, [], [])
    assert scene.work.journal.phase is Phase.UNDONE


def _standing(scene: Scene) -> set[str]:
    stands: set[str] = set()
    for one in scene.work.change.files:
        with contextlib.suppress(OperatorError):
            stands |= {one.path} if scene.work.stands(one, lambda change: change.before) else set()
    return stands


@pytest.mark.parametrize("obstacle", [_fifo, _folder, _junk])
def test_a_record_that_cannot_be_read_keeps_nothing_else_from_being_undone(
    make: Callable[[str], Scene], obstacle: Callable[[Path], None]
) -> None:
    scene = make("host")
    obstacle(scene.record)
    ending = undo(scene.work, "because")
    assert (ending.result, scene.left(), scene.litter()) == (Result.STUCK, [], [])
    assert len(ending.left) == 1
    assert "record" in ending.left[0]
    scene.record.unlink() if not scene.record.is_dir() else _back(scene.record)
    scene.record.unlink(missing_ok=True)
    assert (scene.resume(), scene.record.exists()) == (Result.UNDONE, False)


FAULTS = {
    "EIO of readers": (faulty.READERS, faulty.EIO),
    "EIO of writers": (faulty.WRITERS, faulty.EIO),
    "EACCES of readers": (faulty.READERS, faulty.system(13)),
    "a full disk": (faulty.GROWING, faulty.ENOSPC),
    "a bug": (faulty.READERS, lambda: RuntimeError("a bug")),
}


@pytest.mark.parametrize(("once", "committed"), [(True, False), (False, True)], ids=["once", "from then on"])
@pytest.mark.parametrize(("names", "error"), FAULTS.values(), ids=FAULTS.keys())
def test_an_undoing_that_meets_any_fault_at_any_call_ends_with_the_truth_and_is_completed_later(
    make: Callable[[str], Scene], names: tuple[str, ...], error: faulty.Error, once: bool, committed: bool
) -> None:
    index, came = 0, 1
    while index < came:
        scene = make(str(index))
        if committed:
            scene.work.journal.append(Phase.COMMITTED)
        with faulty.failing(index, names, error, once=once, top=scene.root.parent) as calls:
            ending = undo(scene.work, "because")
        if ending.result is Result.UNDONE:
            assert (scene.left(), scene.litter(), scene.record.exists()) == ([], [], False), index
            assert scene.work.journal.phase is Phase.UNDONE, index
        else:
            assert (ending.result, bool(ending.left)) == (Result.STUCK, True), index
            assert scene.work.journal.phase.is_open or committed, index
            assert scene.resume() is Result.UNDONE, index
            assert (scene.left(), scene.litter(), scene.record.exists()) == ([], [], False), index
        index, came = index + 1, len(calls.came)
    assert index > 5
