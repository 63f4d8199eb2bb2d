"""What stands in the folders that lvsgen keeps on a host is believed when nobody but root can have written it.

Root acts on it: a planted journal is a list of files to write. So root owns each file and folder of ours, and nobody
else may write it, from the folder that holds the first of ours down, each opened without following links; what others
may read is no matter. That first folder may be a link, as /var/run is, and others may write it if it is sticky.
Only what is open is looked at, so that what was looked at is what is read.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from lvsgen.errors import OperatorError


class UnbelievedError(OperatorError):
    """Somebody else than root can have written what is to be read."""


_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
_PIECE = 2**20


def read(path: Path, folders: int, most: int) -> bytes | None:
    """Read a file, None where there is none; `folders` of those above it are ours, `most` bytes are read.

    UnbelievedError, naming what mends it, when it cannot be believed; OperatorError when it is no file, or is larger.
    """
    try:
        with folder(path.parent, folders) as above, _opened(path.name, above) as handle:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OperatorError(f"cannot read {path}: it is no file", _SEE.format(path))
            check(handle, path)
            return _all(handle, path, most)
    except FileNotFoundError:
        return None
    except OSError as error:
        said = "it is a link" if error.errno == errno.ELOOP else error.strerror
        raise OperatorError(f"cannot read {path}: {said}", _SEE.format(path)) from error


@contextlib.contextmanager
def folder(path: Path, ours: int) -> Iterator[int]:
    """Open a folder, of which it and those above it `ours` are ours; FileNotFoundError where there is none.

    UnbelievedError when it cannot be believed. With none of ours it is the one that may be a link, and sticky.
    """
    top = path
    for _ in range(ours):
        top = top.parent
    handle = os.open(top, _FOLDER)
    try:
        _check_top(handle, top)
        for name in path.relative_to(top).parts:
            top /= name
            handle = _down(handle, name, top)
        yield handle
    finally:
        os.close(handle)


def check(handle: int, path: Path) -> None:
    """Refuse an open file or folder that somebody else than root can have written; the error names what mends that."""
    found = os.fstat(handle)
    if not is_roots(found.st_uid):
        raise UnbelievedError(f"{path} cannot be believed: root does not own it", _MEND.format(f"chown root {path}"))
    if found.st_mode & _OTHERS:
        raise UnbelievedError(f"{path} cannot be believed: others can write it", _MEND.format(f"chmod go-w {path}"))


def is_roots(uid: int) -> bool:
    """Tell whether what this user owns is to be believed: root's, or ours where lvsgen is not run by root."""
    return uid in (0, os.geteuid())


_SEE = "see what {} is for, and move it away"
_MEND = "see what is there and who wrote it, then: {}; or move it away"


@contextlib.contextmanager
def _opened(name: str, above: int) -> Iterator[int]:
    handle = os.open(name, _FILE, dir_fd=above)
    try:
        yield handle
    finally:
        os.close(handle)


def _check_top(handle: int, path: Path) -> None:
    found = os.fstat(handle)
    if not (found.st_mode & stat.S_ISVTX and is_roots(found.st_uid)):
        check(handle, path)


def _down(above: int, name: str, path: Path) -> int:
    """Open a folder in an open one, which is closed then; it stays open when that fails."""
    try:
        handle = os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=above)
    except NotADirectoryError:
        raise UnbelievedError(f"{path} cannot be believed: it is no folder", _SEE.format(path)) from None
    try:
        check(handle, path)
    except OperatorError:
        os.close(handle)
        raise
    os.close(above)
    return handle


def _all(handle: int, path: Path, most: int) -> bytes:
    pieces, size = [], 0
    while piece := os.read(handle, _PIECE):
        size += len(piece)
        if size > most:
            raise OperatorError(f"{path} is larger than {most} bytes: lvsgen did not write it", _SEE.format(path))
        pieces.append(piece)
    return b"".join(pieces)
