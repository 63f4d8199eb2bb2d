"""Keys: what the kernel knows each part of a host's state by.

Each has exactly one text, `str(key)`, and `parse` reads that back and refuses any other. Scopes, records, journals and
scripts all name parts by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Any, ClassVar, Literal, TypeVar, get_args

from lvsgen.state import ip, sysctls
from lvsgen.state.ip import Address

Transport = Literal["tcp", "udp", "fwmark"]
TimeoutName = Literal["tcp", "tcpfin", "udp"]
DaemonRole = Literal["master", "backup"]
Rank = tuple[Any, ...]
Value = TypeVar("Value")

ANY: dict[str, Address] = {"": IPv4Address(0), "-6": IPv6Address(0)}
"""What a fwmark has for an address, by the word that says which family it is of."""
_FLAGS: dict[Transport, str] = {"tcp": "-t", "udp": "-u", "fwmark": "-f"}
_TRANSPORTS = {flag: transport for transport, flag in _FLAGS.items()}
_TABLES = frozenset({"filter", "nat", "mangle", "raw", "security"})
_FAMILIES = frozenset({"ip", "ip6", "inet", "arp", "bridge", "netdev"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}")
_DEVICE = re.compile(r"[^\x00-\x20\x7f/:]{1,15}")
_PORTS, _MARKS = range(2**16), range(1, 2**32)


class _Ranked:
    """Keys of a kind are sorted by their rank: by what they are made of, in order."""

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()

    @property
    def rank(self) -> Rank:
        """What it is made of, but for its kind."""
        return tuple(getattr(self, field) for field in self.__match_args__)


@dataclass(frozen=True, slots=True)
class SysctlKey(_Ranked):
    """A setting: its path below /proc/sys, slashes and all, so that eth0.100 stays one word."""

    path: str

    def __str__(self) -> str:
        return f"sysctl {self.path}"


@dataclass(frozen=True, slots=True)
class TimeoutKey(_Ranked):
    """One of the IPVS timeouts."""

    name: TimeoutName

    def __str__(self) -> str:
        return f"timeout {self.name}"


@dataclass(frozen=True, slots=True)
class AddressKey(_Ranked):
    """An address on a device."""

    address: Address
    device: str

    def __str__(self) -> str:
        return f"address {ip.host(self.address)} {self.device}"

    @property
    def rank(self) -> Rank:
        """The same of both families, numbers as numbers."""
        return (*ip.rank(self.address), self.device)


@dataclass(frozen=True, slots=True)
class RouteKey(_Ranked):
    """The host route to an address; there is one, on whatever device."""

    address: Address

    def __str__(self) -> str:
        return f"route {ip.host(self.address)}"

    @property
    def rank(self) -> Rank:
        """The same of both families, numbers as numbers."""
        return ip.rank(self.address)


@dataclass(frozen=True, slots=True)
class ServiceKey(_Ranked):
    """A virtual service: protocol, address and port; or a fwmark, which has an address of zeros and the mark as port.

    `words` are those by which a line of ipvsadm names it.
    """

    protocol: Transport
    address: Address
    port: int

    def __str__(self) -> str:
        return f"service {self.words}"

    @property
    def words(self) -> str:
        """Such as -t 192.0.2.1:80, or -f 7."""
        if self.protocol != "fwmark":
            return f"{_FLAGS[self.protocol]} {ip.endpoint(self.address, self.port)}"
        return f"-f {self.port}" if self.address.version == 4 else f"-f {self.port} -6"

    @property
    def rank(self) -> Rank:
        """The same of both families, numbers as numbers."""
        return (self.protocol, *ip.rank(self.address), self.port)


@dataclass(frozen=True, slots=True)
class DestinationKey(_Ranked):
    """A realserver's address and port in a service."""

    service: ServiceKey
    address: Address
    port: int

    def __str__(self) -> str:
        return f"destination {self.words}"

    @property
    def words(self) -> str:
        """Such as -t 192.0.2.1:80 -r 192.0.2.5:80."""
        return f"{self.service.words} -r {ip.endpoint(self.address, self.port)}"

    @property
    def rank(self) -> Rank:
        """The same of both families, numbers as numbers."""
        return (*self.service.rank, *ip.rank(self.address), self.port)


@dataclass(frozen=True, slots=True)
class DaemonKey(_Ranked):
    """A connection synchronisation daemon: there is one of each role."""

    role: DaemonRole

    def __str__(self) -> str:
        return f"daemon {self.role}"


@dataclass(frozen=True, slots=True)
class ChainKey(_Ranked):
    """An iptables chain, or one of ip6tables."""

    table: str
    name: str
    ipv6: bool = False

    def __str__(self) -> str:
        return f"chain{'6' * self.ipv6} {self.table} {self.name}"


@dataclass(frozen=True, slots=True)
class TableKey(_Ranked):
    """An nftables table."""

    family: str
    name: str

    def __str__(self) -> str:
        return f"table {self.family} {self.name}"


Key = SysctlKey | TimeoutKey | AddressKey | RouteKey | ServiceKey | DestinationKey | DaemonKey | ChainKey | TableKey


def parse(text: str) -> Key:
    """Read a key; ValueError when the text is none, or not the one that the key has."""
    kind, *words = text.split(" ")
    try:
        key = _READERS[kind](*words)
    except (KeyError, TypeError) as error:  # a kind that is not known; more words than it has, or fewer
        raise ValueError(text) from error
    return _if(str(key) == text, key)


def service(flag: str, name: str, version: str = "") -> ServiceKey:
    """Read the words by which a line of ipvsadm names a service."""
    protocol = _TRANSPORTS[flag]
    if protocol != "fwmark" and not version:
        return ServiceKey(protocol, *_port(name))
    return ServiceKey("fwmark", ANY[version], _if(int(name) in _MARKS, int(name)))


def address(prefix: str, device: str) -> AddressKey:
    """Read an address and its device."""
    fits = _DEVICE.fullmatch(device) and device not in (".", "..")
    return AddressKey(ip.of_host(prefix), _if(fits, device))


def _sysctl(path: str) -> SysctlKey:
    return SysctlKey(_if(sysctls.is_key(path), path))


def _destination(*words: str) -> DestinationKey:
    *named, flag, endpoint = words
    return DestinationKey(service(*named), *_port(_if(flag == "-r", endpoint)))


def _chain(table: str, name: str, *, ipv6: bool = False) -> ChainKey:
    return ChainKey(_one_of(_TABLES, table), _if(_NAME.fullmatch(name), name), ipv6)


def _table(family: str, name: str) -> TableKey:
    return TableKey(_one_of(_FAMILIES, family), _if(_NAME.fullmatch(name), name))


def _port(text: str) -> tuple[Address, int]:
    address, port = ip.of_endpoint(text)
    return _if(port in _PORTS, (address, port))


def _one_of(known: Container[str], word: str) -> Any:
    return _if(word in known, word)


def _if(good: object, value: Value) -> Value:
    if not good:
        raise ValueError(str(value))
    return value


_READERS: dict[str, Callable[..., Key]] = {
    "sysctl": _sysctl,
    "timeout": lambda name: TimeoutKey(_one_of(get_args(TimeoutName), name)),
    "address": address,
    "route": lambda prefix: RouteKey(ip.of_host(prefix)),
    "service": service,
    "destination": _destination,
    "daemon": lambda role: DaemonKey(_one_of(get_args(DaemonRole), role)),
    "chain": _chain,
    "chain6": lambda table, name: _chain(table, name, ipv6=True),
    "table": _table,
}
