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
from pathlib import Path
from typing import Any

from lvsgen.apply import change as changes
from lvsgen.apply.change import Change
from lvsgen.errors import OperatorError

FORMAT = 1
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


def check(path: Path, change: Change) -> None:
    """Refuse when the plan is about another host, another state of it, or something else that it is to be."""
    found = _read(path)
    again = f"plan again: lvsgen plan --save {path}"
    if found.get("format") != FORMAT:
        raise OperatorError(f"{path} is no plan of this version", again)
    theirs, ours = f"{found.get('host')} of {found.get('cluster')}", f"{change.host} of {change.cluster}"
    if theirs != ours:
        raise OperatorError(f"{path} is a plan for {theirs}, this is {ours}", again)
    for name, what in (
        ("desired", "what the host is to be has"),
        ("live", "the host, or the files to put there, have"),
    ):
        if found.get(name) != digests(change)[name]:
            raise OperatorError(f"{what} changed since {path} was made", again)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise OperatorError(f"cannot read {path}: {error.strerror}", f"make it: lvsgen plan --save {path}") from error
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
