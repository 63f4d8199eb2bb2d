"""Addresses, subnets, hardware addresses and ports: what is taken, and what is said of all else."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network

from lvsgen import phrasing
from lvsgen.description.refusing import as_text, between, kind, refuse

MAC = r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}"
PORT_NAME = r"(?=[^a-zA-Z]*[a-zA-Z])[A-Za-z0-9]([A-Za-z0-9_.+-]{0,30}[A-Za-z0-9])?"
LARGEST_SUBNET, SMALLEST_SUBNET = 8, 30


def address(value: object) -> IPv4Address:
    """Take an IPv4 address."""
    if isinstance(value, IPv4Address):
        return value
    text = as_text(value, "an address", "192.0.2.10")
    _not_ipv6(text)
    try:
        return IPv4Address(text)
    except ValueError:
        refuse("LVS210", f"{phrasing.quote(text)} is not an IPv4 address", _address_hint(text))


def gateway(value: object) -> IPv4Address:
    """Take the address of a router; that a director or a VIP is one is to come."""
    if isinstance(value, dict) or value == "director":
        what = "the director" if value == "director" else "a VIP"
        refuse("LVS209", f"{what} as a gateway is not supported yet", "write a router's address, or leave the key out")
    return address(value)


def _address_hint(text: str) -> str:
    if "/" in text:
        return "write the address alone; its prefix length comes from the network"
    if re.fullmatch(r"[0-9]+(\.[0-9]+){3}", text):
        return "each of the four numbers is 0 to 255, without leading zeros"
    return "write four numbers of 0 to 255 with dots between, like 192.0.2.10; host names are not looked up"


def _not_ipv6(text: str) -> None:
    if re.fullmatch(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:./]*", text):
        refuse("LVS209", f"IPv6 is not supported yet: {phrasing.quote(text)}", "write an IPv4 address, like 192.0.2.10")


def subnet(value: object) -> IPv4Network:
    """Take a network, written with its first address and its prefix length."""
    if isinstance(value, IPv4Network):
        return value
    text = as_text(value, "a subnet", "192.0.2.0/24")
    _not_ipv6(text)
    if not re.fullmatch(r"[0-9.]+/[0-9]{1,2}", text):
        refuse(
            "LVS211", f"{phrasing.quote(text)} is not a subnet", "write address and prefix length, like 192.0.2.0/24"
        )
    try:
        meant = IPv4Network(text, strict=False)
    except ValueError:
        refuse(
            "LVS211", f"{phrasing.quote(text)} is not a subnet", "write address and prefix length, like 192.0.2.0/24"
        )
    return _sensible_subnet(text, meant)


def _sensible_subnet(text: str, meant: IPv4Network) -> IPv4Network:
    if not LARGEST_SUBNET <= meant.prefixlen <= SMALLEST_SUBNET:
        size = f"/{LARGEST_SUBNET} to /{SMALLEST_SUBNET}"
        refuse("LVS211", f"a subnet is {size}, not /{meant.prefixlen}", "write the prefix length that the hosts use")
    if text.partition("/")[0] != str(meant.network_address):
        refuse("LVS211", f"{phrasing.quote(text)} is an address inside a network", f"the network is {meant}")
    return meant


def mac(value: object) -> str:
    """Take a network card's hardware address."""
    text = as_text(value, "a MAC address", '"00:14:5E:6B:13:3E", in quotes')
    if not re.fullmatch(MAC, text):
        refuse("LVS212", f"{phrasing.quote(text)} is not a MAC address", 'write six octets, like "00:14:5E:6B:13:3E"')
    if int(text[:2], 16) & 1:
        refuse(
            "LVS212", f"{phrasing.quote(text)} is a multicast MAC address", "no interface has it; see `ip link` there"
        )
    if not text.strip("0:"):
        refuse("LVS212", f"{phrasing.quote(text)} is no interface's MAC address", "see `ip link` on the host")
    return text


def port(value: object) -> int | str:
    """Take a port number or the name of a service, known or not."""
    if isinstance(value, int) and not isinstance(value, bool):
        return between(1, 65535, "a port", "write the port's number, like 22, or its name, like ssh")(value)
    if not isinstance(value, str):
        refuse("LVS203", f"a port must be a number or a name, not {kind(value)}", "write it like 22 or ssh")
    text = value
    if text.isascii() and text.isdigit():
        refuse(
            "LVS203",
            f"a port's number is written without quotes, not {phrasing.quote(text)}",
            f"write port: {int(text[:9])}",
        )
    if not re.fullmatch(PORT_NAME, text, re.ASCII):
        refuse("LVS213", f"{phrasing.quote(text)} is not a port", "write its number, 1 to 65535, or its name, like ssh")
    return text
