"""host/kept.py, host/attributes.py: former files come back whole, whatever happens on the way."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lvsgen.apply import change as changes
from lvsgen.apply import executor, transaction
from lvsgen.apply.change import Change
from lvsgen.apply.ending import Result
from lvsgen.apply.executor import Alone
from lvsgen.apply.journal import Journal, Phase
from lvsgen.apply.system import System
from lvsgen.apply.undo import undo
from lvsgen.apply.work import Work
from lvsgen.errors import OperatorError
from lvsgen.host import attributes, filedata, files, kept, lock
from lvsgen.host.files import ABSENT, FileChange, Kind, Node
from lvsgen.host.paths import HostPaths
from lvsgen.host.signals import Deferred
from lvsgen.state.hoststate import HostState
from lvsgen.state.scope import Scope
from tests import faulty
from tests.faulty import KilledError

OUT = Path(__file__).parent.parent / "out"
NEW = Node(Kind.FILE, b"new\n", 0o750, os.getuid(), os.getgid())
FOLDER = Node(Kind.FOLDER, b"", 0o755, os.getuid(), os.getgid())
CAPABILITY = bytes.fromhex("0100000200040000000000000000000000000000")


def _acl(owner: int, mask: int, other: int) -> bytes:
    """An ACL that lets user 65534 read beside owner and group."""
    nobody = 0xFFFFFFFF
    entries = ((1, owner, nobody), (2, 4, 65534), (4, 4, nobody), (0x10, mask, nobody), (0x20, other, nobody))
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


ACL = _acl(6, 4, 0)


@pytest.fixture(autouse=True)
def _no_power_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    faulty.quicken(monkeypatch)


@dataclass(frozen=True, slots=True)
class Scene:
    """A host whose files are to be changed."""

    work: Work

    @property
    def root(self) -> Path:
        return self.work.paths.root

    def look(self) -> dict[str, object]:
        """Every name below the root, and all that its inode says; of folders only that they are there."""
        return {str(path.relative_to(self.root)): _seen(path) for path in sorted(self.root.rglob("*"))}

    def finish(self) -> Result:
        return transaction.confirm(self.work).result

    def next_command(self) -> Result | None:
        """Do what the next command does before its own work."""
        endings = executor.recover(self.here())
        return endings[0].result if endings else None

    def roll_back(self) -> Result:
        return undo(executor.to_undo(self.here()), "asked for").result

    def here(self) -> Alone:
        return Alone(self.work.paths, self.work.system, Deferred(), self.work.observer)

    def next_change(self) -> Result:
        """Make a change of nothing, which cleans up after the last one."""
        with executor.exclusively(self.work.paths, self.work.observer):
            pass
        nothing = replace(self.work.change, files=(), record=None)
        return executor.apply(self.work.paths, lambda: nothing, self.work.observer)[-1].result


def _seen(path: Path) -> object:
    if path.is_dir() and not path.is_symlink():
        return "folder"
    found = path.lstat()
    return (found.st_ino, found.st_nlink, files.look(path))


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str], Scene]:
    """Make such hosts by name."""
    return lambda name: _made(tmp_path / name)


def _made(folder: Path) -> Scene:
    root, nothing = folder / "root", HostState()
    (root / "etc").mkdir(parents=True)
    for name in ("changed", "gone", "same"):
        path = root / "etc" / name
        path.write_bytes(b"old\n")
        path.chmod(0o640)
        with contextlib.suppress(OSError):
            os.setxattr(path, "user.note", b"mine")
        os.utime(path, ns=(1, 1234567890123456789))
        (root / "etc" / f"{name}.too").hardlink_to(path)
    (root / "etc/link").symlink_to("there")
    wanted = {"/etc/made": FOLDER, "/etc/made/file": NEW, "/etc/changed": NEW, "/etc/gone": ABSENT, "/etc/link": NEW}
    changed = tuple(files.change(path, node, root) for path, node in wanted.items())
    change = Change(lock.boot_id(), "llc", "lb", "now", "s", Scope(), nothing, nothing, nothing, files=changed)
    paths = HostPaths("llc", folder, folder / "lib", root)
    journal = Journal(paths.journals / "000001.journal")
    journal.append(Phase.BEGUN, **changes.to_data(change))
    return Scene(Work(paths, System(-1), Deferred(), lambda name: None, journal, change))


def test_what_is_undone_comes_back_with_inode_times_links_and_attributes(make: Callable[[str], Scene]) -> None:
    scene = make("host")
    before = scene.look()
    for step in scene.work.file_steps(scene.work.change.files, lambda one: one.after):
        step.do()
    assert scene.look() != before
    assert undo(scene.work, "because").result is Result.UNDONE
    assert scene.look() == before


def test_a_kill_at_any_call_leaves_old_or_new_and_nothing_else(make: Callable[[str], Scene]) -> None:
    index, came = 0, 1
    seen = set()
    while index < came:
        scene = make(str(index))
        before = scene.look()
        try:
            with faulty.failing(index, faulty.READERS + faulty.WRITERS, KilledError, top=scene.root.parent) as calls:
                scene.finish()
        except KilledError:
            came = len(calls.came) + 1
        ending = scene.next_command()
        seen.add(ending)
        if ending is Result.UNDONE:
            assert scene.look() == before, index
        else:
            assert (scene.next_change(), scene.work.journal.phase) == (Result.NOTHING, Phase.COMMITTED), index
            assert [name for name in scene.look() if "/." in name] == [], index
            assert scene.work.stands(scene.work.change.files[2], lambda one: one.after), index
        index += 1
    assert (index > 50, seen) == (True, {Result.UNDONE, None})


def test_a_kill_at_any_call_of_the_undoing_is_made_good_by_the_next_one(make: Callable[[str], Scene]) -> None:
    index, came = 0, 1
    while index < came:
        scene = make(str(index))
        before = scene.look()
        for step in scene.work.file_steps(scene.work.change.files, lambda one: one.after):
            step.do()
        try:
            with faulty.failing(index, faulty.READERS + faulty.WRITERS, KilledError, top=scene.root.parent) as calls:
                undo(scene.work, "because")
        except KilledError:
            came = len(calls.came) + 1
        scene.next_command()
        assert (scene.look(), scene.work.journal.phase) == (before, Phase.UNDONE), index
        index += 1
    assert index > 50


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV])
def test_where_nothing_can_be_kept_a_copy_comes_back_with_owner_mode_times_and_attributes(
    make: Callable[[str], Scene], number: int
) -> None:
    scene = make("host")
    with faulty.failing(0, ("link",), faulty.system(number)):
        assert scene.finish() is Result.DONE
    assert scene.roll_back() is Result.UNDONE
    assert [one.path for one in scene.work.change.files if not _stands(scene, one)] == []


def test_after_the_commit_all_comes_back_but_inode_and_hard_links(make: Callable[[str], Scene]) -> None:
    scene = make("host")
    before = scene.look()
    assert scene.finish() is Result.DONE
    assert [name for name in scene.look() if "/." in name] == []
    assert scene.roll_back() is Result.UNDONE
    after = scene.look()
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} <= {
        *("etc/changed", "etc/changed.too", "etc/gone", "etc/gone.too", "etc/link")
    }
    assert [one.path for one in scene.work.change.files if not _stands(scene, one)] == []


def _stands(scene: Scene, one: FileChange) -> bool:
    return scene.work.stands(one, lambda change: change.before)


def test_what_was_written_to_a_kept_file_is_not_taken_for_what_was_found(make: Callable[[str], Scene]) -> None:
    scene = make("host")
    for step in scene.work.file_steps(scene.work.change.files, lambda one: one.after):
        step.do()
    (scene.root / "etc/changed.too").write_bytes(b"another's\n")
    assert undo(scene.work, "because").result is Result.UNDONE
    assert (scene.root / "etc/changed").read_bytes() == b"old\n"
    assert [path.name for path in scene.root.rglob(".*")] == []


def test_a_replacement_takes_over_attributes_but_not_what_vouches_for_the_former_bytes(
    make: Callable[[str], Scene],
) -> None:
    scene = make("host")
    path = scene.root / "etc/changed"
    former = {"user.note": b"mine", "security.capability": CAPABILITY, "system.posix_acl_access": ACL}
    for name, value in sorted(former.items(), reverse=True):
        _attribute(path, name, value)
    change = files.change("/etc/changed", NEW, scene.root)
    kept.replace(path, change)
    found = files.look(path)
    assert found.fits(change.after)
    assert (found.mode, "security.capability" in dict(found.xattrs or ())) == (0o750, False)
    assert {name: value for name, value in found.xattrs or () if name[0] == "u"} == {"user.note": b"mine"}
    assert dict(found.xattrs or ())["system.posix_acl_access"] == _acl(7, 5, 0)
    kept.drop(path)
    kept.restore(path, change.before)
    assert files.look(path) == change.before
    assert dict(change.before.xattrs or ()) == former


def test_a_file_with_attributes_of_its_own_is_not_changed_for_them(make: Callable[[str], Scene]) -> None:
    path = (scene := make("host")).root / "etc/changed"
    for name, value in (("system.posix_acl_access", ACL), ("security.capability", CAPABILITY)):
        _attribute(path, name, value)
    found = files.look(path)
    as_built = Node(Kind.FILE, found.raw, found.mode, found.uid, found.gid)
    assert not files.change("/etc/changed", as_built, scene.root).is_needed


def _attribute(path: Path, name: str, value: bytes) -> None:
    try:
        os.setxattr(path, name, value)
    except OSError as error:
        pytest.skip(f"{name} is not to be had here: {error}")


def test_a_copy_takes_no_acl_from_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    _attribute(tmp_path, "system.posix_acl_default", ACL)
    before = files.look(path)
    path.unlink()
    kept.restore(path, before)
    assert files.look(path) == before


def test_attributes_without_end_are_refused_before_anything_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    _attribute(path, "user.note", b"much")
    monkeypatch.setattr(attributes, "MOST", 3)
    with pytest.raises(OperatorError, match="has extended attributes of more than 3 bytes"):
        files.look(path)


def test_a_journal_of_the_first_format_is_read(tmp_path: Path) -> None:
    node = {"kind": "file", "raw": "b2xkCg==", "mode": 0o640, "uid": os.getuid(), "gid": os.getgid()}
    change = filedata.read({"path": "/file", "before": node, "after": {**node, "raw": ""}})
    path = tmp_path / "file"
    path.write_bytes(b"new")
    kept.restore(path, change.before)
    assert files.look(path).fits(change.before)


def test_a_change_comes_back_from_its_data(make: Callable[[str], Scene]) -> None:
    for change in make("host").work.change.files:
        assert filedata.read(json.loads(json.dumps(filedata.data(change)))) == change


def test_no_program_takes_what_is_kept_for_a_file_of_its_own() -> None:
    paths = [Path(line.split()[2]) for listing in OUT.glob("*/*/FILES") for line in listing.read_text().splitlines()]
    assert len(paths) > 20
    for path in paths:
        assert (kept.place(path).name[0], kept.place(path).suffix, kept.place(path).parent) == (
            *(".", ".lvsgen-kept"),
            path.parent,
        )
