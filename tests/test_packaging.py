"""The wheel: installed in an empty environment, it builds the same bytes as the checkout."""

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from lvsgen.checks import collected
from lvsgen.exits import VERBS
from tests import surroundings

TOP = Path(__file__).parent.parent
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


def run(*words: str | Path, cwd: Path) -> None:
    """Run what may need the outside."""
    argv = [str(word) for word in words]
    done = subprocess.run(argv, cwd=cwd, env=surroundings.MACHINE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(*PIP, "wheel", "--no-deps", "--wheel-dir", folder, TOP, cwd=folder)
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_holds_the_package_with_its_templates_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = {path for path in (TOP / "lvsgen").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    templates = {path for path in (TOP / "templates").rglob("*") if path.is_file()}
    expected = {path.relative_to(TOP).as_posix() for path in package}
    assert names == expected | {f"lvsgen/{path.relative_to(TOP).as_posix()}" for path in templates}


def test_the_wheel_builds_the_same_bytes_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False)
    python = tmp_path / "venv/bin/python"
    run(*PIP, "--python", python, "install", wheel, cwd=tmp_path)
    shutil.copy(TOP / "examples/llclb1.yaml", tmp_path)
    run(tmp_path / "venv/bin/lvsgen", "build", "llclb1.yaml", cwd=tmp_path)
    assert _tree(tmp_path / "out/llc") == _tree(TOP / "out/llc")


def _tree(root: Path) -> dict[str, tuple[bytes, bool]]:
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {path.relative_to(root).as_posix(): (path.read_bytes(), bool(path.stat().st_mode & 0o100)) for path in files}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, as `pip install` gives it, in a folder with nothing of the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", with_pip=False)
    run(*PIP, "--python", folder / "venv/bin/python", "install", wheel, cwd=folder)
    return folder / "venv/bin/lvsgen"


def _said(command: Path, *words: str, cwd: Path, status: int = 0) -> str:
    done = subprocess.run([str(command), *words], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_what_pip_installs_needs_nothing_of_the_checkout(installed: Path, tmp_path: Path) -> None:
    _said(installed, "init", cwd=tmp_path)
    _said(installed, "check", "--strict", cwd=tmp_path)
    _said(installed, "build", cwd=tmp_path)
    assert "shop/lb1: new" not in _said(installed, "diff", "out", cwd=tmp_path)
    helps = [_said(installed, verb, "--help", cwd=tmp_path) for verb in VERBS]
    explained = [_said(installed, "explain", word, cwd=tmp_path) for word in ("exit-status", *collected.codes())]
    (tmp_path / "empty.yaml").write_text("")
    hints = _said(installed, "check", "empty.yaml", cwd=tmp_path, status=1)
    assert "start from what `lvsgen init` writes" in hints
    for said in (*helps, *explained, hints, _said(installed, "--help", cwd=tmp_path)):
        assert [place for place in ("docs/", "examples/", "tests/", "README.md") if place in said] == [], said
