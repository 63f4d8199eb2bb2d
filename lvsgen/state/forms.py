"""The shape that a state has in state.json: there a service holds its destinations, and a setting has a key."""

from __future__ import annotations

from dataclasses import dataclass, fields
from ipaddress import IPv4Address
from typing import Any

from lvsgen.state import lines
from lvsgen.state.hoststate import HostState
from lvsgen.state.ip import Address
from lvsgen.state.keys import ServiceKey
from lvsgen.state.netfilter import Chain, NftTable
from lvsgen.state.parts import PLAIN, Destination, Forward, HostRoute, Service, SyncDaemon, Sysctl, Timeout, VipAddress


@dataclass(frozen=True, slots=True)
class Setting:
    """A Sysctl."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Target:
    """A Destination."""

    address: Address
    port: int
    forward: Forward
    weight: int
    upper: int = 0
    lower: int = 0
    tunnel: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Served:
    """A Service with its destinations."""

    key: ServiceKey
    scheduler: str
    destinations: tuple[Target, ...] = ()
    flags: tuple[str, ...] = ()
    persistence: int = 0
    netmask: IPv4Address | int | None = None
    engine: str = ""
    one_packet: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A HostState."""

    sysctls: tuple[Setting, ...] = ()
    addresses: tuple[VipAddress, ...] = ()
    routes: tuple[HostRoute, ...] = ()
    services: tuple[Served, ...] = ()
    timeouts: tuple[Timeout, ...] = ()
    daemons: tuple[SyncDaemon, ...] = ()
    chains: tuple[Chain, ...] = ()
    tables: tuple[NftTable, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """The description a state was made from: its file's name and the SHA-256 of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, order=True)
class RealServer:
    """A realserver's name, and the addresses by which the services of this host know it."""

    name: str
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class File:
    """The whole of state.json."""

    cluster: str
    host: str
    state: State
    realservers: tuple[RealServer, ...] = ()
    description: Description | None = None


_SAME = tuple(field.name for field in fields(State) if field.name not in ("sysctls", "services"))
_SERVICE = tuple(field.name for field in fields(Service))


def form_of(state: HostState) -> State:
    """Give a state this shape."""
    destinations = state.by_service()
    settings = tuple(Setting(part.path, part.value) for part in state.sysctls)
    served = tuple(_served(part, destinations[part.key]) for part in state.services)
    return State(sysctls=settings, services=served, **_values(state, _SAME))


def state_of(form: State) -> HostState:
    """Read a state from this shape; ValueError when it cannot be one."""
    return HostState(
        sysctls=tuple(Sysctl(setting.key, setting.value) for setting in form.sysctls),
        services=tuple(_service(served) for served in form.services),
        destinations=tuple(_destination(served.key, to) for served in form.services for to in served.destinations),
        **_values(form, _SAME),
    )


def _served(part: Service, destinations: tuple[Destination, ...]) -> Served:
    return Served(**_values(part, _SERVICE), destinations=tuple(map(_target, destinations)))


def _target(to: Destination) -> Target:
    tunnel = tuple(str(to.tunnel).split())
    return Target(to.address, to.port, to.forward, to.weight, to.upper, to.lower, tunnel)


def _service(served: Served) -> Service:
    return Service(**_values(served, _SERVICE) | {"flags": lines.flags(served.flags)})


def _destination(service: ServiceKey, to: Target) -> Destination:
    tunnel = lines.tunnel(to.tunnel) if to.tunnel else PLAIN
    return Destination(service, to.address, to.port, to.forward, to.weight, to.upper, to.lower, tunnel)


def _values(thing: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}
