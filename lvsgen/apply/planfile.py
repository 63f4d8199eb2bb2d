"""A plan that was looked at: `plan --save` writes what it is about, `apply --plan` refuses when that has changed.

JSON with two digests, of what the host was found to be and of what it is to be, and the plan in words for whoever
reads it. The operations themselves are not in it: apply works them out again and so cannot be made to run others.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lvsgen.apply import change as changes
from lvsgen.apply.change import Change
from lvsgen.errors import OperatorError
from lvsgen.host import storage, strict

FORMAT = 1
MOST = 2**24
"""How many bytes a plan may have: the words of a change of fifty thousand destinations have half of it."""
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_READERS: dict[str, strict.Read] = {
    "format": strict.whole(2**31),
    **dict.fromkeys(("host", "cluster", "desired", "live"), strict.word),
}
_WRITTEN = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def render(change: Change) -> str:
    """Write the plan's text."""
    head = {"format": FORMAT, "cluster": change.cluster, "host": change.host, **digests(change)}
    files = [file.path for file in change.files]
    return json.dumps(head | {"operations": list(change.words), "files": files}, indent=2) + "\n"


def write(path: Path, change: Change) -> None:
    """Write a plan for review; OperatorError when the system does not let us."""
    try:
        _put(path, render(change).encode())
    except OSError as error:
        raise OperatorError(f"cannot write {path}: {error.strerror}", "name another file with --save") from error


def _put(path: Path, raw: bytes) -> None:
    """Write a file anew, and no other: where others can write, what stands at its place may be a link to any."""
    with os.fdopen(os.open(path, _WRITTEN, 0o666), "wb") as stream:
        found = os.fstat(stream.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
            raise OSError(errno.EEXIST, "It is no file, or has another name, too")
        stream.truncate()
        stream.write(raw)


def digests(change: Change) -> dict[str, str]:
    """Give the digests: `desired` of what out/ says, `live` of what was found and of what follows for this host."""
    data = changes.to_data(change)
    live = [data[name] for name in ("scope", "snapshot", "target", "files", "dependents")]
    return {"live": _digest(live), "desired": _digest(data["desired"])}


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan that was looked at: where it was read, for which host of which cluster, and its two digests."""

    path: Path
    host: str
    cluster: str
    desired: str
    live: str


def read(path: Path) -> PlanFile:
    """Read a plan; OperatorError when it is none. Before the lock is taken: whoever wrote it may keep us waiting."""
    again = f"plan again: lvsgen plan --save {path}"
    try:
        found = strict.some(strict.load(_raw(path)), _READERS)
    except ValueError as error:
        raise OperatorError(f"{path} is no plan of this version", again) from error
    if found.pop("format") != FORMAT:
        raise OperatorError(f"{path} is no plan of this version", again)
    return PlanFile(path, **found)


def check(planned: PlanFile, change: Change) -> None:
    """Refuse when the plan is about another host, another state of it, or something else that it is to be."""
    path, again = planned.path, f"plan again: lvsgen plan --save {planned.path}"
    theirs, ours = f"{planned.host} of {planned.cluster}", f"{change.host} of {change.cluster}"
    if theirs != ours:
        raise OperatorError(f"{path} is a plan for {theirs}, this is {ours}", again)
    now = digests(change)
    if planned.desired != now["desired"]:
        raise OperatorError(f"what the host is to be has changed since {path} was made", again)
    if planned.live != now["live"]:
        raise OperatorError(f"the host, or the files to put there, have changed since {path} was made", again)


def _raw(path: Path) -> bytes:
    make = f"make it: lvsgen plan --save {path}"
    try:
        with storage.opened(path, _READ) as handle:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OperatorError(f"{path} is no file", make)
            with os.fdopen(handle, "rb", closefd=False) as stream:
                raw = stream.read(MOST + 1)
    except OSError as error:
        raise OperatorError(f"cannot read {path}: {error.strerror}", make) from error
    if len(raw) > MOST:
        raise OperatorError(f"{path} is larger than {MOST >> 20} MiB: no plan is", make)
    return raw


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
