"""outdir/: a host's part of out/ is read once, through no link, and those bytes are verified and used."""

from __future__ import annotations

import ast
import contextlib
import os
import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lvsgen import manifest, phrasing
from lvsgen.errors import OperatorError
from lvsgen.host.files import Kind
from lvsgen.outdir import desired, filelist, pick, reviewed, tree
from lvsgen.outdir.desired import Desired
from lvsgen.state import statefile
from tests import swapping

TOP = Path(__file__).parent.parent
HOST = "llclb1"
RULES, SCRIPT = "rootfs/etc/lvsgen/llc/host", "rootfs/usr/local/sbin/lvs-director"


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """The folder of the example's director in an out/ of its own."""
    shutil.copytree(TOP / "out/llc", tmp_path / "out/llc")
    return tmp_path / "out/llc" / HOST


def _checked(host: Path) -> Desired:
    found = desired.read(host)
    reviewed.check(found, committed=False)
    return found


def _applied(found: Desired, root: Path) -> dict[str, bytes]:
    """What would be put on a host that has nothing, by path there."""
    changes = desired.file_changes(found, root, network=True)
    return {change.path: change.after.raw for change in changes if change.after.kind is Kind.FILE}


def _listed(host: Path) -> dict[str, str]:
    """The digests that MANIFEST has for the files of a host, by path there."""
    own = manifest.parse((host.parent / manifest.NAME).read_bytes()).items()
    heads = (f"{host.name}/rootfs/", f"{host.name}/network/", "common/rootfs/")
    return {"/" + path.partition("/")[2].partition("/")[2]: digest for path, digest in own if path.startswith(heads)}


def _digests(applied: dict[str, bytes]) -> dict[str, str]:
    return {path: manifest.digest(raw) for path, raw in applied.items()}


def _sign(host: Path, path: str) -> None:
    """Let MANIFEST say of a file what it is now, as if a build had made it so."""
    listing = host.parent / manifest.NAME
    digests = manifest.parse(listing.read_bytes()) | {
        f"{host.name}/{path}": manifest.digest((host / path).read_bytes())
    }
    listing.write_text(manifest.render(digests))


# One look


def test_what_is_applied_is_byte_for_byte_what_manifest_says(host: Path, tmp_path: Path) -> None:
    assert _digests(_applied(_checked(host), tmp_path / "root")) == _listed(host)


def test_what_is_exchanged_after_the_review_is_not_applied(host: Path, tmp_path: Path) -> None:
    listed, found = _listed(host), _checked(host)
    state = found.file.state
    for path in [path for path in host.rglob("*") if path.is_file()]:
        path.write_text("evil\n")
    (host / "FILES").write_text(f"0755 root:root {SCRIPT}\n")
    assert _digests(_applied(found, tmp_path / "root")) == listed
    assert found.file.state == state


def _exchange(path: Path, other: Path) -> None:
    """Exchange what two names stand for, in three renames."""
    path.rename(path.with_name("aside"))
    other.rename(path)
    path.with_name("aside").rename(other)


def _evil_files(host: Path) -> Callable[[], None]:
    evil = host.parents[2] / "evil"
    evil.mkdir()
    pairs = [(host / name, evil / str(count)) for count, name in enumerate((RULES, SCRIPT, "state.json", "FILES"))]
    for path, other in pairs:
        other.write_bytes(path.read_bytes().replace(b"rr", b"wlc").replace(b"exit 0", b"evil 0") + b"\n")

    def step() -> None:
        for path, other in pairs:
            _exchange(path, other)

    return step


def _evil_folder(host: Path) -> Callable[[], None]:
    evil = host.parents[2] / "evil"
    shutil.copytree(host, evil)
    (evil / SCRIPT).write_text("evil\n")
    link = host.parents[2] / "link"
    link.symlink_to(evil)
    return lambda: _exchange(host, link)


@pytest.mark.parametrize("evil", [_evil_files, _evil_folder])
def test_whoever_swaps_while_it_is_read_changes_nothing_that_is_applied(
    host: Path, tmp_path: Path, evil: Callable[[Path], Callable[[], None]]
) -> None:
    listed, passed, refused = _listed(host), 0, 0
    state = desired.read(host).file.state
    with swapping.swapper(evil(host)):
        end = time.monotonic() + 4
        while time.monotonic() < end and (passed < 20 or refused < 20):
            try:
                found = _checked(host)
            except OperatorError:
                refused += 1
                continue
            passed += 1
            assert _digests(_applied(found, tmp_path / "root")) == listed
            assert found.file.state == state
    assert refused


# Through no link, and nothing but files


def _link_to(place: str) -> Callable[[Path], None]:
    def arrange(host: Path) -> None:
        path, moved = host.parents[1] / place, host.parents[2] / "moved"
        path.rename(moved)
        path.symlink_to(moved)

    return arrange


def _pipe(name: str) -> Callable[[Path], None]:
    def arrange(host: Path) -> None:
        (host / name).unlink(missing_ok=True)
        os.mkfifo(host / name)

    return arrange


def _socket(host: Path) -> None:
    (host / RULES).unlink()
    with socket.socket(socket.AF_UNIX) as end, contextlib.chdir(host):
        end.bind(RULES)


def _huge(host: Path) -> None:
    with (host / RULES).open("wb") as stream:
        stream.truncate(tree.LARGEST + 1)


def _deep(host: Path) -> None:
    (host / "/".join("d" * 40)).mkdir(parents=True)


def _double(host: Path) -> None:
    os.link(host / RULES, host.parents[2] / "name")
    os.chown(host / RULES, 4711, 4711)


FAULTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "the cluster is a link": (_link_to("llc"), "out/llc: it is a link, and none is followed here"),
    "the host is a link": (_link_to(f"llc/{HOST}"), f"out/llc/{HOST} is a link, not a file"),
    "a folder is a link": (_link_to(f"llc/{HOST}/rootfs"), f"out/llc/{HOST}/rootfs is "),
    "MANIFEST is a link": (_link_to("llc/MANIFEST"), "out/llc/MANIFEST is a link, not a file"),
    "DESCRIPTION is a link": (_link_to("llc/DESCRIPTION"), "out/llc/DESCRIPTION is a link, not a file"),
    "state.json is a link": (_link_to(f"llc/{HOST}/state.json"), f"out/llc/{HOST}/state.json is a link, not a file"),
    "state.json is a pipe": (_pipe("state.json"), f"out/llc/{HOST}/state.json is no file"),
    "a pipe": (_pipe(RULES), f"out/llc/{HOST}/{RULES} is no file"),
    "a pipe more": (_pipe("rootfs/etc/more"), f"out/llc/{HOST}/rootfs/etc/more is not in MANIFEST"),
    "a socket": (_socket, f"out/llc/{HOST}/{RULES} is no file"),
    "huge": (_huge, f"out/llc/{HOST}/{RULES} is larger than 64 MiB"),
    "deep": (_deep, "out/llc has folders in more than 32 folders"),
}


@pytest.mark.parametrize(("arrange", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_what_is_no_file_of_ours_is_refused(host: Path, arrange: Callable[[Path], None], said: str) -> None:
    arrange(host)
    with pytest.raises(OperatorError) as refused:
        _checked(host)
    assert said in str(refused.value)
    assert refused.value.hint


@pytest.mark.skipif(os.geteuid() != 0, reason="gives a file to somebody else")
def test_another_name_of_a_file_of_somebody_else_is_refused(host: Path) -> None:
    _double(host)
    with pytest.raises(OperatorError, match=r"host is another name of a file of somebody else"):
        _checked(host)


def test_a_crowded_folder_is_refused(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "_MOST", 20)
    for count in range(20):
        (host / str(count)).touch()
    with pytest.raises(OperatorError, match="out/llc holds more than 20 files"):
        _checked(host)


def test_a_folder_of_too_many_bytes_is_refused(host: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree._Walk.__init__, "__defaults__", (1 << 20,))
    (host / "more").write_bytes(bytes(1 << 20))
    with pytest.raises(OperatorError, match="out/llc holds more than 512 MiB"):
        _checked(host)


def test_the_folder_that_out_names_may_be_a_link(host: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("out")
    chosen = pick.choose(tmp_path / "link", host=HOST)
    assert chosen == tmp_path / "link/llc" / HOST
    assert _listed(host) == _digests(_applied(_checked(chosen), tmp_path / "root"))


@pytest.mark.parametrize(
    ("place", "cluster"), [("llc", ""), ("llc", "llc"), (f"llc/{HOST}", ""), (f"llc/{HOST}", "llc")]
)
def test_no_host_is_chosen_through_a_link(host: Path, place: str, cluster: str) -> None:
    _link_to(place)(host)
    out = host.parents[1]
    with pytest.raises(OperatorError) as refused:
        pick.choose(out, cluster, HOST)
    assert str(refused.value) == f"{out / place} is a link, and below --out none is followed"


def test_a_link_elsewhere_is_in_nobodys_way(host: Path) -> None:
    (host.parents[1] / "latest").symlink_to("llc")
    assert pick.choose(host.parents[1], host=HOST) == host


# What state.json, MANIFEST and FILES may say

NAMES = [("../../..", HOST), ("web", HOST), ("llc", "llc5"), ("llc", "../llc5")]


@pytest.mark.parametrize(("cluster", "name"), NAMES)
def test_a_state_of_another_host_is_refused_even_where_manifest_has_it(host: Path, cluster: str, name: str) -> None:
    file = statefile.read((host / "state.json").read_bytes())
    (host / "state.json").write_text(statefile.write(replace(file, cluster=cluster, host=name)))
    _sign(host, "state.json")
    with pytest.raises(OperatorError) as refused:
        desired.read(host)
    assert str(refused.value) == f"{host}/state.json is about host '{name}' of cluster '{cluster}'"


@pytest.mark.parametrize("name", ["..", "-x", "LLC", "a b", "a" * 17, "common\n"])
def test_a_folder_with_a_name_that_no_cluster_has_is_none(host: Path, name: str) -> None:
    out = host.parents[1]
    if name != "..":
        shutil.copytree(out / "llc", out / name)
    with pytest.raises(OperatorError, match="no host 'llclb1' in cluster"):
        pick.choose(out, name, HOST)
    assert pick.choose(out, host=HOST) == host


@pytest.mark.parametrize(
    "more",
    [
        "<<<<<<< HEAD\n",
        "\n",
        f"{'0' * 64}  {HOST}/../../etc/passwd\n",
        f"{'0' * 64}  {HOST}/FILES\n",
        f"{'0' * 64}  MANIFEST\n",
        "x",
    ],
)
def test_a_manifest_with_any_other_line_is_refused(host: Path, more: str) -> None:
    with (host.parent / manifest.NAME).open("a") as stream:
        stream.write(more)
    with pytest.raises(OperatorError, match="MANIFEST has lines that lvsgen build did not write, or a path twice"):
        _checked(host)


_FORM = "must be MODE root:root PATH, with a mode as 0644, and a path below rootfs/, network/ or common/rootfs/"
LINES = {
    "no path": ("0755 root:root", _FORM),
    "no mode": (f"x root:root {RULES}", _FORM),
    "nobody's": (f"0755 nobody-here:root {RULES}", _FORM),
    "somebody's": (f"0755 daemon:daemon {RULES}", _FORM),
    "numbers": (f"0755 0:0 {RULES}", _FORM),
    "setuid": (f"4755 root:root {RULES}", _FORM),
    "sticky": (f"1755 root:root {RULES}", _FORM),
    "for all to write": (f"0666 root:root {RULES}", _FORM),
    "for its group to write": (f"0664 root:root {RULES}", _FORM),
    "negative": (f"-755 root:root {RULES}", _FORM),
    "long": (f"00755 root:root {RULES}", _FORM),
    "dots": ("0644 root:root rootfs/../../../../etc/passwd", _FORM),
    "a dot": ("0644 root:root rootfs/./etc/passwd", _FORM),
    "slashes": ("0644 root:root rootfs//etc/passwd", _FORM),
    "the folder itself": ("0644 root:root rootfs/", _FORM),
    "elsewhere": ("0644 root:root state.json", _FORM),
    "from the top": (f"0644 root:root /{RULES}", _FORM),
    "an escape": (f"0644 root:root {RULES}\x1b", _FORM),
    "no UTF-8": (f"0644 root:root {RULES}\udcff", _FORM),
    "blanks": (f"0644  root:root {RULES}", _FORM),
    "nothing": ("", _FORM),
    "twice": (f"0644 root:root {RULES}\n0600 root:root {RULES}", "there is to be a file already"),
    "twice in two ways": ("0644 root:root network/a/b\n0600 root:root rootfs/a/b", "there is to be a file already"),
    "in a file": ("0644 root:root network/c\n0600 root:root rootfs/c/d", "/c is to be a file"),
    "for a folder": ("0644 root:root network/b/c\n0600 root:root rootfs/b", "there is to be a folder already"),
}


@pytest.mark.parametrize(("text", "said"), LINES.values(), ids=LINES.keys())
def test_a_list_of_files_that_no_build_writes_is_refused_even_where_manifest_has_it(
    host: Path, text: str, said: str
) -> None:
    for path in ("network/c", "network/a/b", "network/b/c", "rootfs/a/b", "rootfs/b", "rootfs/c/d"):
        (host / path).parent.mkdir(parents=True, exist_ok=True)
        (host / path).touch()
    (host / "FILES").write_text(f"{text}\n", errors="surrogateescape")
    _sign(host, "FILES")
    with pytest.raises(OperatorError) as refused:
        filelist.read(tree.read(host))
    line = phrasing.quote(text.rpartition("\n")[2])
    assert str(refused.value) == f"{host}/FILES: {line} is no line of it: {said}"


def test_a_listed_file_that_is_not_there_is_refused(host: Path) -> None:
    (host / "FILES").write_text("0644 root:root rootfs/etc/none\n")
    with pytest.raises(OperatorError, match=f"cannot read {host}/rootfs/etc/none: No such file"):
        filelist.read(tree.read(host))


def test_what_a_build_lists_is_a_list_of_files() -> None:
    for state in (TOP / "out").glob("*/*/state.json"):
        assert filelist.read(tree.read(state.parent))


# The kind

BY_PATH = {
    "below.py": {"os.open(path, TOP)", "os.open(path, FILE & ~os.O_NOFOLLOW)"},
    "folders.py": {"os.open(out, below.TOP)"},
    "tree.py": {"os.readlink(f'/proc/self/fd/{top}')"},
    "survey.py": {"out.exists()", "out.is_dir()"},
    "revision.py": {"path.is_dir()"},
    "writer.py": {"survey.root.parent.mkdir(parents=True, exist_ok=True)"},
}
"""What of the rooms that read and write out/ goes by a path: what --out names, and the descriptions beside it."""

_OS = {
    "open",
    "stat",
    "lstat",
    "unlink",
    "remove",
    "rename",
    "replace",
    "mkdir",
    "rmdir",
    "readlink",
    "link",
    "symlink",
}
_OS |= {"access", "chmod", "chown", "walk", "makedirs", "removedirs", "renames", "truncate", "utime"}
_PATH = {
    "open",
    "stat",
    "lstat",
    "unlink",
    "rename",
    "mkdir",
    "rmdir",
    "readlink",
    "exists",
    "is_dir",
    "is_file",
    "glob",
}
_PATH |= {"rglob", "iterdir", "resolve", "is_symlink", "touch", "chmod", "symlink_to", "hardlink_to", "samefile"}
_PATH |= {"read_bytes", "read_text", "write_bytes", "write_text", "walk"}


def _goes_by_a_path(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return ast.unparse(call.func) == "open"
    if ast.unparse(call.func.value) == "os":
        return call.func.attr in _OS and not {"dir_fd", "src_dir_fd"} & {word.arg for word in call.keywords}
    return call.func.attr in _PATH


def test_nothing_of_out_is_reached_by_a_path() -> None:
    rooms = (TOP / "lvsgen/outdir").glob("*.py")
    found: dict[str, set[str]] = {}
    for path in rooms:
        calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
        said = {ast.unparse(call) for call in calls if _goes_by_a_path(call)}
        found |= {path.name: said} if said else {}
    assert found == BY_PATH
