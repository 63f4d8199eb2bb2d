"""A realserver: how it takes the VIPs whose traffic reaches it."""

from __future__ import annotations

from lvsgen.answers import answer
from lvsgen.description.model import Cluster, RealServer
from lvsgen.lower.lowered import Lowered
from lvsgen.methods.method import METHODS
from lvsgen.platforms.platform import Role
from lvsgen.state.hoststate import HostState
from lvsgen.state.ip import Address


def lower(cluster: Cluster, server: RealServer, vips: tuple[Address, ...]) -> Lowered:
    """Give what a realserver is to hold for these VIPs."""
    state = answer.of(server).state(cluster.cluster, server.target, vips) if vips else HostState()
    return Lowered(Role.REALSERVER, state, vips, placed=[(part, ("vips",)) for part in state])


def vips_by_realserver(cluster: Cluster) -> dict[str, tuple[Address, ...]]:
    """List for each realserver the VIPs whose traffic reaches it, sorted."""
    names: dict[str, set[str]] = {name: set() for name in cluster.realservers}
    answered = (service for service in cluster.services.values() if METHODS[service.forward].IS_ANSWERED)
    for service in answered:
        for name in service.realservers:
            names[name].add(service.vip)
    return {name: tuple(sorted(cluster.vips[vip].address for vip in vips)) for name, vips in names.items()}
