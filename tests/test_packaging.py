"""The wheel: installed in an empty environment, it builds the same bytes as the checkout."""

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

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
