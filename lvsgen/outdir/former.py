"""Folders that clusters left in out/ when they got other names: no build brings those up to date any more."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from pathlib import Path

from lvsgen import naming
from lvsgen.errors import OperatorError
from lvsgen.outdir import below
from lvsgen.outdir.below import UnfitError
from lvsgen.state import origin

_LONGEST = 1 << 16


def folders(out: Path, description: str, hosts: Collection[str], described: Collection[str]) -> tuple[Path, ...]:
    """Give the clusters in out/ that were built from a description of this name, with one of these hosts.

    `described` are the clusters that there are now: those are none of them. A host is never in two clusters.
    """
    with contextlib.suppress(OSError), below.top(out) as top:
        names = [name for name in below.names(top) if naming.is_cluster(name) and name not in described]
        return tuple(out / name for name in names if _is_former(name, top, description, hosts))
    return ()


def advice(folder: Path, cluster: str) -> Iterator[str]:
    """Say what to do about such a folder."""
    yield f"{folder} was built from what describes {cluster} now: was {folder.name} its name?"
    yield f"then take {folder.name} down on its hosts before {cluster} comes, and remove the folder: git rm -r {folder}"


def _is_former(cluster: str, top: int, description: str, hosts: Collection[str]) -> bool:
    with contextlib.suppress(OSError, UnfitError, OperatorError), below.folder(cluster, top) as at:
        made_from = origin.parse(below.read(origin.NAME, at, _LONGEST), origin.NAME)
        return made_from.name == description and not set(hosts).isdisjoint(below.names(at))
    return False
