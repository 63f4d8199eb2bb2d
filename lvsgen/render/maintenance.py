"""The commands of the review page that look after a running cluster, for its own addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lvsgen.platforms.platform import Role
from lvsgen.render.hostbuild import HostBuild
from lvsgen.state import ip
from lvsgen.state.parts import Destination, Service

_MOST_LINES, _MOST_SERVERS = 8, 4


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What the page's sections on maintenance are filled with."""

    drained: str
    others: tuple[str, ...]
    removed: str
    removal: str
    tests: tuple[str, ...]
    ssh: bool


def upkeep(hosts: tuple[HostBuild, ...]) -> Upkeep:
    """Spell the commands for a cluster; long lists are cut short."""
    director = next(host for host in hosts if host.role is Role.DIRECTOR)
    state = director.state
    servers = [host for host in hosts if host.role is Role.REALSERVER]
    names = [server.name for server in director.lowered.realservers]
    service = state.destinations[0].service
    last = state.by_service()[service][-1]
    return Upkeep(
        drained=names[0],
        others=tuple(_some(names[1:])),
        removed=f"{_owner(servers, last)} from {service.protocol} {ip.endpoint(service.address, service.port)}",
        removal=f"ipvsadm -d {last.key.words}",
        tests=tuple(_short([_test(service) for service in state.services])),
        ssh=any(service.key.protocol == "tcp" and service.key.port == 22 for service in state.services),
    )


def _some(names: list[str]) -> Iterator[str]:
    yield from names[:_MOST_SERVERS]
    if len(names) > _MOST_SERVERS:
        yield f"{len(names) - _MOST_SERVERS} more"


def _short(lines: list[str]) -> Iterator[str]:
    yield from lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        yield f"# ... and {len(lines) - _MOST_LINES} more of this kind, one for each service"


def _owner(servers: list[HostBuild], destination: Destination) -> str:
    return next(
        server.name
        for server in servers
        if any(interface.address == destination.address for interface in server.host.interfaces.values())
    )


def _test(service: Service) -> str:
    """A client's call, eight times, that shows which realserver answers or at least that one does."""
    address, port = service.key.address, service.key.port
    if service.key.protocol == "udp":
        return f"# udp {address}:{port}: ask it with a client of its own; a bare datagram proves nothing"
    if port == 22:
        return f"for i in 1 2 3 4 5 6 7 8; do ssh -n {address} hostname; done"
    return f"for i in 1 2 3 4 5 6 7 8; do nc -z -w 3 {address} {port}; echo {address}:{port} answered; done"
