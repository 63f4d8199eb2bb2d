"""The folders below out/, opened one in the other by descriptors: nothing is reached through a link, nor twice by path.

Where others can write, a folder that was looked at may be a link a moment later; a descriptor stays the folder.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lvsgen.outdir import below, disk
from lvsgen.outdir.disk import ABSENT, Found, Kind

Identity = tuple[int, int] | None
"""Which folder it is, whatever its name; None for none."""

_NO_FOLDER = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
_NOT_EMPTY = (errno.ENOTEMPTY, errno.EEXIST)


class Folders:
    """What stands below an open folder, by relative paths; None for `top` is a folder that is not there.

    The way to the folder that was used last stays open, since neighbours are mostly used one after the other.
    """

    def __init__(self, top: int | None) -> None:
        self._way = [("", top)]
        self.made: set[str] = set()

    def at(self, folder: str) -> int | None:
        """Give a folder's descriptor, to be used at once; None where there is none, or a link."""
        self._back_to(folder)
        above, handle = self._way[-1]
        for name in filter(None, folder[len(above) :].split("/")):
            if handle is None:
                return None
            try:
                handle = os.open(name, below.FOLDER, dir_fd=handle)
            except OSError as error:
                if error.errno in _NO_FOLDER:
                    return None
                raise
            self._way.append((f"{self._way[-1][0]}/{name}".lstrip("/"), handle))
        return handle

    def make(self, folder: str) -> int:
        """Make a folder, and those above it, where they are missing; OSError where something else is in the way."""
        handle = self.at(folder)
        if handle is None and folder:
            above, _, name = folder.rpartition("/")
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, dir_fd=self.make(above))
                self.made.add(folder)
            handle = self.at(folder)
        if handle is None:
            raise NotADirectoryError(errno.ENOTDIR, "Not a folder, or a link")
        return handle

    def kind(self, path: str) -> Kind:
        """What stands at a path."""
        above, _, name = path.rpartition("/")
        at = self.at(above)
        return Kind.ABSENT if at is None else disk.kind(name, at)

    def look(self, path: str) -> Found:
        """What stands at a path, with a file's bytes; OSError when it cannot be read."""
        above, _, name = path.rpartition("/")
        at = self.at(above)
        return ABSENT if at is None else disk.look(name, at)

    def replace(self, path: str, raw: bytes, executable: bool) -> None:
        """Put a file at a path, whole; its folders are made."""
        above, _, name = path.rpartition("/")
        disk.replace(name, self.make(above), raw, executable)

    def remove(self, path: str) -> None:
        """Remove a file or a link; nothing there is as good."""
        above, _, name = path.rpartition("/")
        at = self.at(above)
        if at is not None:
            disk.remove(name, at)

    def sync(self, folder: str) -> None:
        """Make the names in a folder survive a power cut."""
        at = self.at(folder)
        if at is not None:
            os.fsync(at)

    def inside(self, folder: str) -> Iterator[str]:
        """Give the path of everything in a folder and those below it that is no folder."""
        at = self.at(folder)
        for name in () if at is None else below.names(at):
            path = f"{folder}/{name}"
            if self.kind(path) is Kind.FOLDER:
                yield from self.inside(path)
            else:
                yield path

    def prune(self, folder: str, top: str) -> None:
        """Remove a folder and those above it, below `top`, as long as they are empty."""
        while folder != top and self.kind(folder) in (Kind.FOLDER, Kind.ABSENT):
            above, _, name = folder.rpartition("/")
            at = self.at(above)
            try:
                if at is not None:
                    os.rmdir(name, dir_fd=at)
            except OSError as error:
                if error.errno in _NOT_EMPTY:
                    return
                if error.errno not in _NO_FOLDER:
                    raise
            folder = above

    def identity(self, folder: str) -> Identity:
        """Tell a folder from every other one, also from one that takes its name later; None where there is none."""
        at = self.at(folder)
        found = None if at is None else os.fstat(at)
        return found and (found.st_dev, found.st_ino)

    def close(self) -> None:
        """Let go of all but the top."""
        self._back_to("")

    def _back_to(self, folder: str) -> None:
        """Close what is open and not on the way to a folder."""
        while not f"{folder}/".startswith(f"{self._way[-1][0]}/") and len(self._way) > 1:
            _, handle = self._way.pop()
            os.close(handle if handle is not None else -1)


@contextmanager
def opened(out: Path) -> Iterator[Folders]:
    """Open out/, which may itself be a link, or not be there."""
    try:
        top = os.open(out, below.TOP)
    except FileNotFoundError:
        yield Folders(None)
        return
    found = Folders(top)
    try:
        yield found
    finally:
        found.close()
        os.close(top)
