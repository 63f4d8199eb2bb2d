"""Tree: what out/ says of one host, read once. What is verified and what is used are the same bytes.

Whoever may write in out/ can exchange a file between two looks at it. So there is one look, and everything that is
about the host, from the digests of MANIFEST to what root puts on the disk, is about what was seen then.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lvsgen import manifest
from lvsgen.errors import OperatorError
from lvsgen.naming import COMMON
from lvsgen.outdir import below
from lvsgen.outdir.below import UnfitError
from lvsgen.state import origin
from lvsgen.state.statefile import HINT

LARGEST = 64 << 20
_LARGEST_SUM = 512 << 20
_MOST = 100_000
_DEEPEST = 32


@dataclass(frozen=True, slots=True)
class Part:
    """A file's bytes; or why what stands there is none, as a text that completes "PATH ..."."""

    raw: bytes = b""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """What stood in out/<cluster>/, by the paths below that: the host's, and what lies beside the folders of hosts.

    A whole one has the other hosts' too. `place` is where the folder really is, without any link.
    """

    folder: Path
    host: str
    parts: Mapping[str, Part]
    folders: frozenset[str]
    place: Path
    is_whole: bool

    @property
    def own(self) -> Mapping[str, Part]:
        """What is of this host, or of every host, but MANIFEST itself."""
        return {path: part for path, part in self.parts.items() if self.is_own(path)}

    def is_own(self, path: str) -> bool:
        """Tell whether a path is of this host or of every host."""
        first, _, rest = path.partition("/")
        return (first in (self.host, COMMON) if rest else first == origin.NAME) and path != manifest.NAME

    def raw(self, path: str) -> bytes:
        """Give the bytes of a file; OperatorError where there is none."""
        part = self.parts.get(path)
        if part and not part.fault:
            return part.raw
        raise OperatorError(self._fault(path), HINT)

    def _fault(self, path: str) -> str:
        for place in (path, *map(str, PurePosixPath(path).parents)):
            if place in self.parts:
                return f"{self.folder / place} {self.parts[place].fault or 'is a file'}"
        why = "Is a directory" if path in self.folders else "No such file or directory"
        return f"cannot read {self.folder / path}: {why}"


def read(folder: Path, *, whole: bool = False) -> Tree:
    """Read a host's folder out/<cluster>/<host> and what lies beside it; OperatorError when it cannot be."""
    cluster, host = folder.parent, folder.name
    walk = _Walk({}, set())
    try:
        with below.top(cluster.parent) as out, below.folder(cluster.name, out) as top:
            place = Path(os.readlink(f"/proc/self/fd/{top}"))  # noqa: PTH115  # what a descriptor is has no other name
            walk.into(top, "", _not_git if whole else {host, COMMON, origin.NAME, manifest.NAME}.__contains__)
    except UnfitError as error:
        raise OperatorError(f"{cluster} {error}", HINT) from error
    except OSError as error:
        raise OperatorError(f"cannot read {cluster}: {error.strerror}", HINT) from error
    return Tree(cluster, host, walk.parts, frozenset(walk.folders), place, whole)


def _not_git(name: str) -> bool:
    """Pass over a repository that is in a cluster's folder: nothing of it is for a host."""
    return name != ".git"


@dataclass(slots=True)
class _Walk:
    """One walk through open folders, within bounds: whoever may write there may make them endless."""

    parts: dict[str, Part]
    folders: set[str]
    room: int = _LARGEST_SUM

    def into(self, at: int, above: str, wanted: Callable[[str], bool] = bool) -> None:
        """Take up what is in an open folder, all of it or what is wanted, and in those below it."""
        for name in sorted(self._names(at, above, wanted)):
            path = f"{above}{name}"
            if stat.S_ISDIR(below.mode(name, at)):
                self.folders.add(path)
                with below.folder(name, at) as inner:
                    self.into(inner, f"{path}/")
            else:
                self.parts[path] = self._part(name, at)

    def _names(self, at: int, above: str, wanted: Callable[[str], bool]) -> Iterator[str]:
        if above.count("/") > _DEEPEST:
            raise UnfitError(f"has folders in more than {_DEEPEST} folders")
        with os.scandir(at) as entries:
            for count, entry in enumerate(entries, len(self.parts) + len(self.folders)):
                if count >= _MOST:
                    raise UnfitError(f"holds more than {_MOST} files")
                if wanted(entry.name):
                    yield entry.name

    def _part(self, name: str, at: int) -> Part:
        try:
            raw = below.read(name, at, LARGEST)
        except UnfitError as error:
            return Part(fault=str(error))
        self.room -= len(raw)
        if self.room < 0:
            raise UnfitError(f"holds more than {_LARGEST_SUM >> 20} MiB")
        return Part(raw)
