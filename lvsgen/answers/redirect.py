"""REDIRECT: a rule turns what comes for a VIP to the realserver's own address, where its daemons listen anyway."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvsgen import phrasing
from lvsgen.checks.check import check
from lvsgen.description import ports
from lvsgen.description.model import Cluster
from lvsgen.findings.code import Code, Severity
from lvsgen.findings.finding import Path, Problem
from lvsgen.platforms.platform import Firewall, Platform
from lvsgen.state.hoststate import HostState
from lvsgen.state.ip import Address
from lvsgen.state.netfilter import Chain, NftTable

ABOUT = "The realserver takes it by a REDIRECT rule and answers the client itself, from the VIP."


def state(cluster: str, platform: Platform, vips: Sequence[Address]) -> HostState:
    """Give the rules, by whichever firewall tool the platform has."""
    name = f"lvsgen-{cluster}"
    if platform.firewall is Firewall.NFT:
        return HostState(tables=(NftTable("ip", name, _nft_body(vips)),))
    return HostState(chains=(Chain("nat", name, "PREROUTING", tuple(f"-d {vip}/32 -j REDIRECT" for vip in vips)),))


def _nft_body(vips: Sequence[Address]) -> tuple[str, ...]:
    """One set and one rule, however many VIPs; in the lines and the order in which `nft list table` prints them."""
    elements = ", ".join(str(vip) for vip in vips)
    return (
        "set vips {",
        "type ipv4_addr",
        f"elements = {{ {elements} }}",
        "}",
        "chain prerouting {",
        "type nat hook prerouting priority dstnat; policy accept;",
        "ip daddr @vips redirect",
        "}",
    )


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
