"""HostState: what lvsgen says about one host's kernel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from ipaddress import IPv4Address
from itertools import pairwise
from typing import Any, Literal, Protocol, TypeVar

Transport = Literal["tcp", "udp", "fwmark"]
Forward = Literal["direct", "nat", "tunnel"]
TimeoutName = Literal["tcp", "tcpfin", "udp"]
DaemonRole = Literal["master", "backup"]


class Keyed(Protocol):
    """A part of a host's state: `key` is what the kernel knows it by."""

    @property
    def key(self) -> Any:
        """Sortable, and hashable."""


Part = TypeVar("Part", bound=Keyed)


@dataclass(frozen=True, slots=True)
class Sysctl:
    """One kernel setting; `key` is its path below /proc/sys, slashes and all, so that eth0.100 stays one word."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class VipAddress:
    """A virtual address on an interface, always as /32.

    `label`, `broadcast` and `options`, further words of `ip addr add`, are written when the address is added and never
    compared: `ip` cannot change them in place.
    """

    address: IPv4Address
    device: str
    label: str = ""
    broadcast: IPv4Address | None = None
    options: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[IPv4Address, str]:
        """What the kernel knows the address by."""
        return self.address, self.device


@dataclass(frozen=True, slots=True)
class HostRoute:
    """The host route of a VIP in the main table.

    `source` and `options`, further words of `ip route add`, are written when the route is added and never compared.
    The kernel holds one such route for an address, on whatever device: another one is EEXIST.
    """

    address: IPv4Address
    device: str
    source: IPv4Address | None = None
    options: tuple[str, ...] = ()

    @property
    def key(self) -> IPv4Address:
        """What the kernel knows the route by."""
        return self.address


@dataclass(frozen=True, slots=True, order=True)
class ServiceKey:
    """What IPVS knows a virtual service by: protocol, address and port; or a fwmark.

    A fwmark service has the address 0.0.0.0 and its mark as `port`.
    """

    protocol: Transport
    address: IPv4Address
    port: int


@dataclass(frozen=True, slots=True)
class Destination:
    """A realserver's address and port in a service.

    `upper` and `lower` are connection thresholds, 0 for none. `tunnel` holds the words of --tun-type and its kin as
    `ipvsadm --save` prints them; plain ipip, which old versions know without a word, has none.
    """

    address: IPv4Address
    port: int
    forward: Forward
    weight: int
    upper: int = 0
    lower: int = 0
    tunnel: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[IPv4Address, int]:
        """What IPVS knows the destination by, within its service."""
        return self.address, self.port


@dataclass(frozen=True, slots=True)
class Service:
    """A virtual service; destinations sorted; `flags` are its scheduler's, `engine` the persistence engine.

    `persistence` in seconds, 0 for none; only with it is there a `netmask`, and None is the whole address.
    """

    key: ServiceKey
    scheduler: str
    destinations: tuple[Destination, ...] = ()
    flags: tuple[str, ...] = ()
    persistence: int = 0
    netmask: IPv4Address | None = None
    engine: str = ""
    one_packet: bool = False

    def __post_init__(self) -> None:
        _refuse_disorder(self.destinations, "destinations of", self.key)


@dataclass(frozen=True, slots=True)
class Timeout:
    """One of the IPVS timeouts, in seconds."""

    name: TimeoutName
    seconds: int

    @property
    def key(self) -> TimeoutName:
        """What the kernel knows the timeout by."""
        return self.name


@dataclass(frozen=True, slots=True)
class SyncDaemon:
    """A connection synchronisation daemon; `options` are further words of --start-daemon."""

    role: DaemonRole
    interface: str
    syncid: int
    options: tuple[str, ...] = ()

    @property
    def key(self) -> DaemonRole:
        """What the kernel knows the daemon by: there is one of each role."""
        return self.role


@dataclass(frozen=True, slots=True)
class Chain:
    """An iptables chain of ours: `rules` are what iptables-save prints after `-A NAME `, in order.

    `hook` is the built-in chain that jumps to it, `jumps` how often it does: 1, unless a hand was at work.
    """

    table: str
    name: str
    hook: str
    rules: tuple[str, ...]
    jumps: int = 1

    @property
    def key(self) -> tuple[str, str]:
        """What the kernel knows the chain by."""
        return self.table, self.name


@dataclass(frozen=True, slots=True)
class NftTable:
    """An nftables table of ours; `body` is lines that nft reads and prints alike: see `of`.

    Lines and not words: a rule ends where its line ends, so a body of words could be compared but not loaded again.
    """

    family: str
    name: str
    body: tuple[str, ...]

    @classmethod
    def of(cls, family: str, name: str, text: str) -> NftTable:
        """Take what stands between the braces of `nft list table`: indentation goes, a list that is wrapped is joined.

        `nft list table` wraps a set's elements after a comma, at a width of its own.
        """
        lines = (" ".join(line.split()) for line in text.splitlines())
        joined = "\n".join(line for line in lines if line).replace(",\n", ", ")
        return cls(family, name, tuple(joined.splitlines()))

    @property
    def key(self) -> tuple[str, str]:
        """What the kernel knows the table by."""
        return self.family, self.name


@dataclass(frozen=True, slots=True)
class HostState:
    """Everything lvsgen says about one host's kernel; every tuple sorted by key and without a key twice."""

    sysctls: tuple[Sysctl, ...] = ()
    addresses: tuple[VipAddress, ...] = ()
    routes: tuple[HostRoute, ...] = ()
    services: tuple[Service, ...] = ()
    timeouts: tuple[Timeout, ...] = ()
    daemons: tuple[SyncDaemon, ...] = ()
    chains: tuple[Chain, ...] = ()
    tables: tuple[NftTable, ...] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            _refuse_disorder(getattr(self, field.name), field.name)


def ordered(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Sort parts of a state by key, as a HostState wants them."""
    return tuple(sorted(parts, key=lambda part: part.key))


def _refuse_disorder(parts: tuple[Part, ...], *what: object) -> None:
    keys = [part.key for part in parts]
    for key, following in pairwise(keys):
        if not key < following:
            raise ValueError(f"{' '.join(map(str, what))}: {key} before {following}: not sorted, or twice")
