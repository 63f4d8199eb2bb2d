"""Names that something refers to, and that are not there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from lvsgen import phrasing
from lvsgen.checks import walk
from lvsgen.checks.check import check
from lvsgen.description import notyet
from lvsgen.description.model import Cluster
from lvsgen.findings.code import Code
from lvsgen.findings.finding import INCOMPLETE, Path, Problem

_Named = tuple[str, Path]
"""A name, and where it is written."""
_WHO = {"VIP": "services", "realserver": "services", "network": "interfaces"}

NO_NETWORK = Code(
    "LVS303",
    "No such network",
    "An interface takes its prefix length and gateway from its network.",
    "Correct the name, or add it under networks.",
)


@check(NO_NETWORK)
def unknown_networks(cluster: Cluster) -> Iterator[Problem]:
    """A network that interfaces are on, and that is not described."""
    named = ((interface.network, (*path, "network")) for path, interface in walk.interfaces(cluster))
    yield from _unknown(NO_NETWORK, "network", named, cluster.networks)


NO_VIP = Code(
    "LVS301",
    "No such VIP",
    "A service needs an address that clients connect to.",
    "Correct the name, or add it under vips.",
)


@check(NO_VIP)
def unknown_vips(cluster: Cluster) -> Iterator[Problem]:
    """A VIP that services are on, and that is not described."""
    named: Iterable[_Named] = ((service.vip, ("services", name, "vip")) for name, service in cluster.services.items())
    yield from _unknown(NO_VIP, "VIP", named, cluster.vips)


NO_REALSERVER = Code(
    "LVS302",
    "No such realserver",
    "Connections cannot be sent to a host that is not described.",
    "Correct the name, or add it under realservers.",
)


@check(NO_REALSERVER, notyet.NOT_YET)
def unknown_realservers(cluster: Cluster) -> Iterator[Problem]:
    """A realserver that answers services, and that is not described."""
    named: list[_Named] = [
        (realserver, ("services", name, "realservers", realserver))
        for name, service in cluster.services.items()
        for realserver in service.realservers
    ]
    yield from _directors_that_answer(cluster, named)
    if cluster.realservers.keys().isdisjoint((*cluster.directors, *cluster.vips)):  # else one has another's name
        others = [one for one in named if one[0] not in cluster.directors]
        yield from _unknown(NO_REALSERVER, "realserver", others, cluster.realservers)


def _directors_that_answer(cluster: Cluster, named: Iterable[_Named]) -> Iterator[Problem]:
    """A director among the realservers of a service."""
    for name, path in named:
        if name in cluster.directors and name not in cluster.realservers:
            what = f"a director that answers connections itself, {phrasing.quote(name)},"
            yield notyet.problem(what, (path,), "name realservers")


def _unknown(code: Code, kind: str, named: Iterable[_Named], known: Collection[str]) -> Iterator[Problem]:
    """One finding for a name, however often it is written: as often as not it is the other end that is misspelt."""
    wrong: dict[str, list[Path]] = {}
    for name, path in named:
        if name not in known:
            wrong.setdefault(name, []).append(path)
    for name, paths in wrong.items():
        yield _nobody(code, kind, name, paths, known)


def _nobody(code: Code, kind: str, name: str, paths: list[Path], known: Collection[str]) -> Problem:
    group = f"{kind.lower()}s"
    hint = phrasing.did_you_mean(name, known) or f"add it under {group}, or use one that is there: {_some(known)}"
    often = f"; {len(paths)} {_WHO[kind]} name it" if len(paths) > 1 else ""
    message = f"no {kind} named {phrasing.quote(name)}{often}"
    touches: tuple[Path, ...] = ((group, name), (group, INCOMPLETE))
    return Problem(code, message, (paths[0],), hint, on_key=paths[0][-1] == name, touches=touches)


def _some(known: Iterable[str]) -> str:
    names = list(known)
    return phrasing.listing(names) if len(names) <= 5 else f"{', '.join(names[:5])}, ..."
