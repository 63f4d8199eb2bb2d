"""Hosts: that each stands once, and that nothing else has its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lvsgen import naming, phrasing
from lvsgen.checks import walk
from lvsgen.checks.check import check
from lvsgen.description import notyet
from lvsgen.description.model import Cluster
from lvsgen.findings.code import Code
from lvsgen.findings.finding import Clash, Path, Problem

HOST_TWICE = Code(
    "LVS307",
    "A host stands twice",
    "Every host has one place in the description and one folder in the output.",
    "Give the two hosts different names, or remove one.",
)


@check(HOST_TWICE)
def hosts_named_twice(cluster: Cluster) -> Iterator[Problem]:
    """A director and a realserver of one name."""
    for name in cluster.directors.keys() & cluster.realservers.keys():
        at: tuple[Path, ...] = (("realservers", name), ("directors", name))
        hint = "give the two different names; a director that answers as a realserver is not supported yet"
        message = f"the host {phrasing.quote(name)} is director and realserver"
        yield Problem(HOST_TWICE, message, at, hint, on_key=True, mutual=True)


def hosts_in_two_clusters(clusters: Mapping[int, Cluster]) -> Iterator[Clash]:
    """A host of one cluster with the name of one in another: `out/` and the commands tell hosts apart by name."""
    first: dict[str, tuple[int, Path]] = {}
    for number, cluster in clusters.items():
        for path, _ in walk.hosts(cluster):
            name = str(path[-1])
            other = first.setdefault(name, (number, path))
            if other[0] != number:
                message = f"the host '{name}' is in two clusters"
                hint = "give one of them another name, or leave one file out"
                yield Clash(HOST_TWICE, message, ((number, path), other), hint, on_key=True)


NAME_OF_A_FOLDER = Code(
    "LVS313",
    "A host has the name of a folder of out/",
    "out/<cluster>/common/ is for what is the same on every host, so no host's files can stand there.",
    "Give the host another name.",
)


@check(NAME_OF_A_FOLDER)
def hosts_named_like_folders(cluster: Cluster) -> Iterator[Problem]:
    """A host with the name of the folder of what all hosts have."""
    for path, _ in walk.hosts(cluster):
        if path[1] == naming.COMMON:
            message = (
                f"no host can be called {phrasing.quote(naming.COMMON)}: that is the folder of what all hosts have"
            )
            yield Problem(NAME_OF_A_FOLDER, message, (path,), "give the host another name", on_key=True)


VIP_NAMED_LIKE_HOST = Code(
    "LVS309",
    "A VIP has the name of a host",
    "Who reads the name could not tell the balanced address from the host's own.",
    "Name the VIP for the service, as clients do.",
)


@check(VIP_NAMED_LIKE_HOST)
def vips_named_like_hosts(cluster: Cluster) -> Iterator[Problem]:
    """A VIP with the name of a host."""
    for path, _ in walk.hosts(cluster):
        name = str(path[1])
        if name in cluster.vips:
            message = f"the VIP {phrasing.quote(name)} has the name of a host"
            at: tuple[Path, ...] = (("vips", name), path)
            yield Problem(VIP_NAMED_LIKE_HOST, message, at, "name it for the service", on_key=True, mutual=True)


@check(notyet.NOT_YET)
def more_than_one_director(cluster: Cluster) -> Iterator[Problem]:
    """A second director: both would answer for the VIPs."""
    first, *others = cluster.directors
    for name in others:
        at: tuple[Path, ...] = (("directors", name), ("directors", first))
        what = f"a second director, {phrasing.quote(name)},"
        yield notyet.problem(what, at, "describe one director", ": both would answer for every VIP", mutual=True)
