"""The repository that a folder is in, and what its HEAD has there: asked of git, and git can run nothing for it.

git reads a configuration that whoever owns the checkout writes, and that can name programs: monitors, hooks, filters,
what fetches the missing half of a partial clone. So git runs as the owner of .git, never as root for somebody else, and
all of that is off; and it is asked for trees alone, since `git status` says of a file what the index wants to be said.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lvsgen import process
from lvsgen.outdir import below
from lvsgen.outdir.below import UnfitError
from lvsgen.process import Done, Owner

GIT = ".git"
_ENVIRONMENT = {
    "HOME": "/nonexistent",
    "XDG_CONFIG_HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
}
_OFF = {
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.attributesFile": "/dev/null",
    "core.sshCommand": "false",
    "core.askPass": "false",
    "core.gitProxy": "false",
    "core.pager": "cat",
    "credential.helper": "",
    "diff.external": "false",
    "protocol.allow": "never",
    "gc.auto": "0",
}
_FILE = re.compile(rb"gitdir: ([^\x00\n]+)\n?")
_LINE = re.compile(rb"([0-7]{6}) (blob|commit) ([0-9a-f]{40}|[0-9a-f]{64})\t([^\x00]+)", re.DOTALL)
_LONGEST = 1 << 16
LARGEST = 1 << 26


@dataclass(frozen=True, slots=True)
class Committed:
    """What HEAD has at a path: a mode as git has it, and the name of the object."""

    mode: str
    name: str


@dataclass(frozen=True, slots=True)
class Repository:
    """An open repository: its descriptor, whose it is, and the folder that its checkout is."""

    handle: int
    owner: Owner
    top: Path

    def ask(self, *words: str, stdin: bytes = b"", most: int = LARGEST) -> Done:
        """Ask git, which may say `most` bytes."""
        off = [word for key, value in _OFF.items() for word in ("-c", f"{key}={value}")]
        argv = ["git", *off, "--no-pager", f"--git-dir=/proc/self/fd/{self.handle}", *words]
        return process.run_as(self.owner, argv, _ENVIRONMENT, (self.handle,), most, stdin)


def head(place: Path) -> dict[str, Committed] | None:
    """Give what HEAD has in a folder and those below it, by the path below it; None where there is no repository.

    UnfitError, with what git complains about, when it cannot be told.
    """
    with around(place) as repository:
        return _listed(repository, os.fsencode(place.relative_to(repository.top))) if repository else None


@contextmanager
def around(place: Path) -> Iterator[Repository | None]:
    """Open the repository that a folder is in, None where it is in none; UnfitError when it cannot be."""
    for top in (place, *place.parents):
        try:
            with below.top(top) as at:
                if below.mode(GIT, at):
                    with _opened(top, at) as (handle, owner):
                        yield Repository(handle, owner, top)
                        return
        except OSError as error:
            raise UnfitError(f"{top / GIT}: {error.strerror}") from error
    yield None


@contextmanager
def _opened(top: Path, at: int) -> Iterator[tuple[int, Owner]]:
    """Open the repository of a checkout, which is a folder, or a file that says where that is; no link."""
    if not stat.S_ISREG(below.mode(GIT, at)):
        with below.folder(GIT, at) as handle:
            yield handle, _owner(handle)
        return
    path, owner = _elsewhere(top, at)
    with below.top(path) as handle:
        if _owner(handle).uid != owner.uid:
            raise UnfitError(f"{top / GIT} leads to the repository of somebody else, {path}")
        yield handle, owner


def _elsewhere(top: Path, at: int) -> tuple[Path, Owner]:
    """Read where the repository of a worktree or a submodule is, and who says so."""
    found = os.stat(GIT, dir_fd=at, follow_symlinks=False)
    said = _FILE.fullmatch(below.read(GIT, at, _LONGEST))
    if not said:
        raise UnfitError(f"{top / GIT} does not say where a repository is")
    return top / os.fsdecode(said[1]), Owner(found.st_uid, found.st_gid)


def _owner(handle: int) -> Owner:
    found = os.fstat(handle)
    return Owner(found.st_uid, found.st_gid)


def _listed(repository: Repository, folder: bytes) -> dict[str, Committed]:
    prefix = b"" if folder == b"." else folder + b"/"
    paths = [os.fsdecode(prefix)] if prefix else []
    done = repository.ask("ls-tree", "-r", "-z", "--full-tree", "HEAD", "--", *paths)
    if done.status:
        raise UnfitError(done.complaint)
    return dict(_entry(line, prefix) for line in done.raw.split(b"\0") if line)


def _entry(line: bytes, prefix: bytes) -> tuple[str, Committed]:
    found = _LINE.fullmatch(line)
    if not found or not found[4].startswith(prefix):
        raise UnfitError(f"git says what lvsgen does not understand: {line[:80]!a}")
    return os.fsdecode(found[4].removeprefix(prefix)), Committed(found[1].decode(), found[3].decode())
