"""A director: its settings, its VIPs, its services, and who can be drained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from lvsgen.description import ports
from lvsgen.description.model import Cluster, Director, RealServer, VirtualService
from lvsgen.lower.lowered import Lowered
from lvsgen.methods.method import METHODS
from lvsgen.platforms.platform import Role
from lvsgen.state import lines
from lvsgen.state.forms import RealServer as Known
from lvsgen.state.hoststate import HostState, ordered
from lvsgen.state.ip import Address
from lvsgen.state.keys import ServiceKey, TimeoutName
from lvsgen.state.parts import Destination, Flag, HostRoute, Service, Sysctl, Timeout, VipAddress

LABEL_LENGTH = 15
"""The kernel's limit for an address label, IFNAMSIZ less its NUL."""


def lower(cluster: Cluster, director: Director) -> Lowered:
    """Give what a director is to hold."""
    state = _state(cluster, director)
    return Lowered(Role.DIRECTOR, state, realservers=_known(cluster, state))


def _state(cluster: Cluster, director: Director) -> HostState:
    addresses = _vip_addresses(cluster, director)
    return HostState(
        sysctls=_sysctls(cluster, director),
        addresses=addresses,
        routes=tuple(HostRoute(vip.address, vip.device, source=vip.address) for vip in addresses),
        services=ordered(_service(cluster, director, service) for service in cluster.services.values()),
        destinations=ordered(
            to for service in cluster.services.values() for to in _destinations(cluster, director, service)
        ),
        timeouts=_timeouts(cluster),
    )


def _known(cluster: Cluster, state: HostState) -> tuple[Known, ...]:
    """Give each realserver's addresses among the destinations, by name, in order."""
    used: set[Address] = {destination.address for destination in state.destinations}
    servers = sorted(cluster.realservers.items())
    found = {name: {interface.address for interface in server.interfaces.values()} & used for name, server in servers}
    return tuple(Known(name, tuple(sorted(held))) for name, held in found.items() if held)


def _sysctls(cluster: Cluster, director: Director) -> tuple[Sysctl, ...]:
    """Give what the methods in use need."""
    used = dict.fromkeys(service.forward for service in cluster.services.values())
    return ordered(setting for name in used for setting in METHODS[name].sysctls(director))


def _vip_addresses(cluster: Cluster, director: Director) -> tuple[VipAddress, ...]:
    """Labels count up per interface, as ifconfig's aliases do."""
    counts: dict[str, int] = {}
    found = []
    for vip in cluster.vips.values():
        device = _vip_device(cluster, director, vip.address)
        counts[device] = counts.get(device, 0) + 1
        label = f"{device}:{counts[device]}"
        fits = len(label) <= LABEL_LENGTH
        found.append(VipAddress(vip.address, device, label=label if fits else "", broadcast=vip.address))
    return ordered(found)


def _vip_device(cluster: Cluster, director: Director, vip: IPv4Address) -> str:
    """Name the director's interface whose network holds the VIP; a check has seen that there is one."""
    return next(
        name for name, interface in director.interfaces.items() if vip in cluster.networks[interface.network].subnet
    )


def _service(cluster: Cluster, director: Director, service: VirtualService) -> Service:
    return Service(_service_key(cluster, service), service.scheduler, _flags(director, service))


def _service_key(cluster: Cluster, service: VirtualService) -> ServiceKey:
    port = ports.number(service.port, service.protocol)
    return ServiceKey(service.protocol, cluster.vips[service.vip].address, port)


def _destinations(cluster: Cluster, director: Director, service: VirtualService) -> Iterator[Destination]:
    key, networks = _service_key(cluster, service), _from_the_vip(cluster, director, cluster.vips[service.vip].address)
    for name, entry in service.realservers.items():
        yield Destination(key, _rip(cluster.realservers[name], networks), key.port, service.forward, entry.weight)


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


def _flags(director: Director, service: VirtualService) -> tuple[Flag, ...]:
    """With its fallback, a scheduler that hashes sends a client on when its realserver takes no new connections."""
    wanted = service.fallback is not False and service.scheduler in director.target.fallbacks
    return lines.flags([f"{service.scheduler}-fallback"]) if wanted else ()


def _timeouts(cluster: Cluster) -> tuple[Timeout, ...]:
    named = cluster.timeouts
    given: tuple[tuple[TimeoutName, int | None], ...] = (
        ("tcp", named.tcp),
        ("tcpfin", named.tcpfin),
        ("udp", named.udp),
    )
    return tuple(Timeout(name, seconds) for name, seconds in given if seconds is not None)
