"""Addresses of either family, and how the tools write them with a port, or as that of one host."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

Address = IPv4Address | IPv6Address


def address(text: str) -> Address:
    """Read an address; ValueError when it is none, or one that only an interface gives a meaning."""
    if "%" in text:
        raise ValueError(f"{text!r} is an address of one interface")
    return IPv6Address(text) if ":" in text else IPv4Address(text)


def rank(address: Address) -> tuple[int, int]:
    """Sort addresses of both families."""
    return address.version, int(address)


def host(address: Address) -> str:
    """Write an address as the prefix that holds nothing else: 192.0.2.1/32, 2001:db8::1/128."""
    return f"{address}/{address.max_prefixlen}"


def of_host(text: str) -> Address:
    """Read what `host` writes."""
    found = address(text.partition("/")[0])
    if host(found) != text:
        raise ValueError(f"{text!r} is not one host's")
    return found


def endpoint(address: Address, port: int) -> str:
    """Write an address with a port: 192.0.2.1:80, [2001:db8::1]:80."""
    return f"{address}:{port}" if address.version == 4 else f"[{address}]:{port}"


@lru_cache(2**12)
def of_endpoint(text: str) -> tuple[Address, int]:
    """Read what `endpoint` writes; a table names the same ones again and again."""
    name, _, digits = text.rpartition(":")
    found, port = address(name.removeprefix("[").removesuffix("]")), int(digits)
    if endpoint(found, port) != text:
        raise ValueError(f"{text!r} is no address with a port")
    return found, port
