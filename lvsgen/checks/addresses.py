"""Addresses: that each can be one, and stands on the network it is meant for."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from lvsgen.checks import walk
from lvsgen.checks.check import check
from lvsgen.description.model import Cluster
from lvsgen.findings.code import Code
from lvsgen.findings.finding import Path, Problem

KINDS = (
    (IPv4Network("0.0.0.0/8"), 'stands for "this host", not for one'),
    (IPv4Network("127.0.0.0/8"), "is a loopback address, which every host has for itself"),
    (IPv4Network("169.254.0.0/16"), "is a link-local address, which hosts give themselves"),
    (IPv4Network("224.0.0.0/4"), "is a multicast address, which no one host has"),
    (IPv4Network("255.255.255.255/32"), "is the broadcast address of every network"),
    (IPv4Network("240.0.0.0/4"), "is reserved, and hosts refuse it"),
)


OUTSIDE = Code(
    "LVS401",
    "An address outside its network",
    "The host could not be reached, nor reach its gateway.",
    "Correct the address, or the network that it names.",
)
AT_ITS_ENDS = Code(
    "LVS402",
    "The network's own or its broadcast address",
    "The first and the last address of a network belong to no host.",
    "Use an address between them.",
)
SPECIAL = Code(
    "LVS403",
    "Not an address for a host",
    "Loopback, multicast, link-local, reserved and unspecified addresses cannot be used by hosts on a network.",
    "Use an address of the network.",
)


@check(OUTSIDE, AT_ITS_ENDS, SPECIAL)
def addresses_that_cannot_be(cluster: Cluster) -> Iterator[Problem]:
    """A loopback, multicast or other special address; one outside its network, or at either end of it."""
    for path, address, network in _located(cluster):
        special = why_special(address)
        if special:
            yield Problem(SPECIAL, f"{address} {special}", (path,), "write an address of the network")
        elif network in cluster.networks:
            yield from _within(address, path, network, cluster.networks[network].subnet)


def why_special(address: IPv4Address) -> str:
    """Say why no host can have an address; "" where one can."""
    return next((why for block, why in KINDS if address in block), "")


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
        yield Problem(OUTSIDE, message, at, hint, touches=touches)
    elif address in (subnet.network_address, subnet.broadcast_address):
        which = "broadcast address" if address == subnet.broadcast_address else "network's own address"
        yield Problem(AT_ITS_ENDS, f"{address} is the {which} of '{name}', {subnet}", at, hint, touches=touches)
