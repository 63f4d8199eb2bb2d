"""Files of a host: what stands at a path, and how it is put there whole, by one rename."""

from __future__ import annotations

import contextlib
import os
import stat
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from lvsgen.errors import OperatorError
from lvsgen.host import attributes, storage
from lvsgen.host.attributes import Xattrs

_GONE = (FileNotFoundError, NotADirectoryError)
_HINT = "see what it is for, and move it away"


class Kind(StrEnum):
    """What stands at a path."""

    ABSENT = "absent"
    FILE = "file"
    LINK = "link"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Node:
    """What stands at a path: `raw` is a file's bytes or a link's target; links and absence have no mode and owner.

    `mtime` is in nanoseconds; where this and `xattrs` are None, they are not known, or any will do.
    """

    kind: Kind
    raw: bytes = b""
    mode: int = 0
    uid: int = 0
    gid: int = 0
    xattrs: Xattrs | None = None
    mtime: int | None = None

    def fits(self, wanted: Node) -> bool:
        """Tell whether this is as wanted."""
        alike = replace(self, xattrs=None, mtime=None) == replace(wanted, xattrs=None, mtime=None)
        return alike and attributes.are(self.xattrs, wanted.xattrs) and wanted.mtime in (None, self.mtime)


ABSENT = Node(Kind.ABSENT)


@dataclass(frozen=True, slots=True)
class FileChange:
    """One path, what stood there and what is to stand there."""

    path: str
    before: Node
    after: Node

    @property
    def is_needed(self) -> bool:
        """Whether what stands there is not yet what is to stand there."""
        return not self.before.fits(self.after)


def change(path: str, after: Node, root: Path = Path("/")) -> FileChange:
    """Say what is to stand at a path; a file that replaces another takes over its label, ACL and other attributes."""
    before = look(root / path.lstrip("/"))
    if before.kind is Kind.FILE and after.kind is Kind.FILE:
        same = before.raw == after.raw
        after = replace(after, xattrs=attributes.inherited(before.xattrs or (), after.mode, same_bytes=same))
    return FileChange(path, before, after)


def look(path: Path) -> Node:
    """Say what stands at a path; OperatorError when it is nothing that could be put back."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    if stat.S_ISLNK(found.st_mode):
        target = os.fsencode(path.readlink())
        return Node(Kind.LINK, target, xattrs=attributes.read(path), mtime=found.st_mtime_ns)
    owner = (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid)
    if stat.S_ISDIR(found.st_mode):
        return Node(Kind.FOLDER, b"", *owner)
    if stat.S_ISREG(found.st_mode):
        return Node(Kind.FILE, storage.read(path), *owner, attributes.read(path), found.st_mtime_ns)
    raise OperatorError(f"{path} is neither file, folder nor link", _HINT)


def put(path: Path, node: Node) -> None:
    """Make a path what the node says, whatever file or link stands there; on the disk when this returns.

    OperatorError when something else stands there, which is somebody's; OSError when the system refuses.
    """
    clear(path)
    found = make_way(path, node.kind)
    with storage.naming(path):
        match node.kind:
            case Kind.ABSENT:
                _remove_folder(path) if found is Kind.FOLDER else _remove_file(path)
            case Kind.FOLDER:
                _put_folder(path, node)
            case _:
                _replace(path, node)
    with contextlib.suppress(*_GONE):
        storage.sync(path.parent)


def make_way(path: Path, wanted: Kind = Kind.FILE) -> Kind:
    """Say what stands where a node is to be put; OperatorError when that is not to be replaced by it."""
    found = kind(path)
    if found is None:
        raise OperatorError(f"{path} is neither file, folder nor link", _HINT)
    if found is Kind.FOLDER and wanted in (Kind.FILE, Kind.LINK):
        raise OperatorError(f"{path} is a folder", _HINT)
    return found


def left_over(path: Path) -> bool:
    """Tell whether a killed `put` left its half beside a path."""
    return kind(_temporary(path)) is not Kind.ABSENT


def clear(path: Path) -> None:
    """Remove that half."""
    with storage.naming(path):
        _remove_file(_temporary(path))


def kind(path: Path) -> Kind | None:
    """Say what stands at a path, by lstat alone; None when it is nothing that could be put back."""
    try:
        mode = path.lstat().st_mode
    except _GONE:
        return Kind.ABSENT
    kinds = ((stat.S_ISREG, Kind.FILE), (stat.S_ISDIR, Kind.FOLDER), (stat.S_ISLNK, Kind.LINK))
    return next((kind for test, kind in kinds if test(mode)), None)


def _put_folder(path: Path, node: Node) -> None:
    path.mkdir(exist_ok=True)
    os.chown(path, node.uid, node.gid)
    path.chmod(node.mode)


def _replace(path: Path, node: Node) -> None:
    temporary = _temporary(path)
    try:
        _create(temporary, node)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):  # what stays is removed by the next `put`
            temporary.unlink()
        raise


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.lvsgen-tmp")


def _create(path: Path, node: Node) -> None:
    if node.kind is Kind.LINK:
        path.symlink_to(os.fsdecode(node.raw))
        _attribute(path, node)
        return
    with storage.opened(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC) as handle:
        storage.write(handle, node.raw)
        os.fchown(handle, node.uid, node.gid)
        os.fchmod(handle, node.mode)
        _attribute(path, node)  # last: chown takes capabilities away, and chmod alters an ACL
        os.fsync(handle)


def _attribute(path: Path, node: Node) -> None:
    if node.xattrs is not None:
        attributes.write(path, node.xattrs)
    if node.mtime is not None:
        os.utime(path, ns=(node.mtime, node.mtime), follow_symlinks=False)


def _remove_file(path: Path) -> None:
    with contextlib.suppress(*_GONE):
        path.unlink()


def _remove_folder(path: Path) -> None:
    if any(path.iterdir()):
        raise OperatorError(f"{path} is a folder with something in it", _HINT)
    path.rmdir()
