"""What a host is to be: out/<cluster>/<host>/ and out/<cluster>/common/ as build wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lvsgen import manifest, phrasing
from lvsgen.errors import OperatorError
from lvsgen.host import enabling, files, listed
from lvsgen.host.files import ABSENT, FileChange, Kind, Node
from lvsgen.outdir import filelist, hosts, order, tree
from lvsgen.outdir.tree import Tree
from lvsgen.state import statefile
from lvsgen.state.statefile import HINT, StateFile

_TREES = ("common/rootfs", "rootfs", "network")
_FOLDER = Node(Kind.FOLDER, b"", 0o755)


@dataclass(frozen=True, slots=True)
class Desired:
    """One host of out/: its folder, what state.json says, and all that was read there."""

    folder: Path
    file: StateFile
    tree: Tree


def read(folder: Path, *, whole: bool = False) -> Desired:
    """Read once what a host is to be; OperatorError when its folder is not what build writes."""
    found = tree.read(folder, whole=whole)
    path = folder / hosts.STATE
    file = statefile.read(found.raw(f"{folder.name}/{hosts.STATE}"), str(path))
    if (file.cluster, file.host) != (folder.parent.name, folder.name):
        raise OperatorError(f"{path} is about {_named(file.host, file.cluster)}", HINT)
    return Desired(folder, file, found)


def file_changes(desired: Desired, root: Path, *, network: bool) -> tuple[FileChange, ...]:
    """Say in which order the host's files change: all hosts', its own, network/ if wished, and links that start them.

    What an older out/ had there goes, by the MANIFEST that it left.
    """
    wanted = _wanted(desired.tree, _TREES if network else _TREES[:2])
    gone = _gone(desired.file.cluster, wanted, root)
    wanted |= enabling.links(wanted, root) | dict.fromkeys((*gone, *enabling.links_to(gone, root)), ABSENT)
    folders = {str(folder): _FOLDER for path in wanted for folder in _missing_folders(Path(path), root)}
    changes = (_change(path, node, root) for path, node in (folders | wanted).items())
    return order.ordered(change for change in changes if change.is_needed)


def _wanted(found: Tree, trees: tuple[str, ...]) -> dict[str, Node]:
    chosen = (one for one in filelist.read(found) if one.tree in trees)
    return {one.path: Node(Kind.FILE, one.raw, one.mode) for one in chosen}


def _gone(cluster: str, wanted: Mapping[str, Node], root: Path) -> tuple[str, ...]:
    """What an older out/ put here and this one no longer has; what was edited since, or others need, stays."""
    put = listed.of(cluster, root)
    gone = (path for path, digest in put.items() if path not in wanted and _is_file(root, path, digest))
    return tuple(path for path in gone if not listed.is_needed(path, cluster, root))


def _is_file(root: Path, path: str, digest: str) -> bool:
    found = files.look(root / path.lstrip("/"))
    return found.kind is Kind.FILE and manifest.digest(found.raw) == digest


def _change(path: str, after: Node, root: Path) -> FileChange:
    change = files.change(path, after, root)
    if change.before.kind is Kind.FOLDER:
        raise OperatorError(f"{path} is a folder on this host", "see what it is for, and move it away")
    return change


def _missing_folders(path: Path, root: Path) -> tuple[Path, ...]:
    parents = (parent for parent in path.parents if parent != Path("/"))
    return tuple(parent for parent in parents if files.look(root / str(parent).lstrip("/")) == ABSENT)


def _named(host: str, cluster: str) -> str:
    return f"host {phrasing.quote(host)} of cluster {phrasing.quote(cluster)}"
