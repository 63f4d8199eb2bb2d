"""What only one host may have."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from lvsgen.checks import walk
from lvsgen.checks.walk import OwnedAddress
from lvsgen.description.model import Cluster
from lvsgen.findings.finding import Path, Problem


def addresses_twice(cluster: Cluster) -> Iterator[Problem]:
    """One address for two; worst of all a VIP that is the director's own."""
    first: dict[IPv4Address, OwnedAddress] = {}
    for owned in walk.owned_addresses(cluster):
        other = first.setdefault(owned.address, owned)
        if other is not owned:
            yield _lockout(owned, other) if (other.kind, owned.kind) == ("director", "VIP") else _twice(owned, other)


def _lockout(vip: OwnedAddress, director: OwnedAddress) -> Problem:
    message = (
        f"{vip.owner} is the own address of {director.owner}: who connects to a balanced port there to administer it "
        "ends up on a realserver"
    )
    hint = "give the VIP an address of its own, or nobody can log in to the director once ssh is balanced"
    return Problem("LVS405", message, (vip.path, director.path), hint)


def _twice(owned: OwnedAddress, other: OwnedAddress) -> Problem:
    message = f"{owned.address} is the address of {other.owner} and of {owned.owner}"
    return Problem("LVS404", message, (owned.path, other.path), "give each an address of its own", mutual=True)


def macs_twice(cluster: Cluster) -> Iterator[Problem]:
    """One hardware address for two interfaces."""
    first: dict[str, Path] = {}
    for path, interface in walk.interfaces(cluster):
        mac = (interface.mac or "").lower()
        other = first.setdefault(mac, path) if mac else path
        if other != path:
            message = f"{interface.mac} is the MAC address of two interfaces"
            at: tuple[Path, ...] = ((*path, "mac"), (*other, "mac"))
            yield Problem("LVS408", message, at, "copy each from `ip link` on its host", mutual=True)
