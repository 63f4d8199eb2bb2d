"""Debian packages, unpacked in a cache folder: not installed, so that none of them starts or enables anything."""

from __future__ import annotations

import os
import pathlib
import subprocess
import tempfile

from lvsgen.errors import OperatorError

_PATIENCE = 300


def package(place: pathlib.Path, name: str, program: str) -> pathlib.Path:
    """The unpacked package, which brings `program`, below `place`; OperatorError when it is not there nor to be had."""
    root = place / name
    if not (root / program).exists():
        with tempfile.TemporaryDirectory(dir=place, prefix=".fetch-") as scratch:
            _settle(_unpack(_download(name, pathlib.Path(scratch))), root, program)
    return root


def _download(package: str, scratch: pathlib.Path) -> pathlib.Path:
    done = _run(["apt-get", "download", package], scratch)
    if done.returncode and os.geteuid() == 0:
        _run(["apt-get", "update"], scratch)
        done = _run(["apt-get", "download", package], scratch)
    archives = sorted(scratch.glob("*.deb"))
    if done.returncode or not archives:
        raise OperatorError(f"apt-get cannot download {package}: {done.stderr.strip()}", "sudo apt-get update")
    return archives[0]


def _unpack(archive: pathlib.Path) -> pathlib.Path:
    tree = archive.parent / "tree"
    done = _run(["dpkg", "-x", str(archive), str(tree)], archive.parent)
    if done.returncode:
        raise OperatorError(f"{archive.name} cannot be unpacked: {done.stderr.strip()}", "df -h")
    tree.chmod(0o755)
    return tree


def _settle(tree: pathlib.Path, root: pathlib.Path, program: str) -> None:
    """Move the finished tree into place; another run that was quicker has brought the same."""
    try:
        tree.rename(root)
    except OSError:
        if not (root / program).exists():
            raise


def _run(argv: list[str], folder: pathlib.Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    try:
        return subprocess.run(
            argv, cwd=folder, env=environment, text=True, capture_output=True, check=False, timeout=_PATIENCE
        )
    except subprocess.TimeoutExpired as error:
        raise OperatorError(f"{' '.join(argv)} took more than {_PATIENCE} s", "try again later") from error
