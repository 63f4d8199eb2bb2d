"""The work on a change: its files, put and put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvsgen.apply.change import Change
from lvsgen.apply.journal import Journal
from lvsgen.apply.system import System
from lvsgen.apply.work import Side, Work
from lvsgen.host.files import ABSENT, FileChange, Kind, Node
from lvsgen.host.paths import HostPaths
from lvsgen.host.signals import Deferred
from lvsgen.state.hoststate import HostState
from lvsgen.state.scope import Scope

CHANGES = (
    FileChange("/etc", ABSENT, Node(Kind.FOLDER, b"", 0o755)),
    FileChange("/etc/lvsgen", ABSENT, Node(Kind.FOLDER, b"", 0o755)),
    FileChange("/etc/lvsgen/ipvs.rules", ABSENT, Node(Kind.FILE, b"-A -t 192.0.2.1:80 -s rr\n", 0o644)),
)


@pytest.fixture
def work(tmp_path: Path) -> Work:
    """A change of files on a host without any."""
    root = tmp_path / "root"
    root.mkdir()
    state, journal = HostState(), Journal(tmp_path / "000001.journal")
    change = Change("boot", "llc", "llclb1", "now", "here", Scope(), state, state, state, files=CHANGES)
    return Work(HostPaths("llc", tmp_path, tmp_path, root), System(-1), Deferred(), lambda name: None, journal, change)


def _before(change: FileChange) -> Node:
    return change.before


def _after(change: FileChange) -> Node:
    return change.after


def _do(work: Work, changes: tuple[FileChange, ...], side: Side) -> list[str]:
    done = []
    for step in work.file_steps(changes, side):
        step.do()
        done.append(step.name)
    return done


def test_folders_go_with_the_files_that_they_were_made_for(work: Work) -> None:
    assert len(_do(work, CHANGES, _after)) == 3
    assert _do(work, CHANGES, _after) == []
    assert _do(work, CHANGES[::-1], _before) == ["file /etc/lvsgen/ipvs.rules", "file /etc/lvsgen", "file /etc"]
    assert list(work.paths.root.iterdir()) == []


def test_a_folder_that_others_use_by_now_stays(work: Work) -> None:
    _do(work, CHANGES, _after)
    (work.paths.root / "etc/passwd").write_text("root\n")
    assert _do(work, CHANGES[::-1], _before) == ["file /etc/lvsgen/ipvs.rules", "file /etc/lvsgen"]
    assert all(work.stands(change, _before) for change in CHANGES)
