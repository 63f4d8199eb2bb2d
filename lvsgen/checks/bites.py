"""What works and will bite: said of a cluster that has no error."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen import phrasing
from lvsgen.checks import walk
from lvsgen.checks.services import HASHING
from lvsgen.description import devices, ports
from lvsgen.description.model import Cluster
from lvsgen.findings.finding import Path, Problem

BY_DESTINATION = ("dh", "lblc", "lblcr")
PLACES_OF_SH = 256


def interfaces_without_a_file(cluster: Cluster) -> Iterator[Problem]:
    """An interface that is no plain card, and of which nobody has said that its file is written elsewhere."""
    for path, host in walk.hosts(cluster):
        unsaid = () if host.network_files else host.interfaces.items()
        for name, interface in unsaid:
            kind = devices.made(name)
            if kind and not interface.network_files:
                message = (
                    f"no network file is written for {name} of {phrasing.quote(path[-1])}: by its name it is {kind}"
                )
                at: Path = (*path, "interfaces", name)
                hint = "configure it on the host, and write network_files: none here, or at the host for all of them"
                yield Problem("LVS506", message, (at,), hint, on_key=True)


def vips_without_a_service(cluster: Cluster) -> Iterator[Problem]:
    """A VIP that the director holds and balances nothing of."""
    used = {service.vip for service in cluster.services.values()}
    for name in cluster.vips:
        if name not in used:
            message = f"no service is on the VIP {phrasing.quote(name)}: the director's own daemons answer there"
            hint = f"add a service with vip: {name}, or remove the VIP until there is one"
            yield Problem("LVS501", message, (("vips", name),), hint, on_key=True)


def services_without_weight(cluster: Cluster) -> Iterator[Problem]:
    """A service that gives every one of its realservers weight 0."""
    for name, service in cluster.services.items():
        if not any(entry.weight for entry in service.realservers.values()):
            message = f"no realserver of {phrasing.quote(name)} has a weight above 0: every client is refused"
            at: Path = ("services", name, "realservers")
            first = next(iter(service.realservers))
            hint = f"give one a weight, like {first}: {{weight: 1}}, or remove the service"
            yield Problem("LVS502", message, (at,), hint, on_key=True)


def vips_that_look_alike(cluster: Cluster) -> Iterator[Problem]:
    """Two VIPs with one port on one realserver: behind its REDIRECT both are the realserver's own address."""
    first: dict[tuple[str, str, int], str] = {}
    for name, service in cluster.services.items():
        port = ports.number(service.port, service.protocol)
        shared: dict[str, list[str]] = {}
        for realserver in service.realservers:
            other = first.setdefault((realserver, service.protocol, port), name)
            if other != name:
                shared.setdefault(other, []).append(realserver)
        for other, realservers in shared.items():
            vips = f"the VIPs {phrasing.quote(cluster.services[other].vip)} and {phrasing.quote(service.vip)}"
            yield _alike((name, other), f"{vips} at {service.protocol} port {port}", realservers)


def _alike(services: tuple[str, str], what: str, realservers: list[str]) -> Problem:
    message = f"{_some(realservers)} cannot tell {what} apart: behind REDIRECT both are the realserver's own address"
    at: tuple[Path, ...] = tuple(("services", name) for name in services)
    hint = "give one of the services another port or other realservers, or suppress it if one daemon is to answer both"
    return Problem("LVS503", message, at, hint, on_key=True, mutual=True)


def _some(names: list[str], most: int = 3) -> str:
    more = len(names) - most
    return f"{', '.join(names[:most])} and {more} more" if more > 0 else phrasing.listing(names, "and")


def one_vip_one_realserver(cluster: Cluster) -> Iterator[Problem]:
    """A scheduler that picks by the address that clients connect to, over several realservers."""
    for name, service in cluster.services.items():
        if service.scheduler in BY_DESTINATION and len(service.realservers) > 1:
            message = (
                f"{service.scheduler} picks by the address that clients connect to, and {phrasing.quote(name)} has "
                f"one: one of its {len(service.realservers)} realservers gets every client"
            )
            hint = "write sh or mh to keep a client with a realserver, wlc to share connections evenly"
            yield Problem("LVS504", message, (("services", name, "scheduler"),), hint)


def hashes_without_fallback(cluster: Cluster) -> Iterator[Problem]:
    """A scheduler that hashes, on a director that does not know its fallback, of which nobody has said so."""
    for name, service in cluster.services.items():
        at: Path = ("services", name, "scheduler")
        for host, director in cluster.directors.items():
            unknown = service.scheduler in HASHING and service.scheduler not in director.target.fallbacks
            if unknown and service.fallback is None:
                message = (
                    f"the director '{host}' ({director.platform}) does not know the fallback of '{service.scheduler}': "
                    "while a realserver is drained, the clients that the hash sends to it are refused"
                )
                hint = "write fallback: false if that will do, or use wlc"
                yield Problem("LVS508", message, (at, ("directors", host, "platform")), hint)


def weights_that_starve(cluster: Cluster) -> Iterator[Problem]:
    """Weights of sh that are more in sum than it has places, where it looks at weights at all."""
    if not all(director.target.sh_weighs for director in cluster.directors.values()):
        return
    for name, service in cluster.services.items():
        weights = {server: entry.weight for server, entry in service.realservers.items()}
        total = sum(weights.values())
        if service.scheduler == "sh" and total > PLACES_OF_SH and len(weights) > 1:
            message = (
                f"sh has {PLACES_OF_SH} places, and the weights of {phrasing.quote(name)} are {total} in sum: the "
                "realservers that come last get fewer clients than their share, or none"
            )
            yield Problem("LVS505", message, (("services", name, "realservers"),), _fewer(weights, total), on_key=True)


def _fewer(weights: dict[str, int], total: int, most: int = 3) -> str:
    counting = sum(1 for weight in weights.values() if weight)
    if counting > PLACES_OF_SH:
        return f"use mh, or at most {PLACES_OF_SH} realservers"
    room = PLACES_OF_SH - counting
    shown = [f"{server}: {{weight: {1 + w * room // total if w else 0}}}" for server, w in weights.items()]
    return f"write the same proportion smaller, like {{{', '.join([*shown[:most], *(['...'] * (len(shown) > most))])}}}"
