"""Addresses, subnets and hardware addresses: what is taken, and what is said of all else."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network

from lvsgen import phrasing
from lvsgen.description.kinds import as_text, refuse
from lvsgen.description.notyet import not_yet
from lvsgen.findings.code import Code

MAC = r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}"
_SUBNET = re.compile(r"[0-9.]+/[0-9]{1,2}")
LARGEST_SUBNET, SMALLEST_SUBNET = 8, 30

NO_ADDRESS = Code(
    "LVS210",
    "Not an IPv4 address",
    "Addresses are written as four numbers; names are not looked up, so that the same text "
    "always builds the same files.",
    "Write it like 192.0.2.10.",
)


def address(value: object) -> IPv4Address:
    """Take an IPv4 address."""
    if isinstance(value, IPv4Address):
        return value
    text = as_text(value, "an address", "192.0.2.10")
    _not_ipv6(text)
    try:
        return IPv4Address(text)
    except ValueError:
        refuse(NO_ADDRESS, f"{phrasing.quote(text)} is not an IPv4 address", _address_hint(text))


def gateway(value: object) -> IPv4Address:
    """Take the address of a router; that a director or a VIP is one is to come."""
    if isinstance(value, dict) or value == "director":
        what = "the director" if value == "director" else "a VIP"
        not_yet(f"{what} as a gateway", "write a router's address, or leave the key out")
    return address(value)


def _address_hint(text: str) -> str:
    if "/" in text:
        return "write the address alone; its prefix length comes from the network"
    if re.fullmatch(r"[0-9]+(\.[0-9]+){3}", text):
        return "each of the four numbers is 0 to 255, without leading zeros"
    return "write four numbers of 0 to 255 with dots between, like 192.0.2.10; host names are not looked up"


def _not_ipv6(text: str) -> None:
    if re.fullmatch(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:./]*", text):
        not_yet("IPv6", "write an IPv4 address, like 192.0.2.10", f": {phrasing.quote(text)}")


NO_SUBNET = Code(
    "LVS211",
    "Not a usable subnet",
    "A subnet is the network's first address and its prefix length, from /8 to /30, with room for hosts.",
    "Write it like 192.0.2.0/24.",
)


def subnet(value: object) -> IPv4Network:
    """Take a network, written with its first address and its prefix length."""
    if isinstance(value, IPv4Network):
        return value
    text = as_text(value, "a subnet", "192.0.2.0/24")
    _not_ipv6(text)
    return _sensible_subnet(text, _subnet(text))


def _subnet(text: str) -> IPv4Network:
    try:
        return IPv4Network(text if _SUBNET.fullmatch(text) else "", strict=False)
    except ValueError:
        hint = "write address and prefix length, like 192.0.2.0/24"
        refuse(NO_SUBNET, f"{phrasing.quote(text)} is not a subnet", hint)


def _sensible_subnet(text: str, meant: IPv4Network) -> IPv4Network:
    if not LARGEST_SUBNET <= meant.prefixlen <= SMALLEST_SUBNET:
        size = f"/{LARGEST_SUBNET} to /{SMALLEST_SUBNET}"
        refuse(NO_SUBNET, f"a subnet is {size}, not /{meant.prefixlen}", "write the prefix length that the hosts use")
    if text.partition("/")[0] != str(meant.network_address):
        refuse(NO_SUBNET, f"{phrasing.quote(text)} is an address inside a network", f"the network is {meant}")
    return meant


NO_MAC = Code(
    "LVS212",
    "Not a usable MAC address",
    "It is written into network files that refuse an interface with another address, so a wrong one cuts a host off.",
    'Copy it from `ip link` on the host, in quotes: "00:14:5E:6B:13:3E".',
)


def mac(value: object) -> str:
    """Take a network card's hardware address."""
    text = as_text(value, "a MAC address", '"00:14:5E:6B:13:3E", in quotes')
    shown = phrasing.quote(text)
    if not re.fullmatch(MAC, text):
        refuse(NO_MAC, f"{shown} is not a MAC address", 'write six octets, like "00:14:5E:6B:13:3E"')
    if int(text[:2], 16) & 1:
        refuse(NO_MAC, f"{shown} is a multicast MAC address", "no interface has it; see `ip link` there")
    if not text.strip("0:"):
        refuse(NO_MAC, f"{shown} is no interface's MAC address", "see `ip link` on the host")
    return text
