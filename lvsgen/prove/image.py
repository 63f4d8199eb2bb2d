"""Get the kernel: Debian's package user-mode-linux, unpacked in a cache folder; not installed, and without root.

Beside it stand the library that it needs on some processors, which is used on all of them, so that all test it, and the
package busybox: where busybox-static is in its place, the shell of that one runs its own ip and awk before any other.
"""

from __future__ import annotations

import os
import pathlib
from dataclasses import dataclass

from lvsgen.errors import OperatorError
from lvsgen.prove import packages, preload, unpacked

_PACKAGE, _KERNEL = "user-mode-linux", "usr/bin/linux.uml"
_SHELLS, _BUSYBOX = "busybox", "bin/busybox"
_MODULES = "usr/lib/uml/modules"
_MACHINE = "x86_64"


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
    root = unpacked.package(place, _PACKAGE, _KERNEL)
    busybox = unpacked.package(place, _SHELLS, _BUSYBOX) / _BUSYBOX
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
