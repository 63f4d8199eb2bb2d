"""Operations in words: what each does, and what it costs those who are connected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, assert_never

from lvsgen.plan.operation import Add, Change, Operation, Remove
from lvsgen.state import ip, sysctls
from lvsgen.state.keys import ServiceKey
from lvsgen.state.netfilter import Chain, NftTable
from lvsgen.state.parts import PLAIN, Destination, HostRoute, Part, Service, SyncDaemon, Sysctl, Timeout, VipAddress


def few(operations: Sequence[Operation]) -> str:
    """Say the first ten of some operations in a line: what is left to do, for a message about that."""
    return "; ".join(say(operation) for operation in operations[:10])


def say(operation: Operation) -> str:
    """Say an operation in one line."""
    match operation:
        case Add(part):
            return f"{_name(part)}: {_added(part)}"
        case Change(before, after):
            return f"{_name(after)}: {_changed(before, after)}"
        case Remove(part, along):
            return f"{_name(part)}: {_removed(part, along)}"
        case _:
            assert_never(operation)


def drops_connections(operation: Operation) -> str:
    """Say which established connections an operation cuts, or nothing."""
    match operation:
        case Remove(Service(), along) if along:
            return f"established connections through its {_count(along)} are cut"
        case Remove(Destination() as destination):
            return f"established connections to {destination.endpoint} are cut: drain it first"
        case Remove(VipAddress(address, device)):
            return f"clients of {address} get no answer on {device} any more"
        case _:
            return ""


def dangerous(operation: Operation) -> str:
    """Say what an operation can break beyond its own service, or nothing."""
    match operation:
        case Add(Sysctl(sysctls.IP_FORWARD, "0")):
            return _LOST
        case Change(Sysctl(_, before), Sysctl(sysctls.IP_FORWARD, "0")) if before != "0":
            return _LOST
        case Remove(SyncDaemon(role)):
            return f"connections are no longer kept in step with the other director ({role})"
        case _:
            return ""


_LOST = "hosts that route through this one lose their way; direct routing works with either value"


def say_key(key: ServiceKey) -> str:
    """Name a service: tcp 192.0.2.1:80, or fwmark 7."""
    if key.protocol != "fwmark":
        return f"{key.protocol} {ip.endpoint(key.address, key.port)}"
    return f"fwmark {key.port}" + (" of IPv6" if key.address.version == 6 else "")


def _name(part: Part) -> str:  # noqa: PLR0911 - a kind, a line
    match part:
        case Sysctl() | Timeout():
            return str(part.key)
        case NftTable():
            return f"nft {part.key}"
        case VipAddress(address, device):
            return f"VIP {address} on {device}"
        case HostRoute(address, device, source):
            return f"route to {address} on {device}" + (f" from {source}" if source else "")
        case Service(key):
            return say_key(key)
        case Destination(service):
            return say_key(service)
        case SyncDaemon(role, interface, syncid):
            return f"sync daemon {role} on {interface} with syncid {syncid}"
        case Chain(table, name, hook):
            return f"chain {name} in {table} {hook}"
        case _:
            assert_never(part)


def _added(part: Part) -> str:  # noqa: PLR0911 - a kind, a line
    match part:
        case Sysctl(_, value):
            return f"to {value}"
        case Timeout(_, seconds):
            return f"to {seconds} s"
        case VipAddress():
            return "up"
        case HostRoute() | NftTable():
            return "add"
        case Service():
            return f"add service, {_service(part)}"
        case Destination():
            return f"add {part.endpoint}, {_destination(part)}"
        case SyncDaemon():
            return "start"
        case Chain(rules=rules):
            return f"add with {_number(len(rules), 'rule')}"
        case _:
            assert_never(part)


def _changed(before: Any, part: Part) -> str:
    match part:
        case Sysctl(_, value):
            return f"{value} again" if before.value == value else f"from {before.value} to {value}"
        case Timeout(_, seconds):
            return f"from {before.seconds} to {seconds} s"
        case Destination():
            return _changes(before, part, of=part.endpoint)
        case Chain(rules=rules):
            return _rules(before.rules, rules) + _hook(before, part)
        case NftTable(body=body):
            return _rules(before.body, body, "line")
        case Service() | VipAddress() | HostRoute() | SyncDaemon():
            return _changes(before, part)
        case _:
            assert_never(part)


def _removed(part: Part, along: tuple[Destination, ...]) -> str:
    match part:
        case VipAddress():
            return "down"
        case Service():
            return f"delete service with {_count(along)}"
        case Destination():
            return f"delete {part.endpoint}, {_destination(part)}"
        case SyncDaemon():
            return "stop"
        case Chain(rules=rules):
            return f"delete with {_number(len(rules), 'rule')}"
        case HostRoute() | NftTable() | Sysctl() | Timeout():
            return "delete"
        case _:
            assert_never(part)


def _changes(before: object, after: Part, of: str = "") -> str:
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
    return "none" if value in ("", None, PLAIN) else str(value)


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
        str(destination.tunnel),
        f"thresholds {destination.lower} to {destination.upper}" if destination.upper else "",
    )
    return ", ".join((destination.forward, f"weight {destination.weight}", *filter(None, extras)))


def _count(destinations: tuple[Destination, ...]) -> str:
    return _number(len(destinations), "destination")


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


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
