"""What stands below an open folder, reached by descriptors alone: no link is followed, and nothing but a file is read.

A path that is walked twice may lead elsewhere the second time; a descriptor is the folder that was looked at.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

GONE = (FileNotFoundError, NotADirectoryError)
TOP = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
FOLDER = TOP | os.O_NOFOLLOW
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class UnfitError(Exception):
    """What stands at a path is no file to be read; the text completes "PATH ..."."""


@contextmanager
def top(path: Path) -> Iterator[int]:
    """Open a folder that somebody named; it may be a link."""
    handle = os.open(path, TOP)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def folder(name: str, at: int) -> Iterator[int]:
    """Open a folder in an open folder; OSError when it is a link or none."""
    try:
        handle = os.open(name, FOLDER, dir_fd=at)
    except NotADirectoryError:
        if stat.S_ISLNK(mode(name, at)):
            raise OSError(errno.ELOOP, "it is a link, and none is followed here") from None
        raise
    try:
        yield handle
    finally:
        os.close(handle)


def names(at: int) -> list[str]:
    """Give the names in an open folder, in order."""
    return sorted(os.listdir(at))


def mode(name: str, at: int) -> int:
    """Give the mode of what stands in an open folder, of a link its own; 0 where there is nothing."""
    try:
        return os.stat(name, dir_fd=at, follow_symlinks=False).st_mode
    except GONE:
        return 0


def read(name: str, at: int, most: int) -> bytes:
    """Read a file of an open folder, once; UnfitError for what is none, is too large or is somebody else's."""
    try:
        if not stat.S_ISREG(os.stat(name, dir_fd=at, follow_symlinks=False).st_mode):
            raise UnfitError(_not_a_file(name, at))
        return _read(os.open(name, FILE, dir_fd=at), os.fstat(at).st_uid, most)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise UnfitError("is a link, not a file") from error
        raise UnfitError(f"cannot be read: {error.strerror}") from error


def beside(path: Path, most: int) -> bytes | None:
    """Read the first `most` bytes of a file that is not in out/, and may be a link; None where there is no file."""
    try:
        handle = os.open(path, FILE & ~os.O_NOFOLLOW)
    except GONE:
        return None
    with os.fdopen(handle, "rb") as stream:
        return stream.read(most) if stat.S_ISREG(os.fstat(handle).st_mode) else None


def _not_a_file(name: str, at: int) -> str:
    return "is a link, not a file" if stat.S_ISLNK(mode(name, at)) else "is no file"


def _read(handle: int, owner: int, most: int) -> bytes:
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise UnfitError("is no file")
        if found.st_nlink > 1 and found.st_uid != owner:
            raise UnfitError("is another name of a file of somebody else")
        raw = stream.read(min(found.st_size, most) + 1)
    if len(raw) > most:
        raise UnfitError(f"is larger than {most >> 20} MiB")
    return raw
