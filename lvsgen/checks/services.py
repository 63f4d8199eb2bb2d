"""Services: their ports, their schedulers, and that no two are the same."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen import phrasing
from lvsgen.description import ports
from lvsgen.description.model import Cluster, VirtualService
from lvsgen.findings.finding import Path, Problem

HASHING = ("sh", "mh")


def unknown_ports(cluster: Cluster) -> Iterator[Problem]:
    """A port name that the services database does not have, or has for the other protocol only."""
    for name, service in cluster.services.items():
        path: Path = ("services", name, "port")
        known = ports.by_name().get(service.port) if isinstance(service.port, str) else None
        if isinstance(service.port, str) and known is None:
            hint = phrasing.did_you_mean(service.port, ports.by_name()) or "write its number"
            yield Problem("LVS304", f"no service named {phrasing.quote(service.port)} is known", (path,), hint)
        elif known is not None and service.protocol not in known:
            yield _other_protocol(service, name, known)


def _other_protocol(service: VirtualService, name: str, known: dict[str, int]) -> Problem:
    (other, number), *_ = known.items()
    at: tuple[Path, ...] = (("services", name, "port"), ("services", name, "protocol"))
    hint = f"write protocol: {other}, or port: {number} if {service.protocol} is meant"
    return Problem("LVS305", f"{phrasing.quote(service.port)} is known for {other}, not {service.protocol}", at, hint)


def services_that_collide(cluster: Cluster) -> Iterator[Problem]:
    """Two services with the same VIP, protocol and port."""
    first: dict[tuple[str, str, int], str] = {}
    for name, service in cluster.services.items():
        number = _number(service)
        before = first.setdefault((service.vip, service.protocol, number), name) if number else name
        if before != name:
            what = f"{service.vip} {service.protocol} port {number}"
            message = f"the services {phrasing.quote(before)} and {phrasing.quote(name)} are both {what}"
            at: tuple[Path, ...] = (("services", name), ("services", before))
            touches = tuple((*path, key) for path in at for key in ("vip", "protocol", "port"))
            hint = "put their realservers into one service, or change the port of one"
            yield Problem("LVS308", message, at, hint, on_key=True, touches=touches, mutual=True)


def _number(service: VirtualService) -> int:
    try:
        return ports.number(service.port, service.protocol)
    except KeyError:
        return 0


def schedulers_the_director_lacks(cluster: Cluster) -> Iterator[Problem]:
    """A scheduler that is younger than the director's kernel."""
    for host, director in cluster.directors.items():
        known = director.target.schedulers
        for name, service in cluster.services.items():
            if service.scheduler not in known:
                at: tuple[Path, ...] = (("services", name, "scheduler"), ("directors", host, "platform"))
                message = (
                    f"the director '{host}' ({director.platform}) has no scheduler {phrasing.quote(service.scheduler)}"
                )
                yield Problem("LVS306", message, at, f"it has {phrasing.listing(known)}")


def fallbacks_that_cannot_be(cluster: Cluster) -> Iterator[Problem]:
    """A fallback for a scheduler that does not hash, or wished for from a director that does not know it."""
    for name, service in cluster.services.items():
        at: Path = ("services", name, "fallback")
        scheduler: Path = ("services", name, "scheduler")
        if service.fallback is not None and service.scheduler not in HASHING:
            message = f"{phrasing.quote(service.scheduler)} has no fallback"
            hint = f"leave the key out: only {phrasing.listing(HASHING)} send a client to one realserver by its address"
            yield Problem("LVS311", message, (at, scheduler), hint)
        elif service.fallback:
            yield from _without_fallback(cluster, at, service.scheduler)


def _without_fallback(cluster: Cluster, at: Path, scheduler: str) -> Iterator[Problem]:
    for name, director in cluster.directors.items():
        if scheduler in set(director.target.schedulers) - set(director.target.fallbacks):
            where: Path = ("directors", name, "platform")
            message = f"the director '{name}' ({director.platform}) does not know the fallback of '{scheduler}'"
            hint = "write fallback: false; clients of a realserver that is drained are refused there"
            yield Problem("LVS312", message, (at, where), hint)
