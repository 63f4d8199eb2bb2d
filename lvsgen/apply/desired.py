"""What a host is to be: out/<cluster>/<host>/ as build wrote it."""

from __future__ import annotations

import grp
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lvsgen import manifest, statefile, words
from lvsgen.apply import enabling, files
from lvsgen.apply.files import ABSENT, FileChange, Kind, Node
from lvsgen.errors import OperatorError
from lvsgen.host import believed
from lvsgen.statefile import StateFile

_HINT = "restore it from version control, or run `lvsgen build` again where the description is"
_MANIFEST = 2**24
_FOLDER = Node(Kind.FOLDER, b"", 0o755)


@dataclass(frozen=True, slots=True)
class Desired:
    """One host of out/: its folder, and what state.json says."""

    folder: Path
    file: StateFile


def read(folder: Path) -> Desired:
    """Read what a host is to be; OperatorError when its folder is not what build writes."""
    path = folder / "state.json"
    try:
        return Desired(folder, statefile.read(path.read_bytes(), str(path)))
    except OSError as error:
        raise OperatorError(f"cannot read {path}: {error.strerror}", _HINT) from error


def file_changes(desired: Desired, root: Path, *, network: bool) -> tuple[FileChange, ...]:
    """Say what of the host's files changes: those of rootfs/, of network/ if wished, and the links that start them.

    What an older out/ had there goes, by the MANIFEST that it left.
    """
    wanted = _wanted(desired.folder, ("rootfs", "network") if network else ("rootfs",))
    gone = _gone(desired.file.cluster, wanted, root)
    wanted |= enabling.links(wanted, root) | dict.fromkeys((*gone, *enabling.links_to(gone, root)), ABSENT)
    folders = {str(folder): _FOLDER for path in wanted for folder in _missing_folders(Path(path), root)}
    changes = (_change(path, node, root) for path, node in (*sorted(folders.items()), *sorted(wanted.items())))
    return tuple(change for change in changes if change.before != change.after)


def _wanted(folder: Path, trees: tuple[str, ...]) -> dict[str, Node]:
    listing, found = folder / "FILES", {}
    for line in _text(listing).splitlines():
        try:
            path, mode, uid, gid = _listed(line)
        except (ValueError, KeyError) as error:
            raise OperatorError(f"{listing}: {words.quote(line)} is no line of it: {error}", _HINT) from error
        tree, _, rest = path.partition("/")
        if tree in trees:
            found[f"/{rest}"] = Node(Kind.FILE, _bytes(folder / path), mode, uid, gid)
    return found


def _listed(line: str) -> tuple[str, int, int, int]:
    """Read a line of FILES, "0755 root:root rootfs/..."; ValueError or KeyError when it is none for this host."""
    mode, owner, path = line.split(maxsplit=2)
    user, _, group = owner.partition(":")
    return path, int(mode, 8), pwd.getpwnam(user).pw_uid, grp.getgrnam(group).gr_gid


def _gone(cluster: str, wanted: Mapping[str, Node], root: Path) -> tuple[str, ...]:
    """What an older out/ put here and this one no longer has; a file that was edited since stays."""
    listed = manifest.parse_host(believed.read(root / manifest.host_path(cluster).lstrip("/"), 2, _MANIFEST) or b"")
    return tuple(path for path, digest in listed.items() if path not in wanted and _is_file(root, path, digest))


def _is_file(root: Path, path: str, digest: str) -> bool:
    found = files.look(root / path.lstrip("/"))
    return found.kind is Kind.FILE and manifest.digest(found.raw) == digest


def _change(path: str, after: Node, root: Path) -> FileChange:
    before = files.look(root / path.lstrip("/"))
    if before.kind is Kind.FOLDER:
        raise OperatorError(f"{path} is a folder on this host", "see what it is for, and move it away")
    return FileChange(path, before, after)


def _missing_folders(path: Path, root: Path) -> tuple[Path, ...]:
    parents = (parent for parent in path.parents if parent != Path("/"))
    return tuple(parent for parent in parents if files.look(root / str(parent).lstrip("/")) == ABSENT)


def _text(path: Path) -> str:
    return _bytes(path).decode(errors="replace")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise OperatorError(f"cannot read {path}: {error.strerror}", _HINT) from error
