"""FILES: mode, owner and path of each file that a host gets, a line each: `0755 root:root rootfs/usr/local/sbin/x`.

Paths are below the host's folder; what all hosts have stands beside that, in common/rootfs/.
Only what a build writes is a line of it: no other owner, no special bit, nothing that others may write.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from pathlib import PurePosixPath

from lvsgen import manifest, phrasing
from lvsgen.errors import OperatorError
from lvsgen.naming import COMMON
from lvsgen.outdir.tree import Tree
from lvsgen.state.statefile import HINT

NAME = "FILES"
OWNER = "root:root"
_LINE = re.compile(rf"(0[4-7][045][045]) {OWNER} ((common/rootfs|rootfs|network)(/.+))")
_FORM = f"must be MODE {OWNER} PATH, with a mode as 0644, and a path below rootfs/, network/ or common/rootfs/"


@dataclass(frozen=True, slots=True)
class Listed:
    """A file for a host: in which tree (common/rootfs, rootfs, network) it stands, its path there, mode and bytes."""

    tree: str
    path: str
    mode: int
    raw: bytes


def read(tree: Tree) -> tuple[Listed, ...]:
    """Read which files a host gets; OperatorError, with the line, when that makes no sense."""
    where = f"{tree.host}/{NAME}"
    found: dict[str, Listed] = {}
    folders: set[str] = set()
    for line in tree.raw(where).decode(errors="surrogateescape").removesuffix("\n").split("\n"):
        try:
            listed = _line(line, tree)
            folders |= _folders(listed.path, found, folders)
        except ValueError as error:
            raise OperatorError(
                f"{tree.folder / where}: {phrasing.quote(line)} is no line of it: {error}", HINT
            ) from error
        found[listed.path] = listed
    return tuple(found.values())


def _line(line: str, tree: Tree) -> Listed:
    found = _LINE.fullmatch(line)
    if not found or not manifest.stays_inside(found[2]):
        raise ValueError(_FORM)
    where = found[2] if found[2].startswith(f"{COMMON}/") else f"{tree.host}/{found[2]}"
    return Listed(found[3], found[4], int(found[1], 8), tree.raw(where))


def _folders(path: str, files: Container[str], folders: Container[str]) -> set[str]:
    """Give the folders that a path needs; ValueError when it or one of them is to be something else already."""
    if path in files or path in folders:
        raise ValueError(f"there is to be a {'file' if path in files else 'folder'} already")
    above = {str(folder) for folder in PurePosixPath(path).parents}
    for folder in sorted(above):
        if folder in files:
            raise ValueError(f"{folder} is to be a file")
    return above
