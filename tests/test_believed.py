"""host/believed.py: what somebody else than root can have written is not read, and it is said what mends that."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lvsgen.apply import journal as journals
from lvsgen.apply.journal import Journal, Phase
from lvsgen.apply.work import read_record
from lvsgen.errors import OperatorError
from lvsgen.host import believed, drained, lock, storage
from lvsgen.host.believed import UnbelievedError
from lvsgen.host.paths import HostPaths

OTHERS = 65534
FILE = "lvsgen/llc/file"
MEND = "see what is there and who wrote it, then: {}; or move it away"


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A folder as /var/lib is, with a file in two folders of ours."""
    path = tmp_path / "lib" / FILE
    path.parent.mkdir(parents=True)
    path.write_text("yes")
    return tmp_path / "lib"


def _read(top: Path) -> bytes | None:
    return believed.read(top / FILE, 2, 10)


def _refusal(work: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(OperatorError) as refused:
        work()
    return str(refused.value), refused.value.hint


def test_what_root_alone_can_write_is_read_whoever_may_read_it(top: Path) -> None:
    for mode in (0o400, 0o600, 0o644, 0o755, 0o4755):
        (top / FILE).chmod(mode)
        assert _read(top) == b"yes"
    (top / "lvsgen").chmod(0o700)
    assert _read(top) == b"yes"


def test_what_is_not_there_is_none(top: Path) -> None:
    (top / FILE).unlink()
    assert _read(top) is None
    (top / "lvsgen/llc").rmdir()
    assert _read(top) is None


@pytest.mark.parametrize("name", [FILE, "lvsgen/llc", "lvsgen", "."])
@pytest.mark.parametrize("bit", [stat.S_IWGRP, stat.S_IWOTH], ids=["group", "others"])
def test_what_others_can_write_is_not_believed_nor_what_is_below_it(top: Path, name: str, bit: int) -> None:
    path = top / name
    path.chmod(path.stat().st_mode | bit)
    said = f"{path} cannot be believed: others can write it"
    assert _refusal(lambda: _read(top)) == (said, MEND.format(f"chmod go-w {path}"))
    subprocess.run(["chmod", "go-w", str(path)], check=True)
    assert _read(top) == b"yes"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("name", [FILE, "lvsgen/llc", "lvsgen", "."])
def test_what_another_owns_is_not_believed_nor_what_is_below_it(top: Path, name: str) -> None:
    path = top / name
    os.chown(path, OTHERS, OTHERS)
    said = f"{path} cannot be believed: root does not own it"
    assert _refusal(lambda: _read(top)) == (said, MEND.format(f"chown root {path}"))
    if path.is_dir():
        path.chmod(0o1777)
        assert _refusal(lambda: _read(top))[0] == said


def test_the_folder_above_ours_may_be_a_link_and_sticky(top: Path, tmp_path: Path) -> None:
    top.chmod(0o1777)
    (tmp_path / "link").symlink_to(top)
    assert _read(tmp_path / "link") == b"yes"


@pytest.mark.parametrize("name", [FILE, "lvsgen/llc", "lvsgen"])
def test_no_link_of_ours_is_followed(top: Path, name: str) -> None:
    path = top / name
    path.rename(top / "there")
    path.symlink_to(top / "there")
    said, hint = _refusal(lambda: _read(top))
    assert said in (f"{path} cannot be believed: it is no folder", f"cannot read {path}: it is a link")
    assert hint == f"see what {path} is for, and move it away"


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_file_is_refused_and_nobody_waits_for_it(top: Path, kind: str) -> None:
    path = top / FILE
    path.unlink()
    os.mkfifo(path) if kind == "pipe" else path.mkdir()
    assert _refusal(lambda: _read(top))[0] == f"cannot read {path}: it is no file"


def test_what_is_too_large_is_refused(top: Path) -> None:
    (top / FILE).write_text("x" * 10)
    assert _read(top) == b"x" * 10
    (top / FILE).write_text("x" * 11)
    assert _refusal(lambda: _read(top))[0] == f"{top / FILE} is larger than 10 bytes: lvsgen did not write it"


def test_records_journals_and_lists_are_read_so(tmp_path: Path) -> None:
    paths = HostPaths("llc", tmp_path / "run", tmp_path / "lib" / "lvsgen")
    paths.run.mkdir()
    (tmp_path / "lib").mkdir()
    journal = journals.following(paths.journals)
    journal.append(Phase.BEGUN)
    paths.record.write_text("boot\tb\n")
    drained.file(paths).write_text("web1\n")
    assert (drained.names(paths), drained.warning(paths)) == (("web1",), "")
    for path, read in (
        (paths.record, lambda: read_record(paths)),
        (journal.path, lambda: journal.entries),
        (journal.path, lambda: journal.append(Phase.COMMITTED)),
        (paths.journals, lambda: journals.all_of(paths.journals)),
        (paths.journals, lambda: Journal(paths.journals / "000002.journal").append(Phase.BEGUN)),
    ):
        mode = path.stat().st_mode
        path.chmod(0o777)
        with pytest.raises(UnbelievedError):
            read()
        path.chmod(mode)
    drained.file(paths).chmod(0o666)
    assert drained.names(paths) == ()
    said = f"nobody counts as drained: {drained.file(paths)} cannot be believed: others can write it; "
    assert drained.warning(paths) == said + MEND.format(f"chmod go-w {drained.file(paths)}")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_lock_that_root_did_not_make_keeps_nobody_out(tmp_path: Path) -> None:
    link = tmp_path / "lock"
    link.symlink_to(lock.myself())
    os.chown(link, OTHERS, OTHERS, follow_symlinks=False)
    with lock.held(link):
        assert lock.holder(link) == lock.myself()


def test_what_a_change_keeps_locked_is_ours(tmp_path: Path) -> None:
    running = tmp_path / "running"
    running.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OperatorError, match="Too many levels"), lock.alone(running):
        pass
    assert not (tmp_path / "elsewhere").exists()
    running.unlink()
    running.touch()
    running.chmod(0o666)
    with pytest.raises(UnbelievedError), lock.alone(running):
        pass


@pytest.mark.parametrize(("given", "left"), [(0, 0o022), (0o002, 0o022), (0o077, 0o077), (0o700, 0o722)])
def test_roots_umask_takes_the_right_to_write_from_others(given: int, left: int) -> None:
    former = os.umask(given)
    try:
        storage.guard()
        found = os.umask(former)
    finally:
        os.umask(former)
    assert found == (left if os.geteuid() == 0 else given)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes hosts")
@pytest.mark.parametrize("module", ["lvsgen", "lvsgen.apply.watch"])
def test_every_process_of_ours_begins_with_that(module: str, tmp_path: Path) -> None:
    """By what both of them do before they fail."""
    program = f"""
import os, runpy, sys
os.umask(0)
sys.argv = ["lvsgen", "schema"] if {module!r} == "lvsgen" else ["watch"]
try:
    runpy.run_module({module!r}, run_name="__main__")
except BaseException:
    pass
open({str(tmp_path / "made")!r}, "w").close()
"""
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o644


def test_folders_of_ours_have_their_modes_under_any_umask(tmp_path: Path) -> None:
    journal = journals.following(tmp_path / "lvsgen" / "llc" / "transactions")
    former = os.umask(0)
    try:
        journal.append(Phase.BEGUN)
    finally:
        os.umask(former)
    modes = [path.stat().st_mode & 0o777 for path in (journal.path, *journal.path.parents[:3])]
    assert modes == [0o600, 0o700, 0o755, 0o755]
