"""A realserver: how it takes the VIPs whose traffic reaches it."""

from __future__ import annotations

from ipaddress import IPv4Address

from lvsgen.description.model import Cluster, RealServer
from lvsgen.lower.lowered import Lowered
from lvsgen.platforms.platform import Firewall, Role
from lvsgen.state.hoststate import Chain, HostState, NftTable


def lower(cluster: Cluster, server: RealServer, vips: tuple[IPv4Address, ...]) -> Lowered:
    """Give what a realserver is to hold for these VIPs."""
    return Lowered(Role.REALSERVER, _state(cluster, server, vips), vips)


def vips_by_realserver(cluster: Cluster) -> dict[str, tuple[IPv4Address, ...]]:
    """List for each realserver the VIPs whose traffic reaches it, sorted."""
    names: dict[str, set[str]] = {name: set() for name in cluster.realservers}
    for service in cluster.services.values():
        for name in service.realservers:
            names[name].add(service.vip)
    return {name: tuple(sorted(cluster.vips[vip].address for vip in vips)) for name, vips in names.items()}


def redirect_name(cluster: Cluster) -> str:
    """Name the iptables chain or nftables table that holds a cluster's rules on a realserver."""
    return f"lvsgen-{cluster.cluster}"


def _state(cluster: Cluster, server: RealServer, vips: tuple[IPv4Address, ...]) -> HostState:
    if not vips:
        return HostState()
    if server.target.firewall is Firewall.NFT:
        return HostState(tables=(NftTable("ip", redirect_name(cluster), _nft_body(vips)),))
    rules = tuple(f"-d {vip}/32 -j REDIRECT" for vip in vips)
    return HostState(chains=(Chain("nat", redirect_name(cluster), "PREROUTING", rules),))


def _nft_body(vips: tuple[IPv4Address, ...]) -> tuple[str, ...]:
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
