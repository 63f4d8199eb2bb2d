"""Hosts: that each stands once, and that nothing else has its name."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen import naming, phrasing
from lvsgen.checks import walk
from lvsgen.description.model import Cluster
from lvsgen.findings.finding import Path, Problem


def hosts_named_twice(cluster: Cluster) -> Iterator[Problem]:
    """A director and a realserver of one name."""
    for name in cluster.directors.keys() & cluster.realservers.keys():
        at: tuple[Path, ...] = (("realservers", name), ("directors", name))
        hint = "give the two different names; a director that answers as a realserver is not supported yet"
        message = f"the host {phrasing.quote(name)} is director and realserver"
        yield Problem("LVS307", message, at, hint, on_key=True, mutual=True)


def hosts_named_like_folders(cluster: Cluster) -> Iterator[Problem]:
    """A host with the name of the folder of what all hosts have."""
    for path, _ in walk.hosts(cluster):
        if path[1] == naming.COMMON:
            message = (
                f"no host can be called {phrasing.quote(naming.COMMON)}: that is the folder of what all hosts have"
            )
            yield Problem("LVS313", message, (path,), "give the host another name", on_key=True)


def vips_named_like_hosts(cluster: Cluster) -> Iterator[Problem]:
    """A VIP with the name of a host."""
    for path, _ in walk.hosts(cluster):
        name = str(path[1])
        if name in cluster.vips:
            message = f"the VIP {phrasing.quote(name)} has the name of a host"
            yield Problem(
                "LVS309", message, (("vips", name), path), "name it for the service", on_key=True, mutual=True
            )


def more_than_one_director(cluster: Cluster) -> Iterator[Problem]:
    """A second director: both would answer for the VIPs."""
    first, *others = cluster.directors
    for name in others:
        at: tuple[Path, ...] = (("directors", name), ("directors", first))
        message = f"a second director, {phrasing.quote(name)}, is not supported yet: both would answer for every VIP"
        yield Problem("LVS209", message, at, "describe one director", on_key=True, mutual=True)
