"""Names that something refers to, and that are not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lvsgen import words
from lvsgen.checks import walk
from lvsgen.description.model import Cluster
from lvsgen.findings import Path, Problem

_CODES = {"VIP": "LVS301", "realserver": "LVS302", "network": "LVS303"}


def unknown_networks(cluster: Cluster) -> Iterator[Problem]:
    """An interface on a network that is not described."""
    for path, interface in walk.interfaces(cluster):
        if interface.network not in cluster.networks:
            yield _unknown("network", interface.network, cluster.networks, (*path, "network"))


def unknown_vips(cluster: Cluster) -> Iterator[Problem]:
    """A service on a VIP that is not described."""
    for name, service in cluster.services.items():
        if service.vip not in cluster.vips:
            yield _unknown("VIP", service.vip, cluster.vips, ("services", name, "vip"))


def unknown_realservers(cluster: Cluster) -> Iterator[Problem]:
    """A service answered by a realserver that is not described."""
    for name, service in cluster.services.items():
        for realserver in service.realservers:
            if realserver not in cluster.realservers:
                path = ("services", name, "realservers", realserver)
                yield _unknown("realserver", realserver, cluster.realservers, path)


def _unknown(kind: str, name: str, known: Iterable[str], path: Path) -> Problem:
    group = f"{kind.lower()}s"
    hint = words.did_you_mean(name, known) or f"add it under {group}, or use one that is there: {_some(known)}"
    message = f"no {kind} named {words.quote(name)}"
    return Problem(_CODES[kind], message, (path,), hint, on_key=path[-1] == name, touches=((group, name),))


def _some(known: Iterable[str]) -> str:
    names = list(known)
    return words.listing(names) if len(names) <= 5 else f"{', '.join(names[:5])}, ..."
