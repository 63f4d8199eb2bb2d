"""What only one host may have."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from lvsgen.checks import walk
from lvsgen.checks.walk import Place
from lvsgen.description.model import Cluster
from lvsgen.findings.finding import Path, Problem


def addresses_twice(cluster: Cluster) -> Iterator[Problem]:
    """One address for two; worst of all a VIP that is the director's own."""
    first: dict[IPv4Address, Place] = {}
    for place in walk.places(cluster):
        other = first.setdefault(place.address, place)
        if other is not place:
            yield _lockout(place, other) if (other.kind, place.kind) == ("director", "VIP") else _twice(place, other)


def _lockout(vip: Place, director: Place) -> Problem:
    message = (
        f"{vip.owner} is the own address of {director.owner}: who connects to a balanced port there to administer it "
        "ends up on a realserver"
    )
    hint = "give the VIP an address of its own, or nobody can log in to the director once ssh is balanced"
    return Problem("LVS405", message, (vip.path, director.path), hint)


def _twice(place: Place, other: Place) -> Problem:
    message = f"{place.address} is the address of {other.owner} and of {place.owner}"
    return Problem("LVS404", message, (place.path, other.path), "give each an address of its own", mutual=True)


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
