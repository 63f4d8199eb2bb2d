"""What only one host may have."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen.checks import walk
from lvsgen.checks.check import check
from lvsgen.checks.walk import OwnedAddress
from lvsgen.description.model import Cluster
from lvsgen.findings.code import Code
from lvsgen.findings.finding import Path, Problem
from lvsgen.state.ip import Address

ADDRESS_TWICE = Code(
    "LVS404",
    "An address stands twice",
    "Two hosts that answer for one address make it work by chance.",
    "Give each its own.",
)
LOCKOUT = Code(
    "LVS405",
    "A VIP is the director's own address",
    "Connections to a balanced port of the address go to the realservers, those of administrators too: with ssh "
    "balanced, nobody can log in to the director any more.",
    "Give the VIP an address of its own.",
)


@check(ADDRESS_TWICE, LOCKOUT)
def addresses_twice(cluster: Cluster) -> Iterator[Problem]:
    """One address for two; worst of all a VIP that is the director's own."""
    first: dict[Address, OwnedAddress] = {}
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
    return Problem(LOCKOUT, message, (vip.path, director.path), hint)


def _twice(owned: OwnedAddress, other: OwnedAddress) -> Problem:
    message = f"{owned.address} is the address of {other.owner} and of {owned.owner}"
    return Problem(ADDRESS_TWICE, message, (owned.path, other.path), "give each an address of its own", mutual=True)


MAC_TWICE = Code(
    "LVS408",
    "A MAC address stands twice",
    "Each network card has its own; a copied line would bind a host's address to another host's card.",
    "Copy it from `ip link` on the host.",
)


@check(MAC_TWICE)
def macs_twice(cluster: Cluster) -> Iterator[Problem]:
    """One hardware address for two interfaces."""
    first: dict[str, Path] = {}
    for path, interface in walk.interfaces(cluster):
        mac = (interface.mac or "").lower()
        other = first.setdefault(mac, path) if mac else path
        if other != path:
            message = f"{interface.mac} is the MAC address of two interfaces"
            at: tuple[Path, ...] = ((*path, "mac"), (*other, "mac"))
            yield Problem(MAC_TWICE, message, at, "copy each from `ip link` on its host", mutual=True)
