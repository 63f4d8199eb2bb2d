"""Operations in words: what each does, and what it costs those who are connected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import assert_never

from lvsgen.plan.operation import (
    AddAddress,
    AddDestination,
    AddRoute,
    AddService,
    DeleteAddress,
    DeleteChain,
    DeleteDestination,
    DeleteRoute,
    DeleteService,
    DeleteTable,
    EditDestination,
    EditService,
    Operation,
    SetChain,
    SetSysctl,
    SetTable,
    SetTimeouts,
    StartDaemon,
    StopDaemon,
)
from lvsgen.state import sysctls
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


def few(operations: Sequence[Operation]) -> str:
    """Say the first ten of some operations in a line: what is left to do, for a message about that."""
    return "; ".join(say(operation) for operation in operations[:10])


def say(operation: Operation) -> str:  # noqa: PLR0911, PLR0912
    """Say an operation in one line."""
    match operation:
        case SetSysctl(key, before, after):
            return f"sysctl {key}: {_from_to(before, after)}"
        case SetTimeouts(before, after):
            return f"timeouts: {_timeouts(before, after)}"
        case AddService(service):
            return f"{say_key(service.key)}: add service, {_service(service)}"
        case EditService(before, after):
            return f"{say_key(after.key)}: {_changes(before, after)}"
        case DeleteService(service):
            return f"{say_key(service.key)}: delete service with {_count(service)}"
        case AddDestination(key, destination):
            return f"{say_key(key)}: add {_endpoint(destination)}, {_destination(destination)}"
        case EditDestination(key, before, after):
            return f"{say_key(key)}: {_changes(before, after, of=_endpoint(after))}"
        case DeleteDestination(key, destination):
            return f"{say_key(key)}: delete {_endpoint(destination)}, {_destination(destination)}"
        case StartDaemon(daemon):
            return f"sync daemon {_daemon(daemon)}: start"
        case StopDaemon(daemon):
            return f"sync daemon {_daemon(daemon)}: stop"
        case AddAddress(address):
            return f"VIP {_vip(address)}: up"
        case DeleteAddress(address):
            return f"VIP {_vip(address)}: down"
        case AddRoute(route):
            return f"route {_route(route)}: add"
        case DeleteRoute(route):
            return f"route {_route(route)}: delete"
        case SetChain(before, after):
            return f"chain {_chain(after)}: {_chain_change(before, after)}"
        case DeleteChain(chain):
            return f"chain {_chain(chain)}: delete with {_number(len(chain.rules), 'rule')}"
        case SetTable(before, after):
            return f"nft table {after.family} {after.name}: {_table_change(before, after)}"
        case DeleteTable(table):
            return f"nft table {table.family} {table.name}: delete"
        case _:
            assert_never(operation)


def drops_connections(operation: Operation) -> str:
    """Say which established connections an operation cuts, or nothing."""
    match operation:
        case DeleteService(service) if service.destinations:
            return f"established connections through its {_count(service)} are cut"
        case DeleteDestination(_, destination):
            return f"established connections to {_endpoint(destination)} are cut: drain it first"
        case DeleteAddress(address):
            return f"clients of {address.address} get no answer on {address.device} any more"
        case _:
            return ""


def dangerous(operation: Operation) -> str:
    """Say what an operation can break beyond its own service, or nothing."""
    match operation:
        case SetSysctl(sysctls.IP_FORWARD, before, "0") if before != "0":
            return "hosts that route through this one lose their way; direct routing works with either value"
        case StopDaemon(daemon):
            return f"connections are no longer kept in step with the other director ({daemon.role})"
        case _:
            return ""


def say_key(key: ServiceKey) -> str:
    """Name a service: tcp 192.0.2.1:80, or fwmark 7."""
    return f"fwmark {key.port}" if key.protocol == "fwmark" else f"{key.protocol} {key.address}:{key.port}"


def _from_to(before: object, after: object) -> str:
    if before is None:
        return f"to {after}"
    return f"{after} again" if before == after else f"from {before} to {after}"


def _changes(before: Service | Destination, after: Service | Destination, of: str = "") -> str:
    """Say the attributes that differ: "weight of 192.0.2.2:80 from 1 to 0"."""
    names = (field.name for field in fields(after))
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in names)
    place = f" of {of}" if of else ""
    return ", ".join(
        f"{name.replace('_', '-')}{place} from {_value(old)} to {_value(new)}" for name, old, new in pairs if old != new
    )


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(map(str, value)) or "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    return "none" if value in ("", None) else str(value)


def _timeouts(before: tuple[Timeout, ...], after: tuple[Timeout, ...]) -> str:
    old = {timeout.name: timeout.seconds for timeout in before}
    return ", ".join(f"{new.name} {_from_to(old.get(new.name), new.seconds)} s" for new in after)


def _service(service: Service) -> str:
    extras = (
        f"persistence {service.persistence} s" if service.persistence else "",
        f"netmask {service.netmask}" if service.netmask else "",
        f"engine {service.engine}" if service.engine else "",
        "one-packet" if service.one_packet else "",
        " ".join(service.flags),
    )
    return ", ".join((f"scheduler {service.scheduler}", *filter(None, extras)))


def _destination(destination: Destination) -> str:
    extras = (
        " ".join(destination.tunnel),
        f"thresholds {destination.lower} to {destination.upper}" if destination.upper else "",
    )
    return ", ".join((destination.forward, f"weight {destination.weight}", *filter(None, extras)))


def _count(service: Service) -> str:
    return _number(len(service.destinations), "destination")


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _endpoint(destination: Destination) -> str:
    return f"{destination.address}:{destination.port}"


def _daemon(daemon: SyncDaemon) -> str:
    return f"{daemon.role} on {daemon.interface} with syncid {daemon.syncid}"


def _vip(address: VipAddress) -> str:
    return f"{address.address} on {address.device}"


def _route(route: HostRoute) -> str:
    return f"to {route.address} on {route.device}" + (f" from {route.source}" if route.source else "")


def _chain(chain: Chain) -> str:
    return f"{chain.name} in {chain.table} {chain.hook}"


def _chain_change(before: Chain | None, after: Chain) -> str:
    if before is None:
        return f"add with {_number(len(after.rules), 'rule')}"
    return _rules(before.rules, after.rules) + _hook(before, after)


def _table_change(before: NftTable | None, after: NftTable) -> str:
    return "add" if before is None else _rules(before.body, after.body, "line")


def _rules(before: tuple[str, ...], after: tuple[str, ...], noun: str = "rule") -> str:
    old, new = set(before), set(after)
    if old == new:
        return f"{noun}s as before" if before == after else f"{noun}s in another order"
    return f"{_number(len(new - old), noun)} in, {_number(len(old - new), noun)} out"


def _hook(before: Chain, after: Chain) -> str:
    if (before.hook, before.jumps) == (after.hook, after.jumps):
        return ""
    return f", jumped to from {after.hook} {_times(after.jumps)} instead of {before.hook} {_times(before.jumps)}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
