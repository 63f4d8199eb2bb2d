"""VIPs: that the director can hold each, and that somebody answers on it."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen import phrasing
from lvsgen.checks import addresses, walk
from lvsgen.checks.check import check
from lvsgen.description.model import Cluster
from lvsgen.findings.code import Code, Severity
from lvsgen.findings.finding import INCOMPLETE, Path, Problem
from lvsgen.state.ip import Address

NO_NETWORK = Code(
    "LVS407",
    "A VIP that the director has no network for",
    "The director answers for the VIP on an interface; it needs one on the network that holds the address.",
    "Correct the address, or give the director an interface on that network.",
)


@check(NO_NETWORK)
def vips_without_a_network(cluster: Cluster) -> Iterator[Problem]:
    """A VIP that no interface of a director stands on the network of."""
    for name, vip in cluster.vips.items():
        if addresses.why_special(vip.address):
            continue
        at: Path = ("vips", name, "address")
        held = walk.holding(cluster, vip.address)
        if held is None:
            yield _nowhere(cluster, at, vip.address)
        else:
            yield from _no_interface(cluster, at, vip.address, held[0])


def _nowhere(cluster: Cluster, at: Path, address: Address) -> Problem:
    subnets = tuple(("networks", name, "subnet") for name in (*cluster.networks, INCOMPLETE))
    known = ", ".join(str(network.subnet) for network in list(cluster.networks.values())[:5])
    hint = f"use an address of a network that the director stands on: {known}"
    message = f"no network holds {address}, so no interface of the director can answer for it"
    return Problem(NO_NETWORK, message, (at,), hint, touches=subnets)


def _no_interface(cluster: Cluster, at: Path, address: Address, network: str) -> Iterator[Problem]:
    for name, director in cluster.directors.items():
        there = {interface.network for interface in director.interfaces.values()}
        if network not in there and not walk.unknown_networks(cluster, director):
            where: Path = ("directors", name, "interfaces")
            message = f"director '{name}' has no interface on '{network}', the network of {address}"
            touches = tuple((*where, interface, "network") for interface in director.interfaces)
            subnet: Path = ("networks", network, "subnet")
            hint = f"give it one, or use an address of {', '.join(sorted(there))}"
            yield Problem(NO_NETWORK, message, (at, where), hint, touches=(*touches, subnet, (*where, INCOMPLETE)))


IDLE = Code(
    "LVS501",
    "A VIP without a service",
    "The director holds the address and balances nothing of it: who connects to the VIP is answered by the "
    "director's own daemons, its ssh among them.",
    "Add a service on it, or remove the VIP until there is one.",
    Severity.WARNING,
)


@check(IDLE)
def vips_without_a_service(cluster: Cluster) -> Iterator[Problem]:
    """A VIP that the director holds and balances nothing of."""
    used = {service.vip for service in cluster.services.values()}
    for name in cluster.vips:
        if name not in used:
            message = f"no service is on the VIP {phrasing.quote(name)}: the director's own daemons answer there"
            hint = f"add a service with vip: {name}, or remove the VIP until there is one"
            yield Problem(IDLE, message, (("vips", name),), hint, on_key=True)
