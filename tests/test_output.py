"""outdir/writer.py: a cluster's files are written whole, only over what is ours, and nothing outside is touched."""

import contextlib
import errno
import hashlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest

from lvsgen import manifest
from lvsgen.errors import OperatorError
from lvsgen.outdir import difference, disk
from lvsgen.outdir.survey import Status, Survey, survey
from lvsgen.outdir.writer import write
from lvsgen.render.hostbuild import File
from tests import swapping

Tree = Mapping[str, File]
V1: Tree = {
    "README.md": File("# llc\n"),
    "lb1/rootfs/sbin/lvs-director": File("#!/bin/sh\nexit 0\n", mode=0o755),
    "lb1/state.json": File("{}\n"),
    "rs1/network/etc/ifcfg": File("DEVICE=eth0\n", mode=0o600),
}
V2: Tree = {
    "README.md": File("# llc, again\n"),
    "lb1/rootfs/sbin/lvs-director": File("#!/bin/sh\nexit 1\n", mode=0o755),
    "lb1/state.json": File("{}\n"),
    "rs2/network/etc/keyfile": File("[ipv4]\n", mode=0o600),
}


def build(out: Path, files: Tree = V1) -> Survey:
    found = survey(out, "llc", files)
    write(found)
    return found


def tree(root: Path) -> dict[str, str]:
    return {p.relative_to(root).as_posix(): p.read_text() for p in sorted(root.rglob("*")) if p.is_file()}


def expected(files: Tree) -> dict[str, str]:
    digests = {path: hashlib.sha256(file.text.encode()).hexdigest() for path, file in files.items()}
    listing = "".join(f"{digests[path]}  {path}\n" for path in sorted(digests))
    return {"MANIFEST": listing, **{path: file.text for path, file in files.items()}}


def folders(root: Path) -> set[str]:
    return {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_dir()}


def diff(out: Path, files: Tree = V1) -> str:
    return difference.diff(survey(out, "llc", files))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_a_build_makes_every_file_and_a_manifest(out: Path) -> None:
    build(out)
    assert tree(out / "llc") == expected(V1)


def test_sha256sum_checks_the_manifest(out: Path) -> None:
    build(out)
    check = subprocess.run(
        ["sha256sum", "-c", "--strict", "MANIFEST"], cwd=out / "llc", capture_output=True, check=False
    )
    assert check.returncode == 0, check.stdout


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_programs_are_executable_and_the_rest_is_not_whatever_the_umask(out: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        build(out)
    finally:
        os.umask(before)
    modes = {path: (out / "llc" / path).stat().st_mode & 0o777 for path in V1}
    assert modes == {path: 0o755 if file.mode == 0o755 else 0o644 for path, file in V1.items()}


def test_what_is_equal_is_not_written_again(out: Path) -> None:
    build(out)
    before = {p: p.stat() for p in sorted(out.rglob("*"))}
    assert {e.status for e in build(out).entries} == {Status.UNCHANGED}
    assert {p: p.stat().st_mtime_ns for p in before} == {p: s.st_mtime_ns for p, s in before.items()}
    assert {p: p.stat().st_ino for p in before} == {p: s.st_ino for p, s in before.items()}


def test_only_what_differs_is_written(out: Path) -> None:
    build(out)
    (out / "llc/lb1/state.json").write_text("edited by hand\n")
    (out / "llc/lb1/rootfs/sbin/lvs-director").chmod(0o644)
    written = [e.path for e in build(out).entries if e.status is Status.WRITTEN]
    assert written == ["lb1/rootfs/sbin/lvs-director", "lb1/state.json"]
    assert diff(out) == ""


def test_a_next_version_replaces_removes_and_prunes(out: Path) -> None:
    build(out)
    found = build(out, V2)
    assert tree(out / "llc") == expected(V2)
    assert "rs1" not in folders(out / "llc")
    assert [e.path for e in found.entries if e.status is Status.REMOVED] == ["rs1/network/etc/ifcfg"]


def test_a_stale_file_that_somebody_edited_is_removed_all_the_same(out: Path) -> None:
    build(out)
    (out / "llc/rs1/network/etc/ifcfg").write_text("edited by hand\n")
    build(out, V2)
    assert tree(out / "llc") == expected(V2)


def test_a_file_that_no_manifest_lists_stays_and_keeps_its_folder(out: Path) -> None:
    build(out)
    (out / "llc/rs1/network/notes.txt").write_text("mine\n")
    build(out, V2)
    assert tree(out / "llc") == {**expected(V2), "rs1/network/notes.txt": "mine\n"}


def test_a_foreign_file_in_the_way_is_refused_and_nothing_is_written(out: Path) -> None:
    (out / "llc").mkdir(parents=True)
    (out / "llc/README.md").write_text("somebody's\n")
    with pytest.raises(OperatorError, match=r"README\.md is a file that lvsgen did not make") as refusal:
        build(out)
    assert "mv " in refusal.value.hint
    assert tree(out) == {"llc/README.md": "somebody's\n"}


def test_a_foreign_file_that_is_equal_is_taken_as_ours(out: Path) -> None:
    (out / "llc").mkdir(parents=True)
    (out / "llc/README.md").write_text(V1["README.md"].text)
    build(out)
    assert tree(out / "llc") == expected(V1)


def test_a_foreign_manifest_is_refused(out: Path) -> None:
    (out / "llc").mkdir(parents=True)
    (out / "llc/MANIFEST").write_text("include setup.py\n")
    with pytest.raises(OperatorError, match="MANIFEST is a file that lvsgen did not make"):
        build(out)
    assert tree(out) == {"llc/MANIFEST": "include setup.py\n"}


def test_a_manifest_with_a_merge_conflict_still_owns_both_sides(out: Path) -> None:
    build(out)
    ours = (out / "llc/MANIFEST").read_text()
    build(out, V2)
    theirs = (out / "llc/MANIFEST").read_text()
    (out / "llc/rs1").mkdir()
    (out / "llc/rs1/left").write_text("ours\n")
    conflict = f"<<<<<<< HEAD\n{ours}{'0' * 64}  rs1/left\n=======\n{theirs}>>>>>>> other\n"
    (out / "llc/MANIFEST").write_text(conflict)
    build(out)
    assert tree(out / "llc") == expected(V1)


HOSTILE = ["../../secret", "/{outside}/secret", "lb1/../../../secret", "./secret", "a//b", "..", "link/secret\x00", ""]


@pytest.mark.parametrize("path", HOSTILE)
def test_a_hostile_manifest_removes_nothing_outside(out: Path, path: str) -> None:
    build(out)
    secret = out.parent / "secret"
    secret.write_text("keep\n")
    with (out / "llc/MANIFEST").open("a") as stream:
        stream.write(f"{'0' * 64}  {path.format(outside=out.parent)}\n")
    build(out)
    assert secret.read_text() == "keep\n"
    assert tree(out / "llc") == expected(V1)


LINKS = {"the cluster": "llc", "a host": "llc/lb1", "a folder": "llc/lb1/rootfs/sbin"}


@pytest.mark.parametrize("place", LINKS.values(), ids=LINKS.keys())
def test_a_folder_that_is_a_link_is_refused(out: Path, place: str) -> None:
    build(out)
    elsewhere = out.parent / "elsewhere"
    (out / place).rename(elsewhere)
    (out / place).symlink_to(elsewhere)
    before = tree(elsewhere)
    with pytest.raises(OperatorError, match=f"{place} is a link"):
        build(out, V2)
    assert tree(elsewhere) == before
    assert f"{place} is a link" in diff(out, V1)


def test_a_listed_path_behind_a_link_is_not_removed(out: Path) -> None:
    build(out)
    elsewhere = out.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "passwd").write_text("keep\n")
    (out / "llc/etc").symlink_to(elsewhere)
    with (out / "llc/MANIFEST").open("a") as stream:
        stream.write(f"{'0' * 64}  etc/passwd\n")
    with pytest.raises(OperatorError, match="llc/etc is a link"):
        build(out)
    assert (elsewhere / "passwd").read_text() == "keep\n"


def test_a_file_of_ours_that_became_a_link_is_replaced_and_its_target_left_alone(out: Path) -> None:
    build(out)
    target = out.parent / "target"
    target.write_text("keep\n")
    (out / "llc/README.md").unlink()
    (out / "llc/README.md").symlink_to(target)
    assert f"{out}/llc/README.md is a link to {target}\n" in diff(out)
    build(out)
    assert not (out / "llc/README.md").is_symlink()
    assert tree(out / "llc") == expected(V1)
    assert target.read_text() == "keep\n"


@pytest.mark.parametrize("name", ["README.md", "MANIFEST"])
def test_a_foreign_link_in_the_way_is_refused(out: Path, name: str) -> None:
    (out / "llc").mkdir(parents=True)
    (out / "llc" / name).symlink_to("/nowhere")
    with pytest.raises(OperatorError, match="is a link that lvsgen did not make"):
        build(out)


def test_a_fifo_is_never_opened(out: Path) -> None:
    build(out)
    (out / "llc/README.md").unlink()
    os.mkfifo(out / "llc/README.md")
    build(out)
    assert tree(out / "llc") == expected(V1)


def test_a_file_of_ours_gives_way_to_a_folder_and_back(out: Path) -> None:
    flat: Tree = {"a": File("flat\n")}
    deep: Tree = {"a/b/c": File("deep\n")}
    build(out, flat)
    build(out, deep)
    assert tree(out / "llc") == expected(deep)
    build(out, flat)
    assert tree(out / "llc") == expected(flat)


def test_an_empty_folder_gives_way(out: Path) -> None:
    (out / "llc/README.md").mkdir(parents=True)
    build(out)
    assert tree(out / "llc") == expected(V1)


def test_a_folder_with_something_foreign_does_not_give_way(out: Path) -> None:
    build(out, {"a/b": File("deep\n")})
    (out / "llc/a/mine").write_text("mine\n")
    with pytest.raises(OperatorError, match="llc/a is a folder that lvsgen did not make"):
        build(out, {"a": File("flat\n")})
    assert tree(out / "llc/a") == {"b": "deep\n", "mine": "mine\n"}


def test_a_file_where_a_folder_is_needed_is_refused(out: Path) -> None:
    (out / "llc").mkdir(parents=True)
    (out / "llc/lb1").write_text("mine\n")
    with pytest.raises(OperatorError, match="llc/lb1 is a file, and a folder is needed"):
        build(out)


def test_an_output_folder_that_is_a_file_is_refused(out: Path) -> None:
    out.write_text("mine\n")
    with pytest.raises(OperatorError, match="is not a folder"):
        build(out)


def test_an_output_folder_may_itself_be_a_link(out: Path) -> None:
    (out.parent / "real").mkdir()
    out.symlink_to("real")
    build(out)
    assert tree(out.parent / "real/llc") == expected(V1)


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "MANIFEST", ""])
def test_a_renderer_that_would_leave_the_folder_is_a_bug(out: Path, path: str) -> None:
    with pytest.raises(ValueError, match="would leave"):
        survey(out, "llc", {path: File("")})


# What the system refuses

REFUSALS = {"full": errno.ENOSPC, "unwritable": errno.EACCES, "read-only": errno.EROFS, "broken": errno.EIO}
STEPS = ["fsync", "fchmod"]


@pytest.mark.parametrize("number", REFUSALS.values(), ids=REFUSALS.keys())
@pytest.mark.parametrize("step", STEPS)
def test_a_refusal_of_the_system_is_explained_and_leaves_no_litter(
    out: Path, monkeypatch: pytest.MonkeyPatch, number: int, step: str
) -> None:
    build(out)

    def refuse(*_: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, step, refuse)
        with pytest.raises(OperatorError, match=os.strerror(number)) as refusal:
            build(out, V2)
    assert refusal.value.hint
    assert not list(out.rglob("*lvsgen-tmp"))
    assert all(text in (expected(V1).get(p), expected(V2).get(p)) for p, text in tree(out / "llc").items())
    build(out, V2)
    assert tree(out / "llc") == expected(V2)


FULL_DISK = """
import sys, pathlib
from lvsgen.errors import OperatorError
from lvsgen.outdir.survey import survey
from lvsgen.outdir.writer import write
from lvsgen.render.hostbuild import File
from tests import swapping
top = pathlib.Path(sys.argv[1])
try:
    write(survey(top, "llc", {"a": File("small"), "b": File("x" * 100_000)}))
except OperatorError as error:
    print(error, sorted(p.name for p in (top / "llc").iterdir()))
"""


def test_a_full_disk_is_explained_and_leaves_no_litter(tmp_path: Path) -> None:
    shell = 'mount -t tmpfs -o size=32k none "$1" && exec "$0" -c "$2" "$1"'
    command = ["unshare", "-rm", "sh", "-c", shell, sys.executable, str(tmp_path), FULL_DISK]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stdout == f"cannot write {tmp_path}/llc/b: No space left on device ['MANIFEST', 'a']\n", run.stderr


def test_an_endless_file_of_ours_is_written_again(out: Path) -> None:
    build(out)
    with (out / "llc/README.md").open("ab") as stream:
        stream.truncate(1 << 40)
    build(out)
    assert tree(out / "llc") == expected(V1)


def test_an_unreadable_output_is_explained(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(out)

    def refuse(*_: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "fdopen", refuse)
    with pytest.raises(OperatorError, match=f"cannot read {out}/llc: Permission denied"):
        survey(out, "llc", V1)


# What a crash leaves


class Fuse:
    """Kills the process at the nth call that changes the disk."""

    def __init__(self, calls: int) -> None:
        self.calls = calls

    def guard(self, change: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: object) -> Any:
            self.calls -= change.__name__ != "open" or bool(args[1] & os.O_CREAT)
            if self.calls < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return change(*args, **kwargs)

        return guarded


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk: a process that is killed takes nothing with it that a power cut would."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


CHANGES = ("fsync", "fchmod", "open", "replace", "unlink", "mkdir", "rmdir")


def killed(out: Path, files: Tree, calls: int) -> bool:
    """Build in a process of its own that is killed before its nth change; whether it came to that."""
    child = os.fork()
    if child == 0:
        fuse = Fuse(calls)
        for name in CHANGES:
            setattr(os, name, fuse.guard(getattr(os, name)))
        build(out, files)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def crashes(tmp_path: Path, before: Tree | None, after: Tree) -> Iterator[Path]:
    """Every folder that a build killed at one of its steps leaves."""
    for calls in itertools.count():
        out = tmp_path / f"crash{calls}"
        if before is not None:
            build(out, before)
        if not killed(out, after, calls):
            assert calls > 10
            return
        yield out


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("before", [None, V1], ids=["first build", "next build"])
def test_a_kill_at_any_step_leaves_every_file_old_or_new(tmp_path: Path, before: Tree | None) -> None:
    old, new = expected(before or {}), expected(V2)
    for out in crashes(tmp_path, before, V2):
        left = {path: text for path, text in tree(out).items() if not path.endswith("lvsgen-tmp")}
        for path, text in left.items():
            name = path.removeprefix("llc/")
            assert name == "MANIFEST" or text in (old.get(name), new.get(name)), (out, path)


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("before", [None, V1], ids=["first build", "next build"])
def test_a_manifest_never_fits_a_half_built_folder(tmp_path: Path, before: Tree | None) -> None:
    for out in crashes(tmp_path, before, V2):
        left = tree(out / "llc") if (out / "llc").exists() else {}
        listed = manifest.parse(left.pop("MANIFEST", "").encode())
        fits = {path: manifest.digest(text.encode()) for path, text in left.items()} == listed
        assert not listed or not fits or left in ({p: f.text for p, f in v.items()} for v in (V1, V2))


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("then", [V1, V2, {"only": File("this\n")}], ids=["the old one", "the new one", "another one"])
@pytest.mark.parametrize("before", [None, V1], ids=["first build", "next build"])
def test_the_next_build_heals_what_a_kill_left(tmp_path: Path, before: Tree | None, then: Tree) -> None:
    for out in crashes(tmp_path, before, V2):
        build(out, then)
        assert tree(out / "llc") == expected(then), out
        assert diff(out, then) == ""
        assert folders(out / "llc") == {parent for path in then for parent in parents(path)}, out


@pytest.mark.usefixtures("fast")
def test_a_build_heals_after_two_kills_in_a_row(tmp_path: Path) -> None:
    third: Tree = {**V2, "lb1/state.json": File("[]\n"), "rs3/x": File("x")}
    for first in crashes(tmp_path, V1, V2):
        killed(first, third, 12)
        build(first, V1)
        assert tree(first / "llc") == expected(V1), first


def test_an_interrupted_build_is_a_difference(out: Path) -> None:
    build(out)
    disk.temporary(out / "llc/README.md").write_text("# ll")
    assert diff(out) == f"{out}/llc/.README.md.lvsgen-tmp is left of an interrupted build\n"


# Who exchanges folders meanwhile


def _outside(out: Path) -> Path:
    """Files like those of a build, elsewhere."""
    elsewhere = out.parent / "elsewhere"
    for path, file in {**V1, **V2}.items():
        (elsewhere / path).parent.mkdir(parents=True, exist_ok=True)
        (elsewhere / path).write_text(f"{file.text}not ours")
    return elsewhere


def _exchanger(folder: Path, link: Path) -> Callable[[], None]:
    """Make a folder a link and back, for ever."""

    def step() -> None:
        folder.rename(folder.with_name("aside"))
        link.rename(folder)
        folder.rename(link)
        folder.with_name("aside").rename(folder)

    return step


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(
    "place",
    ["lb1", "rs1/network", *(pytest.param(p, marks=pytest.mark.long) for p in ("", "rs1", "lb1/rootfs/sbin"))],
)
def test_whoever_exchanges_a_folder_for_a_link_gets_nothing_elsewhere_written_or_removed(out: Path, place: str) -> None:
    build(out)
    elsewhere = _outside(out)
    before, link = tree(elsewhere), out.parent / "link"
    link.symlink_to(elsewhere / place)
    end = time.monotonic() + 3
    with swapping.swapper(_exchanger(out / "llc" / place, link)):
        for files in itertools.cycle((V2, V1)):
            with contextlib.suppress(OperatorError):
                build(out, files)
            if tree(elsewhere) != before or time.monotonic() > end:
                break
    assert tree(elsewhere) == before


@pytest.mark.usefixtures("fast")
def test_a_folder_exchanged_after_it_was_looked_at_is_refused(out: Path) -> None:
    build(out)
    found = survey(out, "llc", V2)
    (out / "llc").rename(out / "old")
    shutil.copytree(out / "old", out / "llc")
    before = tree(out)
    with pytest.raises(OperatorError, match="out/llc was exchanged for another folder"):
        write(found)
    assert tree(out) == before


# The difference


def test_the_difference_is_a_unified_diff(out: Path) -> None:
    build(out)
    (out / "llc/README.md").write_text("# mine")
    assert diff(out) == (
        f"--- {out}/llc/README.md\n+++ {out}/llc/README.md\n@@ -1 +1 @@\n"
        "-# mine\n\\ No newline at end of file\n+# llc\n"
    )


def test_missing_surplus_and_mode_are_differences(out: Path) -> None:
    build(out)
    (out / "llc/README.md").unlink()
    (out / "llc/lb1/rootfs/sbin/lvs-director").chmod(0o644)
    stale = out / "llc/stale"
    stale.write_text("old\n")
    with (out / "llc/MANIFEST").open("a") as stream:
        stream.write(f"{manifest.digest(b'old')}  stale\n")
    director = f"{out}/llc/lb1/rootfs/sbin/lvs-director"
    assert diff(out).startswith(
        f"--- /dev/null\n+++ {out}/llc/README.md\n@@ -0,0 +1 @@\n+# llc\n"
        f"old mode 100644 {director}\nnew mode 100755 {director}\n"
        f"--- {stale}\n+++ /dev/null\n@@ -1 +0,0 @@\n-old\n"
        f"--- {out}/llc/MANIFEST\n"
    )


def test_an_empty_output_differs_in_everything(out: Path) -> None:
    assert {f"+++ {out}/llc/{path}" for path in (*V1, "MANIFEST")} <= set(diff(out).splitlines())
    assert not out.exists()


def test_the_difference_is_safe_for_a_terminal(out: Path) -> None:
    build(out)
    (out / "llc/README.md").write_bytes(b"\x1b[2J\rab\tcd\xff\xc2\x9b\xe2\x80\xae\n")
    assert "-\\x1b[2J\\rab\tcd\\xff\\x9b\\u202e\n" in diff(out)


def parents(path: str) -> list[str]:
    return [parent.as_posix() for parent in list(Path(path).parents)[:-1]]
