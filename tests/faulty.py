"""A host whose calls fail: the system calls of a piece of work, counted, and made to fail from one of them on."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

READERS = ("stat", "lstat", "readlink", "read", "scandir", "listdir", "getxattr", "listxattr")
WRITERS = (
    *("write", "pwrite", "mkdir", "link", "symlink", "rename", "replace", "ftruncate", "fsync", "setxattr"),
    *("unlink", "rmdir", "chmod", "chown", "fchmod", "fchown", "utime", "removexattr"),
)
GROWING = ("write", "pwrite", "mkdir", "link", "symlink", "rename", "replace", "fsync", "setxattr")
"""What a full disk refuses."""

Error = Callable[[], BaseException]


class KilledError(BaseException):
    """The process is dead: nothing catches this, and every call after it meets it again."""


@dataclass(slots=True)
class Calls:
    """Which calls came, and from which on they fail; `last` at the latest, for a fault that passes."""

    first: int
    last: int
    error: Error
    came: list[str] = field(default_factory=list)

    def meet(self, name: str) -> None:
        """Count a call; raise when it is one of those that fail."""
        self.came.append(name)
        if self.first < len(self.came) <= self.last:
            raise self.error()


@contextlib.contextmanager
def failing(
    first: int, names: tuple[str, ...], error: Error, *, top: Path = Path("/"), once: bool = False
) -> Iterator[Calls]:
    """Let the calls of these names fail after the first few; those by a path only below `top`.

    An open of a file to write or make it counts where any writer does, another one where any reader does.
    """
    calls = Calls(first, first + 1 if once else 1 << 30, error)
    fakes = {name: _fake(getattr(os, name), name, calls, top) for name in names}
    fakes["open"] = _opening(os.open, names, calls, top)
    with contextlib.ExitStack() as stack:
        for name, fake in fakes.items():
            stack.enter_context(mock.patch.object(os, name, fake))
        yield calls


def quicken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk of this machine; as an ordinary user, give nothing to root."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    if os.geteuid():
        for name in ("chown", "fchown"):
            monkeypatch.setattr(os, name, lambda *args: None)


def system(number: int) -> Error:
    """What the system says with an errno."""
    return lambda: OSError(number, os.strerror(number))


EIO, ENOSPC = system(errno.EIO), system(errno.ENOSPC)


def _fake(real: Callable[..., Any], name: str, calls: Calls, top: Path) -> Callable[..., Any]:
    def fake(*args: Any, **options: Any) -> Any:
        if "dir_fd" in options or _is_below(args[name == "symlink"], top):
            calls.meet(name)
        return real(*args, **options)

    return fake


def _opening(real: Callable[..., int], names: tuple[str, ...], calls: Calls, top: Path) -> Callable[..., int]:
    def fake(path: Any, flags: int, *args: Any, **options: Any) -> int:
        makes = flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR)
        if ("dir_fd" in options or _is_below(path, top)) and ("write" if makes else "read") in names:
            calls.meet("open")
        return real(path, flags, *args, **options)

    return fake


def _is_below(what: Any, top: Path) -> bool:
    return isinstance(what, int) or Path(os.fsdecode(what)).is_relative_to(top)
