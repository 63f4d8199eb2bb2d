"""Which hosts out/ has: the folders out/<cluster>/<host> that hold a state.json, and whose names could be built."""

from __future__ import annotations

import contextlib
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lvsgen import naming
from lvsgen.outdir import below

STATE = "state.json"


@dataclass(frozen=True, slots=True)
class Hosts:
    """The folders of hosts, and the links that stand where a cluster's or a host's folder would: none is followed."""

    folders: tuple[Path, ...] = ()
    links: tuple[Path, ...] = ()


def find(out: Path) -> Hosts:
    """Look which hosts there are; none where out/ cannot be read."""
    folders: list[Path] = []
    links: list[Path] = []
    with contextlib.suppress(OSError), below.top(out) as top:
        for cluster, mode in _named(top, naming.is_cluster):
            if stat.S_ISLNK(mode):
                links.append(out / cluster)
            with contextlib.suppress(OSError), below.folder(cluster, top) as at:
                for host, kind in _named(at, naming.is_host):
                    if stat.S_ISLNK(kind):
                        links.append(out / cluster / host)
                    elif stat.S_ISDIR(kind) and _holds_state(host, at):
                        folders.append(out / cluster / host)
    return Hosts(tuple(folders), tuple(links))


def _named(at: int, fits: Callable[[str], bool]) -> Iterator[tuple[str, int]]:
    """Give what has such a name in an open folder, and its mode."""
    return ((name, below.mode(name, at)) for name in below.names(at) if fits(name))


def _holds_state(host: str, at: int) -> bool:
    with contextlib.suppress(OSError), below.folder(host, at) as inner:
        return below.mode(STATE, inner) != 0
    return False
