"""The figure of a cluster on the review page: what stands where."""

from __future__ import annotations

from lvsgen.description.model import Cluster
from lvsgen.platforms.platform import Role
from lvsgen.render.figure import drawing
from lvsgen.render.figure.drawing import Figure, Node
from lvsgen.render.hostbuild import HostBuild
from lvsgen.state.ip import Address


def draw(cluster: Cluster, hosts: tuple[HostBuild, ...]) -> str:
    """Draw the cluster."""
    directors = [host for host in hosts if host.role is Role.DIRECTOR]
    realservers = [host for host in hosts if host.role is Role.REALSERVER]
    shared = {interface.network for director in directors for interface in director.host.interfaces.values()}
    outside, inside = _client_side(cluster), {_network(server, shared) for server in realservers}
    return drawing.draw(
        Figure(
            title=f"LVS {cluster.cluster}",
            gateway=_gateway(cluster, outside),
            directors=tuple(_director(cluster, director) for director in directors),
            realservers=tuple(_realserver(host, shared, count) for count, host in enumerate(realservers, 1)),
            through=len(directors) == 1 and not inside & outside,
        )
    )


def _client_side(cluster: Cluster) -> set[str]:
    """The networks that hold VIPs: where clients' packets come in."""
    return {
        name
        for name, network in cluster.networks.items()
        if any(vip.address in network.subnet for vip in cluster.vips.values())
    }


def _gateway(cluster: Cluster, outside: set[str]) -> str:
    return ", ".join(str(net.gateway) for name, net in cluster.networks.items() if name in outside and net.gateway)


def _network(server: HostBuild, shared: set[str]) -> str:
    return server.host.interfaces[_facing(server, shared)].network


def _facing(server: HostBuild, shared: set[str]) -> str:
    """The interface that the director reaches, as far as there is one."""
    interfaces = server.host.interfaces
    return next((name for name, interface in interfaces.items() if interface.network in shared), next(iter(interfaces)))


def _director(cluster: Cluster, director: HostBuild) -> Node:
    names: dict[Address, str] = {vip.address: name for name, vip in cluster.vips.items()}
    vips = (f"VIP={vip.address} ({vip.label or vip.device}) {names[vip.address]}" for vip in director.state.addresses)
    dips = (f"DIP={interface.address} ({name})" for name, interface in director.host.interfaces.items())
    return Node(director.name, (*vips, *dips))


def _realserver(server: HostBuild, shared: set[str], count: int) -> Node:
    return Node(server.name, (f"RIP{count}={server.host.interfaces[_facing(server, shared)].address}",))
