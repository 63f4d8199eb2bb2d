"""A full disk: whatever cannot be written, the host is as it was, or what differs is said; and room heals it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lvsgen.apply import executor
from lvsgen.apply import journal as journals
from lvsgen.apply.change import Change
from lvsgen.apply.ending import Ending, Result
from lvsgen.apply.journal import Phase
from lvsgen.errors import OperatorError, said
from lvsgen.host import files, lock
from lvsgen.host.files import ABSENT, Kind, Node
from lvsgen.host.paths import HostPaths
from lvsgen.state.hoststate import HostState
from lvsgen.state.parts import Sysctl
from lvsgen.state.scope import Scope
from tests import faulty

NEW = Node(Kind.FILE, b"new\n", 0o644, os.getuid(), os.getgid())
FOLDER = Node(Kind.FOLDER, b"", 0o755, os.getuid(), os.getgid())
SETTING = Sysctl("net/none", "1")


@pytest.fixture(autouse=True)
def _no_power_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    faulty.quicken(monkeypatch)


@dataclass(frozen=True, slots=True)
class Scene:
    """A host whose files are to be changed."""

    paths: HostPaths

    def look(self) -> dict[str, object]:
        """What there is, but for the journals, the lock and what they are in."""
        found = (path for path in sorted(self.paths.root.rglob("*")) if "lib" not in path.parts)
        return {str(path): files.look(path) for path in found if "lvsgen.r" not in path.name}

    def apply(self) -> Ending:
        return executor.apply(self.paths, self.change, lambda name: None)[-1]

    def change(self) -> Change:
        """A change of files, and of a record."""
        wanted = {"/etc/made": FOLDER, "/etc/made/file": NEW, "/etc/changed": NEW, "/etc/gone": ABSENT}
        changed = tuple(files.change(path, node, self.paths.root) for path, node in wanted.items())
        needed, nothing = tuple(one for one in changed if one.is_needed), HostState()
        made = Change(lock.boot_id(), "llc", "lb", "now", "s", Scope(), nothing, nothing, nothing, files=needed)
        return replace(made, scope=Scope(frozenset({SETTING.key})))


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str], Scene]:
    """Make such hosts by name."""
    return lambda name: _made(tmp_path / name)


def _made(folder: Path) -> Scene:
    (folder / "etc").mkdir(parents=True)
    (folder / "run").mkdir()
    for name in ("changed", "gone"):
        (folder / "etc" / name).write_bytes(b"old\n")
    return Scene(HostPaths("llc", folder / "run", folder / "lib", folder))


@pytest.mark.parametrize("once", [True, False], ids=["for a moment", "from then on"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT], ids=["full", "over the quota"])
def test_a_disk_that_is_full_at_any_call_leaves_the_host_as_it_was_or_says_what_differs(
    make: Callable[[str], Scene], number: int, once: bool
) -> None:
    results = set()
    with faulty.failing(1 << 20, faulty.GROWING, faulty.ENOSPC, top=(whole := make("whole")).paths.root) as calls:
        assert whole.apply().result is Result.DONE
    for index in range(len(calls.came)):
        scene = make(str(index))
        before = scene.look()
        with faulty.failing(index, faulty.GROWING, faulty.system(number), top=scene.paths.root, once=once):
            try:
                ending = scene.apply()
            except (OperatorError, OSError) as error:
                ending = Ending(Result.NOTHING, reason=said(error))
        results.add(ending.result)
        if ending.result is Result.DONE:
            assert scene.look() != before, index
        else:
            assert str(scene.paths.root) in ending.reason, index
            assert os.strerror(number) in ending.reason, index
            assert (ending.result is Result.STUCK) or scene.look() == before, index
            assert (ending.result is Result.STUCK) == bool(ending.left), index
            assert scene.apply().result is Result.DONE, index
        assert [name for name in scene.look() if "/." in name] == [], index
        assert journals.all_of(scene.paths.journals)[-1].phase is Phase.COMMITTED, index
    assert (len(calls.came) > 20, results) == (True, {Result.NOTHING, Result.UNDONE, *results})


@pytest.mark.parametrize("name", [".changed.lvsgen-tmp", ".changed.lvsgen-kept", ".gone.lvsgen-tmp", ".new.lvsgen-tmp"])
def test_what_a_kill_has_left_beside_files_is_in_nobodys_way(make: Callable[[str], Scene], name: str) -> None:
    scene = make("host")
    (scene.paths.root / "etc" / name).write_bytes(b"half")
    assert scene.apply().result is Result.DONE
    ending = executor.rollback(scene.paths, lambda name: None)
    assert (ending.result, ending.left) == (Result.UNDONE, ())
    assert [name for name in scene.look() if "/." in name and "new" not in name] == []
