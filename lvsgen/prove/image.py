"""Get the kernel: Debian's package user-mode-linux, unpacked in a cache folder; not installed, and without root.

Beside it stand the library that it needs on some processors, which is used on all of them, so that all test it, and the
package busybox: where busybox-static is in its place, the shell of that one runs its own ip and awk before any other.
"""

from __future__ import annotations

import os
import pathlib
import subprocess
import tempfile
from dataclasses import dataclass

from lvsgen.errors import OperatorError
from lvsgen.prove import packages, preload

_PACKAGE, _KERNEL = "user-mode-linux", "usr/bin/linux.uml"
_SHELLS, _BUSYBOX = "busybox", "bin/busybox"
_MODULES = "usr/lib/uml/modules"
_MACHINE = "x86_64"
_PATIENCE = 300


@dataclass(frozen=True, slots=True)
class Image:
    """An unpacked kernel: the program, the folder of its modules, and the libraries to preload, first to last.

    And the busybox that its hosts have.
    """

    program: pathlib.Path
    modules: pathlib.Path
    busybox: pathlib.Path
    preload: tuple[pathlib.Path, ...] = ()


def obtain(cache: pathlib.Path) -> Image:
    """The kernel from `cache` (or the folder that LVSGEN_CACHE names), fetched when it is not there.

    OperatorError when it cannot be fetched, when it cannot run here, or when the lab lacks a system package.
    """
    require_processor()
    _require_packages()
    place = pathlib.Path(os.environ.get("LVSGEN_CACHE") or cache).absolute()
    try:
        place.mkdir(parents=True, exist_ok=True)
        return _obtain(place)
    except PermissionError as error:
        hint = "set LVSGEN_CACHE to a folder that this user can write to"
        raise OperatorError(f"the kernel cannot be kept in {place}: {error.strerror}", hint) from error


def require_processor() -> None:
    """OperatorError where the kernel cannot run."""
    machine = os.uname().machine
    if machine != _MACHINE:
        message = (
            f"the kernel lab needs Debian's {_PACKAGE}, which exists for {_MACHINE} alone: this machine is {machine}"
        )
        raise OperatorError(message, f"run the tests of tests/kernel on a machine with {_MACHINE}")


def _obtain(place: pathlib.Path) -> Image:
    root = _unpacked(place / _PACKAGE, _KERNEL)
    busybox = _unpacked(place / _SHELLS, _BUSYBOX) / _BUSYBOX
    return Image(root / _KERNEL, _modules(root), busybox, (preload.obtain(place),))


def _require_packages() -> None:
    wanting = packages.missing()
    if wanting:
        message = f"the kernel lab needs system packages that are not here: {', '.join(wanting)}"
        raise OperatorError(message, packages.install_command(wanting))


def _modules(root: pathlib.Path) -> pathlib.Path:
    versions = sorted((root / _MODULES).glob("[0-9]*"))
    if not versions:
        raise OperatorError(f"{root} holds no kernel modules", f"rm -r '{root}', then run again")
    return versions[-1]


def _unpacked(root: pathlib.Path, program: str) -> pathlib.Path:
    """The unpacked package of that name, which brings `program`; fetched when it is not there."""
    if not (root / program).exists():
        with tempfile.TemporaryDirectory(dir=root.parent, prefix=".fetch-") as scratch:
            _settle(_unpack(_download(root.name, pathlib.Path(scratch))), root, program)
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
