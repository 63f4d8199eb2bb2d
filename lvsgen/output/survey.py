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
from lvsgen.output import disk
from lvsgen.output.disk import Found, Kind
from lvsgen.render.files import File


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

    `owned` is the MANIFEST on the disk, `litter` what a killed build left half written.
    """

    cluster: str
    root: Path
    entries: tuple[Entry, ...]
    owned: Mapping[str, str]
    obstacles: tuple[Obstacle, ...]
    litter: tuple[Path, ...]

    @property
    def differs(self) -> bool:
        """Whether the disk is anything but what the description makes."""
        return bool(self.obstacles or self.litter) or any(e.status is not Status.UNCHANGED for e in self.entries)


def survey(out: Path, cluster: str, files: Mapping[str, File]) -> Survey:
    """Look at what building `files` (by path below out/<cluster>/) means; OperatorError when the disk is unreadable."""
    for path in (cluster, *files):
        if not manifest.stays_inside(path):
            raise ValueError(f"{path!r} would leave the output folder")
    with disk.explained("read", out / cluster):
        return _survey(out, out / cluster, files)


def _survey(out: Path, root: Path, files: Mapping[str, File]) -> Survey:
    owned = manifest.parse(disk.look(root / manifest.NAME).raw) if disk.kind(root) is Kind.FOLDER else {}
    stale = sorted(owned.keys() - files.keys())
    if blocked := tuple(_blocked_folders(out, root, {*files, *owned}, stale)):
        return Survey(root.name, root, (), owned, blocked, ())
    entries = (*_entries(root, files, stale), _listing(root, files))
    obstacles = tuple(filter(None, (_obstacle(root, entry, owned) for entry in entries)))
    temps = (disk.temporary(root / path) for path in (*sorted(files), *stale, manifest.NAME))
    return Survey(root.name, root, entries, owned, obstacles, tuple(filter(_removable, temps)))


def _entries(root: Path, files: Mapping[str, File], stale: list[str]) -> list[Entry]:
    made = [Entry(p, disk.look(root / p), f.text.encode(), bool(f.mode & 0o111)) for p, f in files.items()]
    gone = [Entry(p, disk.look(root / p), None) for p in stale if _removable(root / p)]
    return sorted(made + gone, key=lambda entry: entry.path)


def listing(files: Mapping[str, File]) -> str:
    """Write the text of the MANIFEST of `files` (by path below out/<cluster>/)."""
    return manifest.render({path: manifest.digest(file.text.encode()) for path, file in files.items()})


def _listing(root: Path, files: Mapping[str, File]) -> Entry:
    return Entry(manifest.NAME, disk.look(root / manifest.NAME), listing(files).encode())


def _removable(path: Path) -> bool:
    return disk.kind(path) not in (Kind.ABSENT, Kind.FOLDER)


def _blocked_folders(out: Path, root: Path, paths: set[str], stale: list[str]) -> Iterator[Obstacle]:
    if out.exists() and not out.is_dir():
        yield Obstacle(out, "is not a folder", "choose another one with --out")
        return
    for folder in sorted({root, *(root / parent for path in paths for parent in PurePosixPath(path).parents)}):
        kind = disk.kind(folder)
        goes = kind is Kind.FILE and folder.relative_to(root).as_posix() in stale
        if kind not in (Kind.ABSENT, Kind.FOLDER) and not goes:
            yield Obstacle(folder, f"is {kind}, and a folder is needed", _away(folder))


def _obstacle(root: Path, entry: Entry, owned: Mapping[str, str]) -> Obstacle | None:
    path, kind = root / entry.path, entry.found.kind
    if entry.status is not Status.WRITTEN or kind is Kind.ABSENT or _is_ours(root, entry, owned):
        return None
    return Obstacle(path, f"is {kind} that lvsgen did not make", _away(path))


def _is_ours(root: Path, entry: Entry, owned: Mapping[str, str]) -> bool:
    if entry.found.kind is Kind.FOLDER:
        inside = (path for path in (root / entry.path).rglob("*") if disk.kind(path) is not Kind.FOLDER)
        return all(path.relative_to(root).as_posix() in owned for path in inside)
    if entry.path == manifest.NAME:
        return entry.found.kind is Kind.FILE and (bool(owned) or not entry.found.raw)
    return entry.path in owned


def _away(path: Path) -> str:
    return f"only what a MANIFEST lists is overwritten: move it away (mv {path} {path}.old), or choose another --out"
