"""Files of a host: what stands at a path, and how it is put there whole, by one rename."""

from __future__ import annotations

import base64
import contextlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from lvsgen.apply import storage
from lvsgen.errors import OperatorError

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
    """What stands at a path: `raw` is a file's bytes or a link's target; links and absence have no mode and owner."""

    kind: Kind
    raw: bytes = b""
    mode: int = 0
    uid: int = 0
    gid: int = 0


ABSENT = Node(Kind.ABSENT)


@dataclass(frozen=True, slots=True)
class FileChange:
    """One path, what stood there and what is to stand there."""

    path: str
    before: Node
    after: Node


def look(path: Path) -> Node:
    """Say what stands at a path; OperatorError when it is nothing that could be put back."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    if stat.S_ISLNK(found.st_mode):
        return Node(Kind.LINK, os.fsencode(path.readlink()))
    owner = (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid)
    if stat.S_ISDIR(found.st_mode):
        return Node(Kind.FOLDER, b"", *owner)
    if stat.S_ISREG(found.st_mode):
        return Node(Kind.FILE, storage.read(path), *owner)
    raise OperatorError(f"{path} is neither file, folder nor link", _HINT)


def put(path: Path, node: Node) -> None:
    """Make a path what the node says, whatever file or link stands there; on the disk when this returns.

    OperatorError when something else stands there, which is somebody's; OSError when the system refuses.
    """
    with storage.naming(path):
        _put(path, node)


def left_over(path: Path) -> bool:
    """Tell whether a killed `put` left its half beside a path."""
    return _kind(_temporary(path)) is not Kind.ABSENT


def to_data(change: FileChange) -> dict[str, Any]:
    """Write a change for the journal."""
    return {"path": change.path, "before": _node_data(change.before), "after": _node_data(change.after)}


def from_data(data: Mapping[str, Any]) -> FileChange:
    """Read a change from the journal."""
    return FileChange(data["path"], _node(data["before"]), _node(data["after"]))


def _put(path: Path, node: Node) -> None:
    _remove_file(_temporary(path))
    found = _kind(path)
    match node.kind:
        case Kind.FOLDER:
            _put_folder(path, node)
        case _ if found is None:
            raise OperatorError(f"{path} is neither file, folder nor link", _HINT)
        case Kind.ABSENT:
            _remove_folder(path) if found is Kind.FOLDER else _remove_file(path)
        case _ if found is Kind.FOLDER:
            raise OperatorError(f"{path} is a folder", _HINT)
        case _:
            _replace(path, node)
    with contextlib.suppress(*_GONE):
        storage.sync(path.parent)


def _kind(path: Path) -> Kind | None:
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
        return
    with storage.opened(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC) as handle:
        storage.write(handle, node.raw)
        os.fchown(handle, node.uid, node.gid)
        os.fchmod(handle, node.mode)
        os.fsync(handle)


def _remove_file(path: Path) -> None:
    with contextlib.suppress(*_GONE):
        path.unlink()


def _remove_folder(path: Path) -> None:
    if any(path.iterdir()):
        raise OperatorError(f"{path} is a folder with something in it", _HINT)
    path.rmdir()


def _node_data(node: Node) -> dict[str, Any]:
    raw = base64.b64encode(node.raw).decode()
    return {"kind": str(node.kind), "raw": raw, "mode": node.mode, "uid": node.uid, "gid": node.gid}


def _node(data: Mapping[str, Any]) -> Node:
    return Node(Kind(data["kind"]), base64.b64decode(data["raw"]), data["mode"], data["uid"], data["gid"])
