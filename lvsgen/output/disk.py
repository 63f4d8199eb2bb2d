"""One path on the disk: what is there, and how to put a file there whole or remove it. Links are never followed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lvsgen.errors import OperatorError

_GONE = (FileNotFoundError, NotADirectoryError)
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


_HINTS = {
    errno.ENOSPC: "free some space and build again: every file there is whole, old or new",
    errno.EDQUOT: "free some space and build again: every file there is whole, old or new",
    errno.EACCES: "make it accessible to you, or choose another folder with --out",
    errno.EPERM: "make it accessible to you, or choose another folder with --out",
    errno.EROFS: "choose another folder with --out",
}


class Kind(StrEnum):
    """What stands at a path; the value completes "is ..."."""

    ABSENT = "absent"
    FILE = "a file"
    FOLDER = "a folder"
    LINK = "a link"
    OTHER = "neither file nor folder"


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at a path; `raw` and `executable` are a file's, `target` a link's."""

    kind: Kind
    raw: bytes = b""
    executable: bool = False
    target: str = ""


def kind(path: Path) -> Kind:
    """What stands at a path, by lstat alone."""
    try:
        mode = path.lstat().st_mode
    except _GONE:
        return Kind.ABSENT
    kinds = ((stat.S_ISREG, Kind.FILE), (stat.S_ISDIR, Kind.FOLDER), (stat.S_ISLNK, Kind.LINK))
    return next((name for test, name in kinds if test(mode)), Kind.OTHER)


def look(path: Path) -> Found:
    """What stands at a path, with a file's bytes; OSError when it cannot be read."""
    match found := kind(path):
        case Kind.FILE:
            return _read(path)
        case Kind.LINK:
            return Found(found, target=str(path.readlink()))
        case _:
            return Found(found)


def temporary(path: Path) -> Path:
    """Where `replace` writes first: one name for each path, so that what a killed build left is found again."""
    return path.with_name(f".{path.name}.lvsgen-tmp")


def replace(path: Path, raw: bytes, executable: bool) -> None:
    """Put a file at a path, over a file or a link: whoever looks sees the old or the new, whole, also after a crash."""
    temp = temporary(path)
    try:
        _create(temp, raw, 0o755 if executable else 0o644)
        temp.replace(path)
    except BaseException:
        temp.unlink(missing_ok=True)
        raise


def remove(path: Path) -> None:
    """Remove a file or a link; nothing there is as good."""
    if kind(path) not in (Kind.ABSENT, Kind.FOLDER):
        path.unlink(missing_ok=True)


def prune(folder: Path, top: Path) -> None:
    """Remove a folder and those above it, below `top`, as long as they are empty."""
    while folder != top and kind(folder) in (Kind.FOLDER, Kind.ABSENT):
        try:
            folder.rmdir()
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                return
            if not isinstance(error, _GONE):
                raise
        folder = folder.parent


def sync(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def explained(verb: str, path: Path) -> Iterator[None]:
    """Turn what the system refuses within into an OperatorError with the next step."""
    try:
        yield
    except OSError as error:
        hint = _HINTS.get(error.errno or 0, "look at what is there, and build again")
        raise OperatorError(f"cannot {verb} {path}: {error.strerror or error}", hint) from error


def _read(path: Path) -> Found:
    with os.fdopen(os.open(path, _READ), "rb") as stream:
        executable = bool(os.fstat(stream.fileno()).st_mode & stat.S_IXUSR)
        return Found(Kind.FILE, stream.read(), executable)


def _create(path: Path, raw: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, _CREATE, 0o600), "wb") as stream:
        stream.write(raw)
        stream.flush()
        os.fchmod(stream.fileno(), mode)
        os.fsync(stream.fileno())
