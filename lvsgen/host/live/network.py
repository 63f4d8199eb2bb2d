"""Read the addresses that could be VIPs, which are those with a /32, and the host routes of the main table."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address
from itertools import pairwise

from lvsgen import process
from lvsgen.host.live import iplines
from lvsgen.host.live.dependents import STATUS
from lvsgen.host.live.understanding import understood
from lvsgen.state.hoststate import ordered
from lvsgen.state.keys import RouteKey
from lvsgen.state.parts import HostRoute, VipAddress


def addresses() -> tuple[VipAddress, ...]:
    """Read every address with a /32, on whatever device."""
    return parse_addresses(process.output(("ip", "-o", "-f", "inet", "addr", "show")))


def routes() -> tuple[HostRoute, ...]:
    """Read every host route that leads straight to a device."""
    return parse_routes(process.output(("ip", "-f", "inet", "route", "show", "table", "main")))


def parse_addresses(text: str) -> tuple[VipAddress, ...]:
    """Read lines such as "2: eth0    inet 192.0.2.80/32 brd 192.0.2.80 scope global eth0:1\\ valid_lft forever"."""
    with understood("ip addr"):
        return ordered({address.key: address for address in _addresses(text)}.values())


def parse_routes(text: str) -> tuple[HostRoute, ...]:
    """Read lines such as "192.0.2.80 dev eth0 scope link src 192.0.2.80".

    Of several routes to one address, which `ip route append` makes, the kernel uses the first; one with a metric
    stands apart.
    """
    with understood("ip route"):
        found: dict[RouteKey, HostRoute] = {}
        for route in _routes(text):
            found.setdefault(route.key, route)
        return ordered(found.values())


def _addresses(text: str) -> Iterator[VipAddress]:
    for words in iplines.addresses(text):
        match words:
            case [_, device, "inet", found, *rest] if found.endswith("/32"):
                label = rest[-1] if rest and rest[-1] != device else ""
                options = tuple(_address_options(rest[:-1]))
                yield VipAddress(IPv4Address(found.removesuffix("/32")), device, label, _after("brd", rest), options)


def _routes(text: str) -> Iterator[HostRoute]:
    for words in iplines.routes(text):
        match words:
            case [to, "dev", device, *rest] if "metric" not in rest and _is_address(to):
                yield HostRoute(IPv4Address(to), device, _after("src", rest), tuple(_route_options(rest)))


def _address_options(words: list[str]) -> Iterator[str]:
    """Yield what an address was added with beside broadcast and label; lifetimes are not among it: they run on."""
    for word, value in pairwise([*words, ""]):
        if word in ("metric", "proto") or (word == "scope" and value != "global"):
            yield from (word, value)
        elif word in ("noprefixroute", "autojoin"):
            yield word


def _route_options(words: list[str]) -> Iterator[str]:
    """Yield what a route was added with beside its source: mtu, advmss, proto and the like; the usual scope is link."""
    shown = [word for word in words if word not in STATUS]
    scope = shown[shown.index("scope") + 1] if "scope" in shown[:-1] else "global"
    yield from (word for before, word in pairwise(("", *shown)) if not {before, word} & {"src", "scope"})
    yield from () if scope == "link" else ("scope", scope)


def _after(word: str, words: list[str]) -> IPv4Address | None:
    return IPv4Address(words[words.index(word) + 1]) if word in words[:-1] else None


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True
