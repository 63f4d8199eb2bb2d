"""Cluster -> {host: HostState}: what each host's kernel is to hold."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address

from lvsgen.description import ports
from lvsgen.description.model import Cluster, Director, RealServer, VirtualService
from lvsgen.platforms import Firewall
from lvsgen.state.hoststate import (
    Chain,
    Destination,
    HostRoute,
    HostState,
    NftTable,
    Service,
    ServiceKey,
    Sysctl,
    Timeout,
    TimeoutName,
    VipAddress,
    ordered,
)

LABEL_LENGTH = 15
"""The kernel's limit for an address label, IFNAMSIZ less its NUL."""


def lower(cluster: Cluster) -> dict[str, HostState]:
    """Return the state of every host, directors first, in the order of the description."""
    directors = {name: _director(cluster, director) for name, director in cluster.directors.items()}
    vips = vips_by_realserver(cluster)
    realservers = {name: _realserver(cluster, server, vips[name]) for name, server in cluster.realservers.items()}
    return directors | realservers


def known_addresses(cluster: Cluster, state: HostState) -> dict[str, tuple[IPv4Address, ...]]:
    """Give each realserver's addresses among the destinations of a director's state, by name, in order."""
    used = {destination.address for service in state.services for destination in service.destinations}
    servers = sorted(cluster.realservers.items())
    found = {name: {interface.address for interface in server.interfaces.values()} & used for name, server in servers}
    return {name: tuple(sorted(addresses)) for name, addresses in found.items() if addresses}


def redirect_name(cluster: Cluster) -> str:
    """Name the iptables chain or nftables table that holds a cluster's rules on a realserver."""
    return f"lvsgen-{cluster.cluster}"


def vip_device(cluster: Cluster, director: Director, vip: IPv4Address) -> str:
    """Name the director's interface whose network holds the VIP; a check has seen that there is one."""
    return next(
        name for name, interface in director.interfaces.items() if vip in cluster.networks[interface.network].subnet
    )


def vips_by_realserver(cluster: Cluster) -> dict[str, tuple[IPv4Address, ...]]:
    """List for each realserver the VIPs whose traffic reaches it, sorted."""
    names: dict[str, set[str]] = {name: set() for name in cluster.realservers}
    for service in cluster.services.values():
        for name in service.realservers:
            names[name].add(service.vip)
    return {name: tuple(sorted(cluster.vips[vip].address for vip in vips)) for name, vips in names.items()}


def _director(cluster: Cluster, director: Director) -> HostState:
    addresses = _vip_addresses(cluster, director)
    return HostState(
        sysctls=_director_sysctls(director),
        addresses=addresses,
        routes=tuple(HostRoute(vip.address, vip.device, source=vip.address) for vip in addresses),
        services=ordered(_service(cluster, director, service) for service in cluster.services.values()),
        timeouts=_timeouts(cluster),
    )


def _director_sysctls(director: Director) -> tuple[Sysctl, ...]:
    """Direct routing forwards nothing itself and is nobody's gateway, so redirects stay on."""
    devices = ("all", "default", *director.interfaces)
    redirects = (Sysctl(f"net/ipv4/conf/{device}/send_redirects", "1") for device in devices)
    return ordered((Sysctl("net/ipv4/ip_forward", "0"), *redirects))


def _vip_addresses(cluster: Cluster, director: Director) -> tuple[VipAddress, ...]:
    """Labels count up per interface, as ifconfig's aliases do."""
    counts: dict[str, int] = {}
    found = []
    for vip in cluster.vips.values():
        device = vip_device(cluster, director, vip.address)
        counts[device] = counts.get(device, 0) + 1
        label = f"{device}:{counts[device]}"
        fits = len(label) <= LABEL_LENGTH
        found.append(VipAddress(vip.address, device, label=label if fits else "", broadcast=vip.address))
    return ordered(found)


def _service(cluster: Cluster, director: Director, service: VirtualService) -> Service:
    port, vip = ports.number(service.port, service.protocol), cluster.vips[service.vip].address
    networks = _from_the_vip(cluster, director, vip)
    destinations = (
        Destination(_rip(cluster.realservers[name], networks), port, service.forward, destination.weight)
        for name, destination in service.realservers.items()
    )
    key = ServiceKey(service.protocol, vip, port)
    return Service(key, service.scheduler, ordered(destinations), _flags(director, service))


def _from_the_vip(cluster: Cluster, director: Director, vip: IPv4Address) -> dict[str, bool]:
    """Give the director's networks, and whether each is the one that holds the VIP."""
    names = (interface.network for interface in director.interfaces.values())
    return {name: vip in cluster.networks[name].subnet for name in names}


def _rip(server: RealServer, networks: Mapping[str, bool]) -> IPv4Address:
    """The realserver's address on the VIP's network, else on the first one that it shares with the director.

    A packet for the VIP that comes in on another network gets no answer where rp_filter is 1.
    """
    shared = [interface for interface in server.interfaces.values() if interface.network in networks]
    return next((interface for interface in shared if networks[interface.network]), shared[0]).address


def _flags(director: Director, service: VirtualService) -> tuple[str, ...]:
    """With its fallback, a scheduler that hashes sends a client on when its realserver takes no new connections."""
    wanted = service.fallback is not False and service.scheduler in director.target.fallbacks
    return (f"{service.scheduler}-fallback",) if wanted else ()


def _timeouts(cluster: Cluster) -> tuple[Timeout, ...]:
    named = cluster.timeouts
    given: tuple[tuple[TimeoutName, int | None], ...] = (
        ("tcp", named.tcp),
        ("tcpfin", named.tcpfin),
        ("udp", named.udp),
    )
    return tuple(Timeout(name, seconds) for name, seconds in given if seconds is not None)


def _realserver(cluster: Cluster, server: RealServer, vips: tuple[IPv4Address, ...]) -> HostState:
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
