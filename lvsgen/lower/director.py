"""A director: its settings, its VIPs, its services, and who can be drained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lvsgen.description import ports
from lvsgen.description.model import Cluster, Director, RealServer, VirtualService
from lvsgen.findings.finding import Path
from lvsgen.lower.lowered import Lowered
from lvsgen.methods.method import METHODS
from lvsgen.platforms.platform import Role
from lvsgen.state import hoststate, lines
from lvsgen.state.forms import RealServer as Known
from lvsgen.state.hoststate import HostState
from lvsgen.state.ip import Address
from lvsgen.state.keys import ServiceKey, TimeoutName
from lvsgen.state.parts import Destination, Flag, HostRoute, Part, Service, Timeout, VipAddress

LABEL_LENGTH = 15
"""The kernel's limit for an address label, IFNAMSIZ less its NUL."""


Placed = Iterator[tuple[Part, Path]]
"""Parts, each with where in the description that stands which brings it about."""


def lower(cluster: Cluster, director: Director) -> Lowered:
    """Give what a director is to hold."""
    placed = [
        *_sysctls(cluster, director),
        *_vips(cluster, director),
        *_services(cluster, director),
        *_timeouts(cluster),
    ]
    state = hoststate.of(part for part, _ in placed)
    return Lowered(Role.DIRECTOR, state, realservers=_known(cluster, state), placed=placed)


def _known(cluster: Cluster, state: HostState) -> tuple[Known, ...]:
    """Give each realserver's addresses among the destinations, by name, in order."""
    used: set[Address] = {destination.address for destination in state.destinations}
    servers = sorted(cluster.realservers.items())
    found = {name: {interface.address for interface in server.interfaces.values()} & used for name, server in servers}
    return tuple(Known(name, tuple(sorted(held))) for name, held in found.items() if held)


def _sysctls(cluster: Cluster, director: Director) -> Placed:
    """Give what the methods in use need."""
    used = {service.forward: name for name, service in reversed(cluster.services.items())}
    for forward, name in used.items():
        for setting in METHODS[forward].sysctls(director):
            yield setting, ("services", name, "forward")


def _vips(cluster: Cluster, director: Director) -> Placed:
    """Labels count up per interface, as ifconfig's aliases do."""
    counts: dict[str, int] = {}
    for name, vip in cluster.vips.items():
        device = _vip_device(cluster, director, vip.address)
        counts[device] = counts.get(device, 0) + 1
        label = f"{device}:{counts[device]}"
        fits = len(label) <= LABEL_LENGTH
        address = VipAddress(vip.address, device, label=label if fits else "", broadcast=vip.address)
        yield address, ("vips", name)
        yield HostRoute(vip.address, device, source=vip.address), ("vips", name)


def _vip_device(cluster: Cluster, director: Director, vip: Address) -> str:
    """Name the director's interface whose network holds the VIP; a check has seen that there is one."""
    return next(
        name for name, interface in director.interfaces.items() if vip in cluster.networks[interface.network].subnet
    )


def _services(cluster: Cluster, director: Director) -> Placed:
    for name, service in cluster.services.items():
        vip, port = cluster.vips[service.vip].address, ports.number(service.port, service.protocol)
        key, networks = ServiceKey(service.protocol, vip, port), _from_the_vip(cluster, director, vip)
        yield Service(key, service.scheduler, _flags(director, service)), ("services", name)
        for server, entry in service.realservers.items():
            rip = _rip(cluster.realservers[server], networks)
            to = Destination(key, rip, port, service.forward, entry.weight)
            yield to, ("services", name, "realservers", server)


def _from_the_vip(cluster: Cluster, director: Director, vip: Address) -> dict[str, bool]:
    """Give the director's networks, and whether each is the one that holds the VIP."""
    names = (interface.network for interface in director.interfaces.values())
    return {name: vip in cluster.networks[name].subnet for name in names}


def _rip(server: RealServer, networks: Mapping[str, bool]) -> Address:
    """The realserver's address on the VIP's network, else on the first one that it shares with the director.

    A packet for the VIP that comes in on another network gets no answer where rp_filter is 1.
    """
    shared = [interface for interface in server.interfaces.values() if interface.network in networks]
    return next((interface for interface in shared if networks[interface.network]), shared[0]).address


def _flags(director: Director, service: VirtualService) -> tuple[Flag, ...]:
    """With its fallback, a scheduler that hashes sends a client on when its realserver takes no new connections."""
    wanted = service.fallback is not False and service.scheduler in director.target.fallbacks
    return lines.flags([f"{service.scheduler}-fallback"]) if wanted else ()


def _timeouts(cluster: Cluster) -> Placed:
    named = cluster.timeouts
    given: tuple[tuple[TimeoutName, int | None], ...] = (
        ("tcp", named.tcp),
        ("tcpfin", named.tcpfin),
        ("udp", named.udp),
    )
    for name, seconds in given:
        if seconds is not None:
            yield Timeout(name, seconds), ("timeouts", name)
