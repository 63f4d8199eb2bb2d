"""What a revision of git has in a folder: the bytes of its files, from git's objects alone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lvsgen import phrasing
from lvsgen.errors import OperatorError
from lvsgen.outdir import repository
from lvsgen.outdir.below import UnfitError
from lvsgen.outdir.repository import Repository

_LARGEST_SUM = 512 << 20
_LINE = re.compile(rb"(?:100644|100755) blob ([0-9a-f]+) +([0-9]+)\t(.+)", re.DOTALL)
_NO_FILE = (b"120000 blob ", b"160000 commit ")
_HINT = "name a branch, a tag or a commit, or a folder: lvsgen diff DIR"


@dataclass(frozen=True, slots=True)
class _Blob:
    path: str
    name: bytes
    size: int


def read(folder: Path, revision: str) -> dict[str, bytes]:
    """Give the files that a revision has in a folder, by path below it, none where it lacks the folder.

    OperatorError where there is no such revision, or no repository.
    """
    place = Path(os.path.realpath(folder))
    there = next(path for path in (place, *place.parents) if path.is_dir())
    try:
        with repository.around(there) as found:
            if found is None:
                raise OperatorError(f"{folder} is in no repository of git", _HINT)
            blobs = tuple(_blobs(found, _commit(found, revision), place.relative_to(found.top).as_posix()))
            contents = _contents(found, blobs, revision)
    except UnfitError as error:
        raise OperatorError(f"cannot read the repository of {folder}: {error}", _HINT) from error
    return {blob.path: contents[blob.name] for blob in blobs}


def _commit(found: Repository, revision: str) -> str:
    """Give the name of a revision's commit; what begins with a dash would be an option of git."""
    if not revision.startswith("-"):
        done = found.ask("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
        if not done.status:
            return done.stdout.strip()
    raise OperatorError(f"git knows no revision {phrasing.quote(revision)}", _HINT)


def _blobs(found: Repository, commit: str, folder: str) -> Iterator[_Blob]:
    """List the files below a folder; links and other repositories are none."""
    prefix = "" if folder == "." else f"{folder}/"
    done = found.ask("ls-tree", "-r", "-l", "-z", "--full-tree", commit, "--", *([prefix] if prefix else []))
    if done.status:
        raise UnfitError(done.complaint)
    for line in done.raw.split(b"\0"):
        if parts := _LINE.fullmatch(line):
            yield _Blob(os.fsdecode(parts[3]).removeprefix(prefix), parts[1], int(parts[2]))
        elif line and not line.startswith(_NO_FILE):
            raise UnfitError(f"git does not have all of it here, is it a partial clone? {line[:80]!a}")


def _contents(found: Repository, blobs: Iterable[_Blob], revision: str) -> dict[bytes, bytes]:
    """Give the bytes of each object by its name."""
    sizes = {blob.name: blob.size for blob in blobs}
    total = sum(sizes.values())
    if total > _LARGEST_SUM:
        raise UnfitError(f"{phrasing.quote(revision)} holds more than {_LARGEST_SUM >> 20} MiB there")
    asked = b"".join(name + b"\n" for name in sizes)
    most = total + 256 * len(sizes) + repository.LARGEST
    done = found.ask("cat-file", "--batch", stdin=asked, most=most) if sizes else None
    return dict(_taken(done.raw, sizes)) if done else {}


def _taken(raw: bytes, sizes: dict[bytes, int]) -> Iterator[tuple[bytes, bytes]]:
    """Take apart what `git cat-file --batch` says: a line with name, kind and size, the bytes, and an end of line."""
    at = 0
    for name, size in sizes.items():
        head = b"%s blob %d\n" % (name, size)
        if not raw.startswith(head, at):
            raise UnfitError(f"git does not give {name.decode()} as it is listed")
        at += len(head) + size + 1
        yield name, raw[at - size - 1 : at - 1]
