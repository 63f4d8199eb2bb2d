"""Addresses: that each can be one, and stands on the network it is meant for."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from lvsgen.checks import walk
from lvsgen.description.model import Cluster
from lvsgen.findings.finding import INCOMPLETE, Path, Problem

SPECIAL = (
    (IPv4Network("0.0.0.0/8"), 'stands for "this host", not for one'),
    (IPv4Network("127.0.0.0/8"), "is a loopback address, which every host has for itself"),
    (IPv4Network("169.254.0.0/16"), "is a link-local address, which hosts give themselves"),
    (IPv4Network("224.0.0.0/4"), "is a multicast address, which no one host has"),
    (IPv4Network("255.255.255.255/32"), "is the broadcast address of every network"),
    (IPv4Network("240.0.0.0/4"), "is reserved, and hosts refuse it"),
)


def addresses_that_cannot_be(cluster: Cluster) -> Iterator[Problem]:
    """A loopback, multicast or other special address; one outside its network, or at either end of it."""
    for path, address, network in _located(cluster):
        special = next((why for block, why in SPECIAL if address in block), "")
        if special:
            yield Problem("LVS403", f"{address} {special}", (path,), "write an address of the network")
        elif network in cluster.networks:
            yield from _within(address, path, network, cluster.networks[network].subnet)


def _located(cluster: Cluster) -> Iterator[tuple[Path, IPv4Address, str]]:
    for name, network in cluster.networks.items():
        if network.gateway:
            yield ("networks", name, "gateway"), network.gateway, name
    for path, interface in walk.interfaces(cluster):
        yield (*path, "address"), interface.address, interface.network
    for name, vip in cluster.vips.items():
        held = walk.holding(cluster, vip.address)
        yield ("vips", name, "address"), vip.address, held[0] if held else ""


def _within(address: IPv4Address, path: Path, name: str, subnet: IPv4Network) -> Iterator[Problem]:
    at: tuple[Path, ...] = (path, ("networks", name, "subnet"))
    touches = ((*path[:-1], "network"),) if "interfaces" in path else ()
    hint = f"use one of {subnet[1]} to {subnet[-2]}"
    if address not in subnet:
        message = f"{address} is not in network '{name}', {subnet}"
        yield Problem("LVS401", message, at, hint, touches=touches)
    elif address in (subnet.network_address, subnet.broadcast_address):
        which = "broadcast address" if address == subnet.broadcast_address else "network's own address"
        yield Problem("LVS402", f"{address} is the {which} of '{name}', {subnet}", at, hint, touches=touches)


def vips_without_a_network(cluster: Cluster) -> Iterator[Problem]:
    """A VIP that no interface of a director stands on the network of."""
    for name, vip in cluster.vips.items():
        if any(vip.address in block for block, _ in SPECIAL):
            continue
        at: Path = ("vips", name, "address")
        held = walk.holding(cluster, vip.address)
        if held is None:
            yield _nowhere(cluster, at, vip.address)
        else:
            yield from _no_interface(cluster, at, vip.address, held[0])


def _nowhere(cluster: Cluster, at: Path, address: IPv4Address) -> Problem:
    subnets = tuple(("networks", name, "subnet") for name in (*cluster.networks, INCOMPLETE))
    known = ", ".join(str(network.subnet) for network in list(cluster.networks.values())[:5])
    hint = f"use an address of a network that the director stands on: {known}"
    message = f"no network holds {address}, so no interface of the director can answer for it"
    return Problem("LVS407", message, (at,), hint, touches=subnets)


def _no_interface(cluster: Cluster, at: Path, address: IPv4Address, network: str) -> Iterator[Problem]:
    for name, director in cluster.directors.items():
        there = {interface.network for interface in director.interfaces.values()}
        if network not in there and not walk.unknown_networks(cluster, director):
            where: Path = ("directors", name, "interfaces")
            message = f"director '{name}' has no interface on '{network}', the network of {address}"
            touches = tuple((*where, interface, "network") for interface in director.interfaces)
            subnet: Path = ("networks", network, "subnet")
            hint = f"give it one, or use an address of {', '.join(sorted(there))}"
            yield Problem("LVS407", message, (at, where), hint, touches=(*touches, subnet, (*where, INCOMPLETE)))
