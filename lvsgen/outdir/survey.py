"""What building a cluster means for the disk. Looks, and changes nothing.

The MANIFEST on the disk says which files are ours. Those are overwritten and removed, also when somebody has edited
them, since out/ is compiled and versioned; no other file is, and nothing is ever reached through a link.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from lvsgen import manifest
from lvsgen.outdir import disk, folders
from lvsgen.outdir.disk import Found, Kind
from lvsgen.outdir.folders import Folders, Identity
from lvsgen.render.hostbuild import File


class Status(StrEnum):
    """What a build does, or would do, at a path."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One path below out/<cluster>/: what is there and what the description makes of it (`raw`; None is nothing)."""

    path: str
    found: Found
    raw: bytes | None
    executable: bool = False

    @property
    def status(self) -> Status:
        """What a build does at this path."""
        if self.raw is None:
            return Status.REMOVED
        return Status.UNCHANGED if self.found == Found(Kind.FILE, self.raw, self.executable) else Status.WRITTEN


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that is not ours to touch and stands where a file of ours belongs."""

    path: Path
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything a build of one cluster would do below `root`; entries sorted by path, MANIFEST last.

    `owned` is the MANIFEST on the disk, `litter` what a killed build left half written, and `identity` which folder
    this was seen in.
    """

    cluster: str
    root: Path
    entries: tuple[Entry, ...]
    owned: Mapping[str, str]
    obstacles: tuple[Obstacle, ...]
    litter: tuple[Path, ...]
    identity: Identity = None

    @property
    def differs(self) -> bool:
        """Whether the disk is anything but what the description makes."""
        return bool(self.obstacles or self.litter) or any(e.status is not Status.UNCHANGED for e in self.entries)


def survey(out: Path, cluster: str, files: Mapping[str, File]) -> Survey:
    """Look at what building `files` (by path below out/<cluster>/) means; OperatorError when the disk is unreadable."""
    for path in (cluster, *files):
        if not manifest.stays_inside(path):
            raise ValueError(f"{path!r} would leave the output folder")
    if out.exists() and not out.is_dir():
        obstacle = Obstacle(out, "is not a folder", "choose another one with --out")
        return Survey(cluster, out / cluster, (), {}, (obstacle,), ())
    with disk.explained("read", out / cluster), folders.opened(out) as there:
        return _survey(there, out / cluster, files)


def _survey(there: Folders, root: Path, files: Mapping[str, File]) -> Survey:
    identity = there.identity(root.name)
    owned = manifest.parse(there.look(f"{root.name}/{manifest.NAME}").raw)
    stale = sorted(owned.keys() - files.keys())
    if blocked := tuple(_blocked_folders(there, root, {*files, *owned}, stale)):
        return Survey(root.name, root, (), owned, blocked, (), identity)
    entries = (*_entries(there, root.name, files, stale), _listing(there, root.name, files))
    obstacles = tuple(filter(None, (_obstacle(there, root, entry, owned) for entry in entries)))
    temps = (disk.temporary(root / path) for path in (*sorted(files), *stale, manifest.NAME))
    litter = (temp for temp in temps if _removable(there, temp.relative_to(root.parent).as_posix()))
    return Survey(root.name, root, entries, owned, obstacles, tuple(litter), identity)


def _entries(there: Folders, top: str, files: Mapping[str, File], stale: list[str]) -> list[Entry]:
    made = [Entry(p, there.look(f"{top}/{p}"), f.text.encode(), bool(f.mode & 0o111)) for p, f in files.items()]
    gone = [Entry(p, there.look(f"{top}/{p}"), None) for p in stale if _removable(there, f"{top}/{p}")]
    return sorted(made + gone, key=lambda entry: entry.path)


def listing(files: Mapping[str, File]) -> str:
    """Write the text of the MANIFEST of `files` (by path below out/<cluster>/)."""
    return manifest.render({path: manifest.digest(file.text.encode()) for path, file in files.items()})


def _listing(there: Folders, top: str, files: Mapping[str, File]) -> Entry:
    return Entry(manifest.NAME, there.look(f"{top}/{manifest.NAME}"), listing(files).encode())


def _removable(there: Folders, path: str) -> bool:
    return there.kind(path) not in (Kind.ABSENT, Kind.FOLDER)


def _blocked_folders(there: Folders, root: Path, paths: set[str], stale: list[str]) -> Iterator[Obstacle]:
    for folder in sorted({".", *(str(above) for path in paths for above in PurePosixPath(path).parents)}):
        kind = there.kind((PurePosixPath(root.name) / folder).as_posix())
        goes = kind is Kind.FILE and folder in stale
        if kind not in (Kind.ABSENT, Kind.FOLDER) and not goes:
            yield Obstacle(root / folder, f"is {kind}, and a folder is needed", _away(root / folder))


def _obstacle(there: Folders, root: Path, entry: Entry, owned: Mapping[str, str]) -> Obstacle | None:
    path, kind = root / entry.path, entry.found.kind
    if entry.status is not Status.WRITTEN or kind is Kind.ABSENT or _is_ours(there, root.name, entry, owned):
        return None
    return Obstacle(path, f"is {kind} that lvsgen did not make", _away(path))


def _is_ours(there: Folders, top: str, entry: Entry, owned: Mapping[str, str]) -> bool:
    if entry.found.kind is Kind.FOLDER:
        return all(path.removeprefix(f"{top}/") in owned for path in there.inside(f"{top}/{entry.path}"))
    if entry.path == manifest.NAME:
        return entry.found.kind is Kind.FILE and (bool(owned) or not entry.found.raw)
    return entry.path in owned


def _away(path: Path) -> str:
    return f"only what a MANIFEST lists is overwritten: move it away (mv {path} {path}.old), or choose another --out"
