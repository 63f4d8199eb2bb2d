"""What several checks walk over: hosts and their interfaces, with where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lvsgen.description.model import Cluster, Host, Interface, Network
from lvsgen.findings.finding import Path
from lvsgen.state.ip import Address


@dataclass(frozen=True, slots=True)
class OwnedAddress:
    """An address of the description: `owner` says whose it is, in words."""

    owner: str
    address: Address
    path: Path
    kind: str


def hosts(cluster: Cluster) -> Iterator[tuple[Path, Host]]:
    """Give every host with its path."""
    for name, director in cluster.directors.items():
        yield ("directors", name), director
    for name, realserver in cluster.realservers.items():
        yield ("realservers", name), realserver


def interfaces(cluster: Cluster) -> Iterator[tuple[Path, Interface]]:
    """Give every interface with its path."""
    for path, host in hosts(cluster):
        for name, interface in host.interfaces.items():
            yield (*path, "interfaces", name), interface


def suppressing(cluster: Cluster) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """Give everything that warnings can be about, with the suppressions that stand there."""
    for path, host in hosts(cluster):
        yield path, host.suppress
    for path, interface in interfaces(cluster):
        yield path, interface.suppress
    for name, vip in cluster.vips.items():
        yield ("vips", name), vip.suppress
    for name, service in cluster.services.items():
        yield ("services", name), service.suppress


def owned_addresses(cluster: Cluster) -> Iterator[OwnedAddress]:
    """Give every address that something answers for."""
    for name, network in cluster.networks.items():
        if network.gateway:
            yield OwnedAddress(
                f"the gateway of network '{name}'", network.gateway, ("networks", name, "gateway"), "gateway"
            )
    for path, interface in interfaces(cluster):
        kind = str(path[0]).removesuffix("s")
        yield OwnedAddress(f"{kind} '{path[1]}'", interface.address, (*path, "address"), kind)
    for name, vip in cluster.vips.items():
        yield OwnedAddress(f"VIP '{name}'", vip.address, ("vips", name, "address"), "VIP")


def holding(cluster: Cluster, address: Address) -> tuple[str, Network] | None:
    """Give the network that holds an address, by name."""
    return next(((name, net) for name, net in cluster.networks.items() if address in net.subnet), None)


def unknown_networks(cluster: Cluster, host: Host) -> bool:
    """Whether an interface of the host is on a network that is not described."""
    return any(interface.network not in cluster.networks for interface in host.interfaces.values())
