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

from lvsgen.errors import OperatorError


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
        return Node(Kind.FILE, path.read_bytes(), *owner)
    raise OperatorError(f"{path} is neither file, folder nor link", "see what it is for, and move it away")


def put(path: Path, node: Node) -> None:
    """Make a path what the node says, whatever file or link stands there; on the disk when this returns."""
    temporary = _temporary(path)
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        temporary.unlink()
    if node.kind is Kind.ABSENT:
        _remove(path)
    elif node.kind is Kind.FOLDER:
        path.mkdir(exist_ok=True)
        os.chown(path, node.uid, node.gid)
        path.chmod(node.mode)
    else:
        _create(temporary, node)
        temporary.replace(path)
    _sync(path.parent)


def left_over(path: Path) -> bool:
    """Tell whether a killed `put` left its half beside a path."""
    return look(_temporary(path)) != ABSENT


def to_data(change: FileChange) -> dict[str, Any]:
    """Write a change for the journal."""
    return {"path": change.path, "before": _node_data(change.before), "after": _node_data(change.after)}


def from_data(data: Mapping[str, Any]) -> FileChange:
    """Read a change from the journal."""
    return FileChange(data["path"], _node(data["before"]), _node(data["after"]))


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.lvsgen-tmp")


def _create(path: Path, node: Node) -> None:
    if node.kind is Kind.LINK:
        path.symlink_to(os.fsdecode(node.raw))
        return
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(node.raw)
        stream.flush()
        os.fchown(handle, node.uid, node.gid)
        os.fchmod(handle, node.mode)
        os.fsync(handle)


def _remove(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        else:
            path.unlink()


def _sync(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _node_data(node: Node) -> dict[str, Any]:
    raw = base64.b64encode(node.raw).decode()
    return {"kind": str(node.kind), "raw": raw, "mode": node.mode, "uid": node.uid, "gid": node.gid}


def _node(data: Mapping[str, Any]) -> Node:
    return Node(Kind(data["kind"]), base64.b64decode(data["raw"]), data["mode"], data["uid"], data["gid"])
