"""A description to start from: put where nothing is yet, and never over anything."""

from __future__ import annotations

import os
from pathlib import Path

from lvsgen.errors import OperatorError
from lvsgen.render import templates

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write(path: Path) -> None:
    """Write a small cluster with a comment on each part; OperatorError when there is something, or it cannot be."""
    try:
        with os.fdopen(os.open(path, _NEW, 0o644), "w") as stream:
            stream.write(templates.fill("description/cluster.yaml"))
    except FileExistsError:
        raise OperatorError(f"{path} is there already", "name another file: lvsgen init FILE") from None
    except OSError as error:
        raise OperatorError(f"cannot write {path}: {error.strerror}", "name another file: lvsgen init FILE") from error
