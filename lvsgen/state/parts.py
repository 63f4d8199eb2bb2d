"""Parts: the things that a host's state is made of. Each has a key, and a text that lines.parse reads back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Literal

from lvsgen.state import ip
from lvsgen.state.ip import Address
from lvsgen.state.keys import (
    AddressKey,
    DaemonKey,
    DaemonRole,
    DestinationKey,
    RouteKey,
    ServiceKey,
    SysctlKey,
    TimeoutKey,
    TimeoutName,
)
from lvsgen.state.netfilter import Chain, NftTable

Forward = Literal["direct", "nat", "tunnel"]
Flag = Literal["sh-fallback", "sh-port", "mh-fallback", "mh-port", "flag-1", "flag-2", "flag-3"]
TunnelKind = Literal["ipip", "gue", "gre"]
Checksum = Literal["nocsum", "csum", "remcsum"]

FORWARDS: dict[Forward, str] = {"direct": "-g", "nat": "-m", "tunnel": "-i"}


@dataclass(frozen=True, slots=True)
class Sysctl:
    """One kernel setting, by its path below /proc/sys."""

    path: str
    value: str

    def __str__(self) -> str:
        return f"{self.key} {self.value}"

    @property
    def key(self) -> SysctlKey:
        """What the kernel knows it by."""
        return SysctlKey(self.path)


@dataclass(frozen=True, slots=True)
class Timeout:
    """One of the IPVS timeouts, in seconds."""

    name: TimeoutName
    seconds: int

    def __str__(self) -> str:
        return f"{self.key} {self.seconds}"

    @property
    def key(self) -> TimeoutKey:
        """What the kernel knows it by."""
        return TimeoutKey(self.name)


@dataclass(frozen=True, slots=True)
class VipAddress:
    """A virtual address on an interface, always as that of one host.

    `label`, `broadcast` and `options`, further words of `ip addr add`, are written when the address is added and never
    compared: `ip` cannot change them in place.
    """

    address: Address
    device: str
    label: str = ""
    broadcast: IPv4Address | None = None
    options: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(("address", *self.words))

    @property
    def key(self) -> AddressKey:
        """What the kernel knows it by."""
        return AddressKey(self.address, self.device)

    @property
    def words(self) -> tuple[str, ...]:
        """What follows `ip addr add`."""
        broadcast = ("brd", str(self.broadcast)) if self.broadcast else ()
        label = ("label", self.label) if self.label else ()
        return (ip.host(self.address), "dev", self.device, *broadcast, *label, *self.options)


@dataclass(frozen=True, slots=True)
class HostRoute:
    """The host route of a VIP in the main table.

    `source` and `options`, further words of `ip route add`, are written when the route is added and never compared.
    The kernel holds one such route for an address, on whatever device: another one is EEXIST.
    """

    address: Address
    device: str
    source: Address | None = None
    options: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(("route", *self.words))

    @property
    def key(self) -> RouteKey:
        """What the kernel knows it by."""
        return RouteKey(self.address)

    @property
    def words(self) -> tuple[str, ...]:
        """What follows `ip route add`."""
        source = ("src", str(self.source)) if self.source else ()
        return (ip.host(self.address), "dev", self.device, *source, *self.options)


@dataclass(frozen=True, slots=True)
class Service:
    """A virtual service; `flags` are its scheduler's, `engine` the persistence engine.

    `persistence` in seconds, 0 for none; only with it is there a `netmask`, a prefix's length for IPv6, and None is the
    whole address.
    """

    key: ServiceKey
    scheduler: str
    flags: tuple[Flag, ...] = ()
    persistence: int = 0
    netmask: IPv4Address | int | None = None
    engine: str = ""
    one_packet: bool = False

    def __str__(self) -> str:
        return f"-A {self.words}"

    @property
    def words(self) -> str:
        """What follows the command in a line of ipvsadm: every attribute."""
        return " ".join((self.key.words, "-s", self.scheduler, *self._options()))

    def _options(self) -> Iterator[str]:
        if self.persistence:
            yield f"-p {self.persistence}"
        if self.netmask is not None:
            yield f"-M {self.netmask}"
        if self.engine:
            yield f"--pe {self.engine}"
        if self.one_packet:
            yield "-o"
        if self.flags:
            yield f"-b {','.join(self.flags)}"


@dataclass(frozen=True, slots=True)
class Tunnel:
    """How packets are wrapped on their way to a destination; `port` is that of gue."""

    kind: TunnelKind = "ipip"
    port: int = 0
    checksum: Checksum = "nocsum"

    def __str__(self) -> str:
        """Write the words of ipvsadm; plain ipip, which old versions know without a word, has none."""
        port = f" --tun-port {self.port}" if self.port else ""
        return "" if self.kind == "ipip" else f"--tun-type {self.kind}{port} --tun-{self.checksum}"


PLAIN = Tunnel()


@dataclass(frozen=True, slots=True)
class Destination:
    """A realserver's address and port in a service; `upper` and `lower` are connection thresholds, 0 for none."""

    service: ServiceKey
    address: Address
    port: int
    forward: Forward
    weight: int
    upper: int = 0
    lower: int = 0
    tunnel: Tunnel = PLAIN

    def __str__(self) -> str:
        return f"-a {self.words}"

    @property
    def key(self) -> DestinationKey:
        """What the kernel knows it by."""
        return DestinationKey(self.service, self.address, self.port)

    @property
    def endpoint(self) -> str:
        """Its address and port."""
        return ip.endpoint(self.address, self.port)

    @property
    def words(self) -> str:
        """What follows the command in a line of ipvsadm: every attribute."""
        tunnel = f" {self.tunnel}" if self.tunnel != PLAIN else ""
        limits = (f" -x {self.upper}" if self.upper else "") + (f" -y {self.lower}" if self.lower else "")
        where = f"{self.service.words} -r {self.endpoint} {FORWARDS[self.forward]}"
        return f"{where} -w {self.weight}{tunnel}{limits}"


@dataclass(frozen=True, slots=True)
class SyncDaemon:
    """A connection synchronisation daemon; `options` are further words of --start-daemon."""

    role: DaemonRole
    interface: str
    syncid: int
    options: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(("daemon", *self.words))

    @property
    def key(self) -> DaemonKey:
        """What the kernel knows it by."""
        return DaemonKey(self.role)

    @property
    def words(self) -> tuple[str, ...]:
        """What follows `ipvsadm --start-daemon`."""
        return (self.role, "--mcast-interface", self.interface, "--syncid", str(self.syncid), *self.options)


Part = Sysctl | Timeout | VipAddress | HostRoute | Service | Destination | SyncDaemon | Chain | NftTable
