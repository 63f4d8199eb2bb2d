"""One name in an open folder: what is there, and how to put a file there whole or remove it. No link is followed."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lvsgen.errors import OperatorError
from lvsgen.outdir import below
from lvsgen.outdir.tree import LARGEST

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
    """What stands at a path; `raw`, as much as a host would read, and `executable` are a file's, `target` a link's."""

    kind: Kind
    raw: bytes = b""
    executable: bool = False
    target: str = ""


ABSENT = Found(Kind.ABSENT)


def kind(name: str, at: int) -> Kind:
    """What stands at a name in an open folder."""
    mode = below.mode(name, at)
    kinds = ((stat.S_ISREG, Kind.FILE), (stat.S_ISDIR, Kind.FOLDER), (stat.S_ISLNK, Kind.LINK))
    return next((kind for test, kind in kinds if test(mode)), Kind.OTHER if mode else Kind.ABSENT)


def look(name: str, at: int) -> Found:
    """What stands at a name in an open folder, with a file's bytes; OSError when it cannot be read."""
    match found := kind(name, at):
        case Kind.FILE:
            return _read(name, at)
        case Kind.LINK:
            return Found(found, target=os.readlink(name, dir_fd=at))
        case _:
            return Found(found)


def temporary(path: Path) -> Path:
    """Where `replace` writes first: one name for each path, so that what a killed build left is found again."""
    return path.with_name(f".{path.name}.lvsgen-tmp")


def replace(name: str, at: int, raw: bytes, executable: bool) -> None:
    """Put a file in an open folder, over a file or a link: who looks sees the old or the new, whole, crash or not."""
    temp = temporary(Path(name)).name
    try:
        _create(temp, at, raw, 0o755 if executable else 0o644)
        os.replace(temp, name, src_dir_fd=at, dst_dir_fd=at)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temp, dir_fd=at)
        raise


def remove(name: str, at: int) -> None:
    """Remove a file or a link from an open folder; nothing there is as good."""
    if kind(name, at) not in (Kind.ABSENT, Kind.FOLDER):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=at)


@contextmanager
def explained(verb: str, path: Path) -> Iterator[None]:
    """Turn what the system refuses within into an OperatorError with the next step."""
    try:
        yield
    except OSError as error:
        hint = _HINTS.get(error.errno or 0, "look at what is there, and build again")
        raise OperatorError(f"cannot {verb} {path}: {error.strerror or error}", hint) from error


def _read(name: str, at: int) -> Found:
    with os.fdopen(os.open(name, below.FILE, dir_fd=at), "rb") as stream:
        executable = bool(os.fstat(stream.fileno()).st_mode & stat.S_IXUSR)
        return Found(Kind.FILE, stream.read(LARGEST), executable)


def _create(name: str, at: int, raw: bytes, mode: int) -> None:
    with os.fdopen(os.open(name, _CREATE, 0o600, dir_fd=at), "wb") as stream:
        stream.write(raw)
        stream.flush()
        os.fchmod(stream.fileno(), mode)
        os.fsync(stream.fileno())
