"""Keys of parts as words, in the record and in journals: each has one text, and any other one is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address
from typing import Any, TypeVar, get_args

from lvsgen.state import ipvsrules, sysctls
from lvsgen.state.hoststate import DaemonRole, ServiceKey, TimeoutName, Transport

Value = TypeVar("Value")

_TRANSPORTS: dict[str, Transport] = {name: name for name in get_args(Transport)}
_TABLES = frozenset({"filter", "nat", "mangle", "raw", "security"})
_HOOKS = frozenset({"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"})
_FAMILIES = frozenset({"ip", "ip6", "inet", "arp", "bridge", "netdev"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}")
_DEVICE = re.compile(r"[^\x00-\x20\x7f/:]{1,15}")
_PORTS, _MARKS = 2**16, 2**32


def scoped(group: str, words: Sequence[str]) -> Any:
    """Read a key as a scope of a journal has it; ValueError when it is none."""
    return _exactly(_SCOPED[group], words)


def recorded(text: str) -> tuple[str, Any]:
    """Say which group of a scope a key of the record belongs to, and its name there; ValueError when it is none."""
    kind, _, rest = text.partition(" ")
    if kind not in _RECORDED:
        raise ValueError(kind)
    group, read = _RECORDED[kind]
    return group, _exactly(read, rest.split(" "))


def _exactly(read: Callable[..., Any], words: Sequence[str]) -> Any:
    try:
        return read(*words)
    except TypeError as error:  # more words than it has, or fewer
        raise ValueError(" ".join(words)) from error


def _sysctl(key: str) -> str:
    return _if(sysctls.is_key(key), key)


def _timeout(name: str) -> str:
    return _if(name in get_args(TimeoutName), name)


def _address(address: str, device: str) -> tuple[IPv4Address, str]:
    return IPv4Address(address), _device(device)


def _address_of(prefix: str, device: str) -> tuple[IPv4Address, str]:
    return _address(_if(prefix.endswith("/32"), prefix).removesuffix("/32"), device)


def _route_of(address: str, device: str) -> IPv4Address:
    return _address(address, device)[0]


def _service(protocol: str, address: str, port: str) -> ServiceKey:
    key = ServiceKey(_TRANSPORTS[_if(protocol in _TRANSPORTS, protocol)], IPv4Address(address), int(port))
    least, most = (1, _MARKS) if protocol == "fwmark" else (0, _PORTS)
    fits = least <= key.port < most and (protocol != "fwmark" or key.address == ipvsrules.ANY)
    return _if(fits and str(key.port) == port, key)


def _service_of(flag: str, name: str) -> ServiceKey:
    key = ipvsrules.key_of(_if(flag in ("-t", "-u", "-f"), flag), name)
    again = _service(key.protocol, str(key.address), str(key.port))
    return _if(ipvsrules.key_words(again) == (flag, name), again)


def _daemon(role: str) -> str:
    return _if(role in get_args(DaemonRole), role)


def _chain(table: str, name: str) -> tuple[str, str]:
    return _if(table in _TABLES, table), _name(name)


def _chain_of(table: str, hook: str, name: str) -> tuple[str, str]:
    return _chain(table, _if(hook in _HOOKS, name))


def _table(family: str, name: str) -> tuple[str, str]:
    return _if(family in _FAMILIES, family), _name(name)


def _name(name: str) -> str:
    return _if(_NAME.fullmatch(name), name)


def _device(name: str) -> str:
    return _if(_DEVICE.fullmatch(name) and name not in (".", ".."), name)


def _if(good: object, value: Value) -> Value:
    if not good:
        raise ValueError(str(value))
    return value


_SCOPED: dict[str, Callable[..., Any]] = {
    "sysctls": _sysctl,
    "timeouts": _timeout,
    "addresses": _address,
    "routes": IPv4Address,
    "services": _service,
    "daemons": _daemon,
    "chains": _chain,
    "tables": _table,
}
_RECORDED: dict[str, tuple[str, Callable[..., Any]]] = {
    "sysctl": ("sysctls", _sysctl),
    "timeout": ("timeouts", _timeout),
    "address": ("addresses", _address_of),
    "route": ("routes", _route_of),
    "service": ("services", _service_of),
    "daemon": ("daemons", _daemon),
    "chain": ("chains", _chain),
    "jump": ("chains", _chain_of),
    "table": ("tables", _table),
}
