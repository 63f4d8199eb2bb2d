"""HostBuild: one host of a cluster with everything that its files are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface

from lvsgen import platforms
from lvsgen.description.model import Cluster, Host
from lvsgen.lower import vips_by_realserver
from lvsgen.platforms import Paths, Platform, Role
from lvsgen.state.hoststate import HostState


@dataclass(frozen=True, slots=True)
class HostBuild:
    """A host, its part in the cluster and its state; `vips` are those that a realserver answers for."""

    cluster: Cluster
    name: str
    role: Role
    host: Host
    state: HostState
    vips: tuple[IPv4Address, ...] = ()

    @property
    def target(self) -> Platform:
        """What the host runs, with its overrides."""
        return self.host.target

    @property
    def paths(self) -> Paths:
        """Where its files go."""
        return platforms.paths(self.target, self.role, self.cluster.cluster)

    @property
    def head(self) -> dict[str, str]:
        """What every file's head says."""
        return {"host": self.name, "cluster": self.cluster.cluster}

    def address(self, interface: str) -> IPv4Interface:
        """An interface's address with its network's prefix length."""
        given = self.host.interfaces[interface]
        return IPv4Interface((given.address, self.cluster.networks[given.network].subnet.prefixlen))

    @property
    def default_route(self) -> tuple[str, IPv4Address] | None:
        """The interface and the gateway of the one default route: the first interface whose network has a gateway."""
        for name, interface in self.host.interfaces.items():
            gateway = self.cluster.networks[interface.network].gateway
            if gateway:
                return name, gateway
        return None


def subjects(cluster: Cluster, states: Mapping[str, HostState]) -> tuple[HostBuild, ...]:
    """List every host, directors first, in the order of the description."""
    groups: tuple[tuple[Role, Mapping[str, Host]], ...] = (
        (Role.DIRECTOR, cluster.directors),
        (Role.REALSERVER, cluster.realservers),
    )
    vips = vips_by_realserver(cluster)
    return tuple(
        HostBuild(cluster, name, role, host, states[name], vips.get(name, ()))
        for role, group in groups
        for name, host in group.items()
    )
