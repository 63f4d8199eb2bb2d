"""Behind REDIRECT: what comes for one VIP and for another arrives at the realserver's own address."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen import phrasing
from lvsgen.checks.check import check
from lvsgen.description import ports
from lvsgen.description.model import Cluster
from lvsgen.findings.code import Code, Severity
from lvsgen.findings.finding import Path, Problem

ALIKE = Code(
    "LVS503",
    "Two VIPs that a realserver cannot tell apart",
    "The realserver's REDIRECT rule rewrites the destination of every packet to the realserver's own address. What "
    "came for one VIP and what came for another arrive at one address and port, so one daemon gets both, "
    "whatever address it was told to listen on.",
    "Give one of the services another port, or other realservers. Where one daemon is meant to answer for both, by "
    "the name that clients ask for, suppress it and say so.",
    Severity.WARNING,
)


@check(ALIKE)
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
    return Problem(ALIKE, message, at, hint, on_key=True, mutual=True)


def _some(names: list[str], most: int = 3) -> str:
    more = len(names) - most
    return f"{', '.join(names[:most])} and {more} more" if more > 0 else phrasing.listing(names, "and")
