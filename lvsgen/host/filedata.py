"""Changes of files as a journal has them."""

from __future__ import annotations

import base64
from typing import Any

from lvsgen.host import strict
from lvsgen.host.attributes import Xattrs
from lvsgen.host.files import FileChange, Kind, Node

_LARGEST = 2**63


def data(change: FileChange) -> dict[str, Any]:
    """Write a change for the journal."""
    return {"path": change.path, "before": _node_data(change.before), "after": _node_data(change.after)}


def read(found: Any) -> FileChange:
    """Read a change from the journal; ValueError, with the place, when it is none."""
    return FileChange(**strict.known(found, {"path": strict.path, "before": _node, "after": _node}))


def _node_data(node: Node) -> dict[str, Any]:
    found = {"kind": str(node.kind), "raw": _base64(node.raw), "mode": node.mode, "uid": node.uid, "gid": node.gid}
    if node.xattrs is not None:
        found["xattrs"] = {name: _base64(value) for name, value in node.xattrs}
    return found | ({} if node.mtime is None else {"mtime": node.mtime})


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _node(found: Any) -> Node:
    """Read a node; those of the first format have neither attributes nor time."""
    node = Node(**strict.known(found, _NODE, optional=("xattrs", "mtime")))
    if node.raw and node.kind not in (Kind.FILE, Kind.LINK):
        raise strict.WrongError(f"something in what is {node.kind}", "raw")
    if node.kind is Kind.LINK and (not node.raw or b"\0" in node.raw):
        raise strict.WrongError("no target of a link", "raw")
    return node


def _raw(found: Any) -> bytes:
    return base64.b64decode(strict.text(found), validate=True)


def _xattrs(found: Any) -> Xattrs:
    named = strict.known(found, dict.fromkeys(found if isinstance(found, dict) else (), _raw))
    return tuple(sorted((strict.word(name), value) for name, value in named.items()))


def _mtime(found: Any) -> int:
    good = isinstance(found, int) and not isinstance(found, bool) and -_LARGEST <= found < _LARGEST
    return int(found) if good else strict.wrong(found, "a time in nanoseconds")


_OWNER = strict.whole(2**32 - 2)
_NODE: dict[str, strict.Read] = {
    "kind": strict.one_of(Kind),
    "raw": _raw,
    "mode": strict.whole(0o7777),
    "uid": _OWNER,
    "gid": _OWNER,
    "xattrs": _xattrs,
    "mtime": _mtime,
}
