"""Operations: the steps a plan is made of. Each says what it does and what it replaces, never how it is done."""

from __future__ import annotations

from dataclasses import dataclass

from lvsgen.state.hoststate import (
    Chain,
    Destination,
    HostRoute,
    NftTable,
    Service,
    ServiceKey,
    SyncDaemon,
    Timeout,
    VipAddress,
)


@dataclass(frozen=True, slots=True)
class SetSysctl:
    """Write a kernel setting; `before` is None where it was not read.

    `before` equal to `after` means again: a write just before this one has changed it.
    """

    key: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class SetTimeouts:
    """Write the IPVS timeouts named in `after`; the others stay."""

    before: tuple[Timeout, ...]
    after: tuple[Timeout, ...]


@dataclass(frozen=True, slots=True)
class AddService:
    """Add a virtual service without destinations: they are added one by one."""

    service: Service


@dataclass(frozen=True, slots=True)
class EditService:
    """Give a virtual service other attributes; both sides are without destinations, which stay."""

    before: Service
    after: Service


@dataclass(frozen=True, slots=True)
class DeleteService:
    """Delete a virtual service, which takes the destinations it carries with it."""

    service: Service


@dataclass(frozen=True, slots=True)
class AddDestination:
    """Add a destination to a service."""

    service: ServiceKey
    destination: Destination


@dataclass(frozen=True, slots=True)
class EditDestination:
    """Give a destination other attributes; its key stays."""

    service: ServiceKey
    before: Destination
    after: Destination


@dataclass(frozen=True, slots=True)
class DeleteDestination:
    """Delete a destination from a service that stays."""

    service: ServiceKey
    destination: Destination


@dataclass(frozen=True, slots=True)
class StartDaemon:
    """Start a sync daemon of a role that has none."""

    daemon: SyncDaemon


@dataclass(frozen=True, slots=True)
class StopDaemon:
    """Stop a sync daemon."""

    daemon: SyncDaemon


@dataclass(frozen=True, slots=True)
class AddAddress:
    """Bring a VIP up on a device."""

    address: VipAddress


@dataclass(frozen=True, slots=True)
class DeleteAddress:
    """Take a VIP down; the kernel drops the routes that have it as their source, wherever they lead."""

    address: VipAddress


@dataclass(frozen=True, slots=True)
class AddRoute:
    """Add the host route of a VIP."""

    route: HostRoute


@dataclass(frozen=True, slots=True)
class DeleteRoute:
    """Delete the host route of a VIP."""

    route: HostRoute


@dataclass(frozen=True, slots=True)
class SetChain:
    """Write an iptables chain, its rules and its hook in one commit; `before` is None where there is no such chain."""

    before: Chain | None
    after: Chain


@dataclass(frozen=True, slots=True)
class DeleteChain:
    """Delete an iptables chain and what jumps to it from its hook."""

    chain: Chain


@dataclass(frozen=True, slots=True)
class SetTable:
    """Write a whole nftables table in one commit; `before` is None where there is no such table."""

    before: NftTable | None
    after: NftTable


@dataclass(frozen=True, slots=True)
class DeleteTable:
    """Delete an nftables table."""

    table: NftTable


ServiceOperation = AddService | EditService | DeleteService | AddDestination | EditDestination | DeleteDestination
AddressOperation = AddAddress | DeleteAddress | AddRoute | DeleteRoute
NetfilterOperation = SetChain | DeleteChain | SetTable | DeleteTable
Operation = (
    SetSysctl | SetTimeouts | ServiceOperation | StartDaemon | StopDaemon | AddressOperation | NetfilterOperation
)
