"""The description as typed values: what an author can say about a cluster."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from lvsgen.description import devices, fields, kinds, notyet
from lvsgen.platforms.platform import Platform
from lvsgen.platforms.table import PLATFORMS

Entry = TypeVar("Entry")


def _one_for_now(what: str, instead: str) -> BeforeValidator:
    return BeforeValidator(notyet.one_for_now(what, instead))


Maybe = Annotated[Entry | None, BeforeValidator(kinds.given)]
_Vip = Annotated[fields.Name, _one_for_now("VIPs", "write a service for each")]
_Protocol = Annotated[fields.Protocol, _one_for_now("protocols", "write a service for each")]
_Port = Annotated[fields.Port, _one_for_now("ports", "write a service for each")]
_Subnet = Annotated[fields.Subnet, _one_for_now("subnets", "describe a network for each")]
_Gateway = Annotated[fields.Gateway, _one_for_now("gateways", "write the one that hosts use as their default route")]
_Address = Annotated[fields.Address, _one_for_now("addresses", "write the host's own one on that network")]
_VipAddress = Annotated[fields.Address, _one_for_now("addresses", "describe a VIP for each")]
_Suppressions = Annotated[
    dict[fields.WarningCode, fields.Reason],
    Field(
        default_factory=dict,
        min_length=1,
        description="Warnings that are meant so here, by their codes, each with the reason.",
        examples=[{"LVS501": "kept for the move of the mail servers"}],
    ),
]
"""A suppression stands at the thing that it concerns."""
Group = Annotated[dict[fields.Name, Entry], Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Network(_Model):
    """A network segment that hosts share."""

    subnet: _Subnet = Field(description="Address and prefix length of the network.", examples=["192.0.2.0/24"])
    gateway: Maybe[_Gateway] = Field(
        default=None, description="The router that hosts on it use as their default route.", examples=["192.0.2.1"]
    )


class Interface(_Model):
    """A network card of a host; its address is the host's DIP or RIP."""

    network: fields.Name = Field(description="The network it is plugged into.", examples=["lan"])
    address: _Address = Field(description="The host's own address on that network.", examples=["192.0.2.10"])
    mac: Maybe[fields.Mac] = Field(
        default=None,
        description="Its hardware address, in quotes; written into network files that can check it.",
        examples=["00:14:5E:6B:13:3E"],
    )
    network_files: Maybe[fields.NoFiles] = Field(
        default=None, description="`none` writes no network file for it: it is configured elsewhere.", examples=["none"]
    )
    suppress: _Suppressions


class Host(_Model):
    """What directors and realservers have in common."""

    platform: fields.PlatformName = Field(
        description="What the host runs; picks its init system, network files and firewall tool.", examples=["debian"]
    )
    init: Maybe[fields.InitName] = Field(
        default=None, description="Starts services at boot, instead of what the platform has.", examples=["systemd"]
    )
    network: Maybe[fields.NetworkFilesName] = Field(
        default=None,
        description="Configures interfaces at boot, instead of what the platform has.",
        examples=["networkd"],
    )
    firewall: Maybe[fields.FirewallName] = Field(
        default=None, description="Holds packet filter rules, instead of what the platform has.", examples=["nft"]
    )
    network_files: Maybe[fields.NoFiles] = Field(
        default=None, description="`none` writes no network files for the host at all.", examples=["none"]
    )
    interfaces: dict[fields.InterfaceName, Interface] = Field(
        min_length=1,
        description="Its network cards, by the names the kernel gives them.",
        examples=[{"eth0": {"network": "lan", "address": "192.0.2.10"}}],
    )
    suppress: _Suppressions

    @property
    def target(self) -> Platform:
        """The platform with this host's overrides applied."""
        platform = PLATFORMS[self.platform]
        return replace(
            platform,
            init=self.init or platform.init,
            network=self.network or platform.network,
            firewall=self.firewall or platform.firewall,
        )

    @property
    def with_files(self) -> tuple[str, ...]:
        """The interfaces that a network file is written for: cards, where nothing else is said."""
        if self.network_files:
            return ()
        return tuple(name for name, one in self.interfaces.items() if not one.network_files and not devices.made(name))


class Director(Host):
    """The load balancer: holds the VIPs and forwards connections to realservers."""


class RealServer(Host):
    """A host that answers connections to a VIP."""


class Vip(_Model):
    """A virtual address that clients connect to."""

    address: _VipAddress = Field(description="The address, apart from every host's own.", examples=["192.0.2.80"])
    suppress: _Suppressions


class Destination(_Model):
    """A realserver's part in a service."""

    weight: fields.Weight = Field(
        default=1,
        description="Its share of new connections beside the others' weights; 0 gives it none.",
        examples=[1],
    )


class VirtualService(_Model):
    """A port of a VIP whose connections are shared among realservers."""

    vip: _Vip = Field(description="The VIP that clients connect to.", examples=["www"])
    protocol: _Protocol = Field(description="The transport protocol.", examples=["tcp"])
    port: _Port = Field(
        description="The port's number, or its name in the services database that comes with lvsgen.", examples=["http"]
    )
    scheduler: fields.Scheduler = Field(
        description="How a realserver is picked for a new connection, in ipvsadm's words.", examples=["wlc"]
    )
    fallback: Maybe[fields.Fallback] = Field(
        default=None,
        description="Of sh and mh: a client whose realserver takes no new connections gets another one, instead of "
        "being refused; as long as nobody says false, where the director knows it.",
        examples=[False],
    )
    forward: fields.Forward = Field(
        description="How packets reach the realserver; `direct` is direct routing.", examples=["direct"]
    )
    realservers: Group[Destination] = Field(
        description="The realservers that answer, by name.", examples=[{"web1": {"weight": 1}}]
    )
    suppress: _Suppressions


class Timeouts(_Model):
    """How long the director remembers an idle connection; what is not named stays as the kernel has it."""

    tcp: Maybe[fields.Seconds] = Field(default=None, description="An open TCP connection.", examples=["72h"])
    tcpfin: Maybe[fields.Seconds] = Field(default=None, description="A TCP connection after a FIN.", examples=["2m"])
    udp: Maybe[fields.Seconds] = Field(default=None, description="UDP packets of one client.", examples=["5m"])


class Cluster(_Model):
    """A Linux Virtual Server cluster."""

    cluster: fields.ClusterName = Field(
        description="The cluster's name; names what lvsgen puts on a host.", examples=["web"]
    )
    networks: Group[Network] = Field(
        description="The networks that hosts stand on, by name.", examples=[{"lan": {"subnet": "192.0.2.0/24"}}]
    )
    directors: Group[Director] = Field(
        description="The load balancer, by host name; one for now.",
        examples=[{"lb1": {"platform": "el9", "interfaces": {"eth0": {"network": "lan", "address": "192.0.2.10"}}}}],
    )
    realservers: Group[RealServer] = Field(
        description="The hosts that answer, by host name.",
        examples=[{"web1": {"platform": "el9", "interfaces": {"eth0": {"network": "lan", "address": "192.0.2.21"}}}}],
    )
    vips: Group[Vip] = Field(
        description="The addresses that clients connect to, by name.", examples=[{"www": {"address": "192.0.2.80"}}]
    )
    services: Group[VirtualService] = Field(
        description="What is balanced, by name.",
        examples=[
            {
                "http": {
                    "vip": "www",
                    "protocol": "tcp",
                    "port": "http",
                    "scheduler": "wlc",
                    "forward": "direct",
                    "realservers": {"web1": {"weight": 1}},
                }
            }
        ],
    )
    timeouts: Timeouts = Field(
        default_factory=Timeouts,
        description="IPVS timeouts; what is not named stays as the kernel has it.",
        examples=[{"tcp": "72h"}],
    )
