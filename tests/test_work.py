"""The work on a change: its files, put and put back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lvsgen import manifest
from lvsgen.apply.change import Change
from lvsgen.apply.journal import Journal
from lvsgen.apply.system import System
from lvsgen.apply.work import Side, Work
from lvsgen.host.files import ABSENT, FileChange, Kind, Node
from lvsgen.host.paths import HostPaths
from lvsgen.host.signals import Deferred
from lvsgen.platforms import layout
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


def test_an_engine_that_another_cluster_runs_by_now_stays(work: Work) -> None:
    engine = f"{layout.ENGINES}/engine-7.sh"
    folders = [f"/{folder}" for folder in ("usr", "usr/local", "usr/local/lib", "usr/local/lib/lvsgen")]
    own = Node(Kind.FILE, b"run=7\n", 0o644, os.getuid(), os.getgid())
    changes = (
        *(FileChange(path, ABSENT, Node(Kind.FOLDER, b"", 0o755)) for path in folders),
        FileChange(engine, ABSENT, own),
    )
    _do(work, changes, _after)
    other = work.paths.root / "etc/lvsgen/web/MANIFEST"
    other.parent.mkdir(parents=True)
    other.write_text(manifest.render({engine: "0" * 64}))
    assert _do(work, changes[::-1], _before) == []
    assert all(work.stands(change, _before) for change in changes)
    other.unlink()
    assert _do(work, changes[::-1], _before) == [f"file {path}" for path in (engine, *folders[::-1])]
