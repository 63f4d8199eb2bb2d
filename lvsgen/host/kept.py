"""The former file, kept beside the new one by a hard link until its change is sure: then all of it can come back.

Inode, times, hard links, labels: a rename brings them back as no copy does, and needs no room on a full disk. The name
is in the same folder, since a link must be on the same filesystem, and begins with a dot and ends with no word that
means anything: whatever reads init.d, *.wants or interfaces.d passes it over. It may be gone, or have been written to
since; so a former file is taken back only if it still is what the journal says, which has its bytes too.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable
from pathlib import Path

from lvsgen.host import files, storage
from lvsgen.host.files import FileChange, Kind, Node

_CANNOT = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV})
_KEPT = frozenset({Kind.FILE, Kind.LINK})


def place(path: Path) -> Path:
    """Give the second name of what a path had."""
    return path.with_name(f".{path.name}.lvsgen-kept")


def is_there(path: Path) -> bool:
    """Tell whether something is kept for a path."""
    return files.kind(place(path)) is not Kind.ABSENT


def replace(path: Path, change: FileChange) -> None:
    """Put what is to stand at a path, and keep what stood there."""
    with storage.naming(path):
        drop(path)
        if change.before.kind in _KEPT:
            _keep(path)
    files.put(path, change.after)


def restore(path: Path, before: Node) -> None:
    """Put back what stood at a path: what is kept of it if that is what it was, else a copy."""
    files.clear(path)
    if before.kind in _KEPT and _is(place(path), before):
        files.make_way(path)
        with storage.naming(path):
            _rename_back(path)
            storage.sync(path.parent)
    else:
        if not _is(path, before):
            files.put(path, before)
        let_go((path,))


def drop(path: Path) -> None:
    """Let go of what is kept for a path."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        place(path).unlink()


def let_go(paths: Iterable[Path]) -> None:
    """Let go of what is kept for these paths, and have that on the disk."""
    folders = set()
    for path in paths:
        if is_there(path):
            drop(path)
            folders.add(path.parent)
    for folder in sorted(folders):
        storage.sync(folder)


def kept(changes: Iterable[FileChange]) -> list[str]:
    """Name the paths of which something may be kept."""
    return [change.path for change in changes if change.before.kind in _KEPT]


def _keep(path: Path) -> None:
    try:
        os.link(path, place(path), follow_symlinks=False)
    except FileNotFoundError:
        return
    except OSError as error:
        if error.errno not in _CANNOT:
            raise


def _is(path: Path, node: Node) -> bool:
    try:
        return files.look(path).fits(node)
    except Exception:  # what cannot be read is replaced by a copy
        return False


def _rename_back(path: Path) -> None:
    """Rename; of two names of one file, which a rename would leave both, the second goes."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        if os.path.samestat(path.lstat(), place(path).lstat()):
            drop(path)
            return
    place(path).replace(path)
