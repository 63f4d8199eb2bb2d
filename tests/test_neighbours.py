"""apply/neighbours.py: no verb that changes a host does so beside another cluster."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lvsgen.apply import change as changes
from lvsgen.apply import executor, journal, watcher
from lvsgen.apply.change import Change
from lvsgen.apply.journal import Phase
from lvsgen.errors import OperatorError
from lvsgen.host import lock
from lvsgen.host.files import ABSENT, FileChange, Kind, Node
from lvsgen.host.paths import HostPaths
from lvsgen.state.hoststate import HostState
from lvsgen.state.scope import Scope
from tests import faulty

NEW = Node(Kind.FILE, b"new\n", 0o644, os.getuid(), os.getgid())
BEFORE, NOW, AFTER = (f"2026-01-0{day}T00:00:00+00:00" for day in (1, 2, 3))


@pytest.fixture(autouse=True)
def _no_power_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    faulty.quicken(monkeypatch)


@pytest.fixture
def paths(tmp_path: Path) -> HostPaths:
    """A host that serves the cluster llc."""
    (tmp_path / "etc").mkdir()
    return HostPaths("llc", tmp_path, tmp_path / "lib", tmp_path)


def _change(paths: HostPaths, when: str = NOW) -> Change:
    nothing, file = HostState(), FileChange("/etc/file", ABSENT, NEW)
    return Change(lock.boot_id(), paths.cluster, "lb", when, "s", Scope(), nothing, nothing, nothing, files=(file,))


def _begun(paths: HostPaths, *phases: Phase, when: str = NOW) -> None:
    one = journal.following(paths.journals)
    one.append(Phase.BEGUN, **changes.to_data(_change(paths, when)))
    for phase in phases:
        one.append(phase, **({"deadline": watcher.now() + 99} if phase is Phase.HOLDING else {}))


def _quiet(name: str) -> None:
    """Look on."""


VERBS: dict[str, tuple[tuple[Phase, ...] | None, Callable[[HostPaths], object]]] = {
    "apply": (None, lambda paths: executor.apply(paths, lambda: _change(paths), _quiet)),
    "apply after a crash": ((), lambda paths: executor.apply(paths, lambda: _change(paths), _quiet)),
    "confirm": ((Phase.HOLDING,), lambda paths: executor.confirm(paths, _quiet, same_session=True)),
    "rollback": ((Phase.COMMITTED,), lambda paths: executor.rollback(paths, _quiet)),
    "rollback of what is held": ((Phase.HOLDING,), lambda paths: executor.rollback(paths, _quiet)),
    "rollback --resume": ((Phase.UNDOING,), lambda paths: executor.rollback(paths, _quiet, resume=True)),
    "the watcher": ((Phase.HOLDING,), lambda paths: executor.expire(paths, 1)),
}
"""What is done, and what phases a change of ours went through before that; None: there was none."""


def _record(paths: HostPaths, text: str) -> None:
    (paths.run / "lvsgen-web.state").write_text(text)


def _web(paths: HostPaths, *phases: Phase, when: str) -> None:
    _begun(replace(paths, cluster="web"), *phases, when=when)


def _unreadable(paths: HostPaths) -> None:
    (paths.state / "web" / "transactions").mkdir(parents=True, mode=0o700)
    (paths.state / "web" / "transactions" / "000001.journal").mkdir()


NEIGHBOURS: dict[str, tuple[str, Callable[[HostPaths], object]]] = {
    "runs": ("already serves another cluster (", lambda paths: _record(paths, f"boot\t{lock.boot_id()}\n")),
    "has a record of nobody": ("is: it begins with no boot", lambda paths: _record(paths, "")),
    "has a record that is no record": ("cannot tell whose ", lambda paths: _record(paths, "put\n")),
    "has a folder for a record": ("it is no file", lambda paths: (paths.run / "lvsgen-web.state").mkdir()),
    "has a pipe for a record": ("it is no file", lambda paths: os.mkfifo(paths.run / "lvsgen-web.state")),
    "awaits confirmation": (
        "change 1 of cluster web awaits confirmation",
        lambda paths: _web(paths, Phase.HOLDING, when=AFTER),
    ),
    "was left half done": (" of cluster web was left half done", lambda paths: _web(paths, when=AFTER)),
    "is half undone": (
        "change 1 of cluster web was left half done",
        lambda paths: _web(paths, Phase.UNDOING, when=AFTER),
    ),
    "has a journal that is none": ("cannot read ", _unreadable),
}


@pytest.mark.parametrize(("said", "arrange"), NEIGHBOURS.values(), ids=NEIGHBOURS.keys())
@pytest.mark.parametrize(("phases", "do"), VERBS.values(), ids=VERBS.keys())
def test_no_verb_changes_a_host_beside_another_cluster(
    paths: HostPaths,
    phases: tuple[Phase, ...] | None,
    do: Callable[[HostPaths], object],
    said: str,
    arrange: Callable[[HostPaths], object],
) -> None:
    if phases is not None:
        _begun(paths, *phases)
    arrange(paths)
    before = _seen(paths)
    with pytest.raises(OperatorError) as refused:
        do(paths)
    assert said in str(refused.value)
    assert _seen(paths) == before


def _seen(paths: HostPaths) -> dict[str, object]:
    found = sorted(path for path in paths.root.rglob("*"))
    return {str(path): path.read_bytes() if path.is_file() else path.lstat().st_mode for path in found}


@pytest.mark.parametrize(
    "arrange",
    [
        lambda paths: _record(paths, "boot\tanother\nput\tservice -t 192.0.2.1:80\n"),
        lambda paths: _web(paths, Phase.COMMITTED, when=AFTER),
        lambda paths: _web(paths, Phase.UNDOING, Phase.UNDONE, when=AFTER),
        lambda paths: (paths.state / "web").mkdir(parents=True, mode=0o755),
    ],
    ids=["of another boot", "done", "undone", "without changes"],
)
def test_what_another_cluster_has_behind_it_is_in_nobodys_way(
    paths: HostPaths, arrange: Callable[[HostPaths], object]
) -> None:
    arrange(paths)
    assert executor.apply(paths, lambda: _change(paths), _quiet)[-1].number == 1
    assert executor.rollback(paths, _quiet).left == ()


def test_of_two_changes_that_are_open_the_later_one_is_undone_first(paths: HostPaths) -> None:
    web = replace(paths, cluster="web")
    _begun(paths)
    _begun(web, when=BEFORE)
    with pytest.raises(OperatorError, match=f"change 1 of cluster {paths.cluster} was left half done"):
        executor.rollback(web, _quiet)
    assert executor.rollback(paths, _quiet).left == ()
    assert executor.rollback(web, _quiet).left == ()


def test_what_cannot_be_told_is_refused(paths: HostPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: object) -> list[str]:
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(os, "listdir", broken)
    with pytest.raises(OperatorError, match=r"cannot tell what else is on this host: .*: Input/output error"):
        executor.apply(paths, lambda: _change(paths), _quiet)
