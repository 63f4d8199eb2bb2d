"""Single files on a host's disk: read without waiting for anybody, written to the end; errors name the path."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lvsgen.errors import OperatorError

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CHUNK = 1 << 20
_OTHERS = 0o022


def guard() -> None:
    """Take group's and others' right to write from all that root makes from here on; a stricter umask stays.

    Whoever is not root changes no host, and may share an out/ with a group.
    """
    if os.geteuid() == 0:
        os.umask(os.umask(_OTHERS) | _OTHERS)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let an OSError within say which path it is about, and no other one."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


def read(path: Path) -> bytes:
    """Read a file whole; OperatorError when it is none: a pipe would be waited for, a device may have no end."""
    with naming(path), opened(path, _READ) as handle:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OperatorError(f"{path} is no file", "see what it is for, and move it away")
        return b"".join(iter(lambda: os.read(handle, _CHUNK), b""))


def write(handle: int, raw: bytes, offset: int = 0) -> None:
    """Write all of it, from there on."""
    while raw:
        written = os.pwrite(handle, raw, offset)
        raw, offset = raw[written:], offset + written


def sync(folder: Path) -> None:
    """Make the names in a folder survive a power cut; OSError when there is no such folder."""
    with naming(folder), opened(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) as handle:
        os.fsync(handle)


@contextmanager
def opened(path: Path, flags: int, mode: int = 0o600) -> Iterator[int]:
    """Open a file, and close it at the end."""
    handle = os.open(path, flags, mode)
    try:
        yield handle
    finally:
        os.close(handle)
