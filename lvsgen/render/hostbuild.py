"""HostBuild: one host of a cluster with everything that its files are made of; File: what is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv6Interface, ip_interface

from lvsgen.description.model import Cluster, Host
from lvsgen.lower.lowered import Lowered
from lvsgen.platforms import layout
from lvsgen.platforms.layout import Paths
from lvsgen.platforms.platform import Platform, Role
from lvsgen.state.hoststate import HostState
from lvsgen.state.ip import Address


@dataclass(frozen=True, slots=True)
class File:
    """A file's text, and the mode and owner it needs on the host that it is for."""

    text: str
    mode: int = 0o644
    owner: str = "root:root"


@dataclass(frozen=True, slots=True)
class HostBuild:
    """A host as it is described, and what was made of it: its role, its state and the rest of `lowered`."""

    cluster: Cluster
    name: str
    host: Host
    lowered: Lowered

    @property
    def role(self) -> Role:
        """What it is in its cluster."""
        return self.lowered.role

    @property
    def state(self) -> HostState:
        """What its kernel is to hold."""
        return self.lowered.state

    @property
    def vips(self) -> tuple[Address, ...]:
        """What it answers for, as a realserver."""
        return self.lowered.vips

    @property
    def target(self) -> Platform:
        """What the host runs, with its overrides."""
        return self.host.target

    @property
    def paths(self) -> Paths:
        """Where its files go."""
        return layout.paths(self.target, self.role, self.cluster.cluster)

    @property
    def head(self) -> dict[str, str]:
        """What every file's head says."""
        return {"host": self.name, "cluster": self.cluster.cluster}

    @property
    def filters(self) -> bool:
        """Whether it needs the firewall tool: rules of ours are in there."""
        return self.role is Role.REALSERVER

    def address(self, interface: str) -> IPv4Interface | IPv6Interface:
        """An interface's address with its network's prefix length."""
        given = self.host.interfaces[interface]
        return ip_interface((given.address, self.cluster.networks[given.network].subnet.prefixlen))

    @property
    def default_route(self) -> tuple[str, Address] | None:
        """The interface and the gateway of the one default route: the first interface whose network has a gateway."""
        for name, interface in self.host.interfaces.items():
            gateway = self.cluster.networks[interface.network].gateway
            if gateway:
                return name, gateway
        return None


def subjects(cluster: Cluster, hosts: Mapping[str, Lowered]) -> tuple[HostBuild, ...]:
    """List every host, directors first, in the order of the description."""
    described: Mapping[str, Host] = {**cluster.directors, **cluster.realservers}
    return tuple(HostBuild(cluster, name, described[name], lowered) for name, lowered in hosts.items())
