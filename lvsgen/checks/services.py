"""Services: their ports, and that no two are the same."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen import phrasing
from lvsgen.checks.check import check
from lvsgen.description import ports
from lvsgen.description.model import Cluster, VirtualService
from lvsgen.findings.code import Code
from lvsgen.findings.finding import Path, Problem

NO_PORT = Code(
    "LVS304",
    "No service of that name",
    "Port names are looked up in the database that comes with lvsgen, so that every machine builds the same files.",
    "Correct the name, or write the port's number.",
)
OTHER_PROTOCOL = Code(
    "LVS305",
    "A service name of another protocol",
    "The name is known, but for the other transport protocol; most likely the protocol is wrong.",
    "Correct the protocol, or write the port's number.",
)


@check(NO_PORT, OTHER_PROTOCOL)
def unknown_ports(cluster: Cluster) -> Iterator[Problem]:
    """A port name that the services database does not have, or has for the other protocol only."""
    for name, service in cluster.services.items():
        path: Path = ("services", name, "port")
        known = ports.by_name().get(service.port) if isinstance(service.port, str) else None
        if isinstance(service.port, str) and known is None:
            hint = phrasing.did_you_mean(service.port, ports.by_name()) or "write its number"
            yield Problem(NO_PORT, f"no service named {phrasing.quote(service.port)} is known", (path,), hint)
        elif known is not None and service.protocol not in known:
            yield _other_protocol(service, name, known)


def _other_protocol(service: VirtualService, name: str, known: dict[str, int]) -> Problem:
    (other, number), *_ = known.items()
    at: tuple[Path, ...] = (("services", name, "port"), ("services", name, "protocol"))
    hint = f"write protocol: {other}, or port: {number} if {service.protocol} is meant"
    message = f"{phrasing.quote(service.port)} is known for {other}, not {service.protocol}"
    return Problem(OTHER_PROTOCOL, message, at, hint)


SERVICE_TWICE = Code(
    "LVS308",
    "Two services on the same VIP, protocol and port",
    "IPVS knows a service by these three; the second would replace or break the first.",
    "Merge their realservers, or change the port of one.",
)


@check(SERVICE_TWICE)
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
            yield Problem(SERVICE_TWICE, message, at, hint, on_key=True, touches=touches, mutual=True)


def _number(service: VirtualService) -> int:
    try:
        return ports.number(service.port, service.protocol)
    except KeyError:
        return 0
