"""out/ is what examples/ make: golden output, byte for byte, whoever builds it wherever."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
OUT = TOP / "out"
EXAMPLES = sorted((TOP / "examples").glob("*.yaml"))
LVSGEN = [sys.executable, "-m", "lvsgen"]


def tree(root: Path) -> dict[str, tuple[bytes, bool]]:
    """Every file below a folder: its bytes, and whether it is executable."""
    files = (path for path in sorted(root.rglob("*")) if not path.is_dir())
    return {path.relative_to(root).as_posix(): (path.read_bytes(), bool(path.stat().st_mode & 0o100)) for path in files}


def lvsgen(*words: str | Path, **settings: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*LVSGEN, *map(str, words)], capture_output=True, text=True, check=False, **settings)  # type: ignore[call-overload,no-any-return]


def test_out_is_what_the_examples_make() -> None:
    run = lvsgen("build", "--check", *EXAMPLES, "--out", OUT)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_out_holds_nothing_else(tmp_path: Path) -> None:
    lvsgen("build", *EXAMPLES, "--out", tmp_path)
    assert tree(OUT) == tree(tmp_path)


SURROUNDINGS = {
    "another hash seed": {"PYTHONHASHSEED": "1"},
    "yet another hash seed": {"PYTHONHASHSEED": "4242"},
    "another time zone": {"TZ": "Pacific/Kiritimati"},
    "another language": {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
    "no language": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "another user": {"HOME": "/nonexistent", "USER": "nobody", "HOSTNAME": "elsewhere"},
}


@pytest.mark.parametrize("changes", SURROUNDINGS.values(), ids=SURROUNDINGS.keys())
def test_the_surroundings_of_a_build_leave_no_trace(tmp_path: Path, changes: dict[str, str]) -> None:
    run = lvsgen("build", *EXAMPLES, "--out", tmp_path, env={**os.environ, **changes})
    assert run.returncode == 0, run.stderr
    assert tree(tmp_path) == tree(OUT)


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_folder_and_umask_leave_no_trace(tmp_path: Path, umask: int) -> None:
    run = lvsgen("build", *EXAMPLES, cwd=tmp_path, umask=umask)
    assert run.returncode == 0, run.stderr
    assert tree(tmp_path / "out") == tree(OUT)


def test_the_order_of_descriptions_leaves_no_trace(tmp_path: Path) -> None:
    assert lvsgen("build", *reversed(EXAMPLES), "--out", tmp_path).returncode == 0
    assert tree(tmp_path) == tree(OUT)


@pytest.mark.parametrize("cluster", [path.name for path in sorted(OUT.glob("*"))])
def test_sha256sum_agrees_with_every_manifest(cluster: str) -> None:
    words = ["sha256sum", "--check", "--strict", "--quiet", "MANIFEST"]
    run = subprocess.run(words, cwd=OUT / cluster, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
