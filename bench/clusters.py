"""The clusters that are measured, as descriptions: any number of services, each with its own port, on one network."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

from lvsgen.load import load
from lvsgen.lower.lower import lower
from lvsgen.state.hoststate import HostState

NAME, DIRECTOR = "large", "lb"
DIP, GATEWAY, PREFIX = IPv4Address("10.0.0.2"), IPv4Address("10.0.0.1"), 8
SCHEDULER = "wlc"
_FIRST_RIP, _FIRST_VIP = IPv4Address("10.1.0.1"), IPv4Address("10.2.0.1")
_FIRST_PORT = 1_000
_MOST_REALSERVERS, _SERVICES_OF_A_VIP = 200, 200


def text(count: int, destinations: int) -> str:
    """Describe a cluster of one director and so many services; at most 200 realservers share the services."""
    realservers = min(_MOST_REALSERVERS, count * destinations)
    vips = -(-count // _SERVICES_OF_A_VIP)
    return "\n".join(
        (
            f"cluster: {NAME}",
            f"networks: {{lan: {{subnet: 10.0.0.0/{PREFIX}, gateway: {GATEWAY}}}}}",
            f"directors: {{{DIRECTOR}: {_host(DIP)}}}",
            "realservers:",
            *(f"  r{number}: {_host(_FIRST_RIP + number)}" for number in range(realservers)),
            "vips:",
            *(f"  v{number}: {{address: {_FIRST_VIP + number}}}" for number in range(vips)),
            "services:",
            *_services(count, destinations, realservers),
            "",
        )
    )


def state(file: Path) -> HostState:
    """Give what the director of a description is to hold."""
    return lower(load(file).cluster)[DIRECTOR].state


def _host(address: IPv4Address) -> str:
    return f"{{platform: debian, interfaces: {{eth0: {{network: lan, address: {address}}}}}}}"


def _services(count: int, destinations: int, realservers: int) -> Iterator[str]:
    for number in range(count):
        chosen = (f"r{(number * destinations + at) % realservers}: {{weight: {at + 1}}}" for at in range(destinations))
        words = f"vip: v{number // _SERVICES_OF_A_VIP}, protocol: tcp, port: {_FIRST_PORT + number}"
        yield f"  s{number}: {{{words}, scheduler: {SCHEDULER}, forward: direct, realservers: {{{', '.join(chosen)}}}}}"
