"""host/live/iplines.py and who reads by it: interfaces have the names that the kernel lets them have."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from lvsgen.apply import scratch
from lvsgen.host.live import network
from lvsgen.state.parts import HostRoute, VipAddress

VIP = IPv4Address("192.0.2.80")
NAMES = (
    "eth0",
    "dev",
    "up",
    "inet",
    "scope",
    "metric",
    "dead",
    '"q',
    "#x",
    "a\\b",
    "a\\",
    "-x",
    "\x1c",
    "ü",
    "\u2028",
    "'",
)


@pytest.mark.parametrize("name", NAMES)
def test_an_address_is_read_whatever_its_interface_is_called(name: str) -> None:
    for_ever = "\\       valid_lft forever preferred_lft forever\n"
    text = (
        f"1: lo    inet 127.0.0.1/8 scope host lo{for_ever}"
        f"2: {name}    inet 192.0.2.80/32 brd 192.0.2.80 scope global {name}{for_ever}"
        f"2: {name}    inet 192.0.2.9/24 scope global secondary {name}:1\\       valid_lft 9sec preferred_lft 9sec\n"
    )
    assert network.parse_addresses(text) == (VipAddress(VIP, name, "", VIP),)
    assert list(scratch._addresses(text))[1:] == [
        ("192.0.2.80/32", "brd", "192.0.2.80", "scope", "global", "dev", name),
        ("192.0.2.9/24", "scope", "global", "dev", name, "label", f"{name}:1"),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_route_is_read_whatever_its_interface_is_called(name: str) -> None:
    text = (
        "default proto static metric 9 "
        f"\\\tnexthop via 192.0.2.1 dev {name} weight 1 \\\tnexthop via 192.0.2.2 dev {name} weight 1 \n"
        f"192.0.2.0/24 dev {name} proto kernel scope link src 192.0.2.9 \n"
        f"192.0.2.80 dev {name} scope link src 192.0.2.80 linkdown \n"
    )
    assert network.parse_routes(text) == (HostRoute(VIP, name, VIP),)
    hops = (("nexthop", "via", f"192.0.2.{last}", "dev", name, "weight", "1") for last in (1, 2))
    assert list(scratch._routes(text)) == [
        ("default", "proto", "static", "metric", "9", *next(hops), *next(hops)),
        ("192.0.2.80", "dev", name, "scope", "link", "src", "192.0.2.80"),
    ]
