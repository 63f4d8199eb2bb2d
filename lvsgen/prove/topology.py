"""What to build in the lab: hosts, and the networks that join them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Nic:
    """A host's network card; `address` with its prefix length."""

    device: str
    network: str
    address: str
    mac: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """A host to build; `flavour` el has the folders of Enterprise Linux; the name "" is the guest itself."""

    name: str
    nics: tuple[Nic, ...]
    gateway: str = ""
    forward: bool = False
    flavour: str = ""

    def spec(self) -> dict[str, Any]:
        """As the agent takes it."""
        nics = [
            {"device": nic.device, "network": nic.network, "address": nic.address, "mac": nic.mac} for nic in self.nics
        ]
        return {
            "name": self.name,
            "flavour": self.flavour,
            "nics": nics,
            "gateway": self.gateway,
            "forward": self.forward,
        }


def cluster(  # noqa: PLR0913 - these are the parts of a cluster
    director: tuple[str, str],
    realservers: Mapping[str, str],
    *,
    gateway: str,
    prefix: int = 24,
    client: str = "198.51.100.2",
    flavour: str = "",
) -> tuple[Machine, ...]:
    """client - gateway - LAN - director and realservers, each with eth0; names with addresses on the LAN.

    The hosts are named client, gateway, and as given.
    """
    first = f"{client.rpartition('.')[0]}.1"
    inside = [director, *realservers.items()]
    return (
        Machine("client", (Nic("eth0", "outside", f"{client}/24"),), gateway=first),
        Machine(
            "gateway", (Nic("eth0", "lan", f"{gateway}/{prefix}"), Nic("eth1", "outside", f"{first}/24")), forward=True
        ),
        *(
            Machine(name, (Nic("eth0", "lan", f"{address}/{prefix}"),), gateway, flavour=flavour)
            for name, address in inside
        ),
    )
