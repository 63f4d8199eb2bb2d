"""The scalar types of the description: what each accepts, and what it says when it does not."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal, NoReturn

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from lvsgen import words
from lvsgen.platforms import PLATFORMS, Firewall, Init, NetworkFiles

NAME = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
CLUSTER = r"[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?"
INTERFACE = r"(?!(lo|all|default)$)[A-Za-z0-9][A-Za-z0-9_.-]{0,14}"
MAC = r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}"
PORT_NAME = r"(?=[^a-zA-Z]*[a-zA-Z])[A-Za-z0-9]([A-Za-z0-9_.+-]{0,30}[A-Za-z0-9])?"
DURATION = r"[1-9][0-9]*[smhd]"
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST_TIMEOUT = 31 * 86400
HEAVIEST = 65535
SCHEDULERS = ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh")
LARGEST_SUBNET, SMALLEST_SUBNET = 8, 30


def refuse(code: str, message: str, hint: str = "") -> NoReturn:
    """Refuse a value with a finding's code, what is wrong with it and what to do about it."""
    raise PydanticCustomError("finding", "{message}", {"code": code, "message": message, "hint": hint})


def _text(value: object, what: str, example: str = "") -> str:
    if not isinstance(value, str):
        number = isinstance(value, int) and not isinstance(value, bool)
        hint = f'write it in quotes: "{value}"' if number else f"write it like {example}" if example else ""
        refuse("LVS203", f"{what} must be text, not {kind(value)}", hint)
    return value


def given(value: object) -> object:
    """Refuse a key without a value: left out and left empty must not mean the same."""
    if value is None:
        refuse("LVS203", "the key has no value", "write one, or leave the key out")
    return value


def kind(value: object) -> str:
    """Say what a YAML value is: "the number 5", "a mapping", ..."""
    match value:
        case None:
            return "nothing"
        case bool():
            return f"the truth value {words.quote(value)}"
        case int():
            return f"the number {words.quote(value)}"
        case str():
            return f"the text {words.quote(value)}"
        case dict():
            return "a mapping"
    return "a list"


def _matching(pattern: str, what: str, rule: str) -> Callable[[object], str]:
    known = re.compile(pattern)

    def check(value: object) -> str:
        text = _text(value, what, "this: web-1")
        if not known.fullmatch(text):
            refuse("LVS205", f"{words.quote(text)} cannot be {what}", rule)
        return text

    return check


def _one_of(what: str, known: tuple[str, ...], later: Mapping[str, str] | None = None) -> Callable[[object], str]:
    def check(value: object) -> str:
        text = _text(value, what, known[0])
        if text in known:
            return text
        if later and text in later:
            refuse("LVS209", f"{what} {words.quote(text)} is not supported yet", later[text])
        expected = f"it is one of {words.listing(known)}" if len(known) > 1 else f"write {known[0]}"
        guess = _guess(text, known)
        refuse("LVS206", f"{words.quote(text)} is no {what}", f"{guess} {expected}".strip())

    return check


@functools.lru_cache
def _guess(text: str, known: tuple[str, ...]) -> str:
    return words.did_you_mean(text, known)


def _address(value: object) -> IPv4Address:
    if isinstance(value, IPv4Address):
        return value
    text = _text(value, "an address", "192.0.2.10")
    _not_ipv6(text)
    try:
        return IPv4Address(text)
    except ValueError:
        refuse("LVS210", f"{words.quote(text)} is not an IPv4 address", _address_hint(text))


def _address_hint(text: str) -> str:
    if "/" in text:
        return "write the address alone; its prefix length comes from the network"
    if re.fullmatch(r"[0-9]+(\.[0-9]+){3}", text):
        return "each of the four numbers is 0 to 255, without leading zeros"
    return "write four numbers of 0 to 255 with dots between, like 192.0.2.10; host names are not looked up"


def _not_ipv6(text: str) -> None:
    if re.fullmatch(r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:./]*", text):
        refuse("LVS209", f"IPv6 is not supported yet: {words.quote(text)}", "write an IPv4 address, like 192.0.2.10")


def _subnet(value: object) -> IPv4Network:
    if isinstance(value, IPv4Network):
        return value
    text = _text(value, "a subnet", "192.0.2.0/24")
    _not_ipv6(text)
    if not re.fullmatch(r"[0-9.]+/[0-9]{1,2}", text):
        refuse("LVS211", f"{words.quote(text)} is not a subnet", "write address and prefix length, like 192.0.2.0/24")
    try:
        meant = IPv4Network(text, strict=False)
    except ValueError:
        refuse("LVS211", f"{words.quote(text)} is not a subnet", "write address and prefix length, like 192.0.2.0/24")
    return _sensible_subnet(text, meant)


def _sensible_subnet(text: str, meant: IPv4Network) -> IPv4Network:
    if not LARGEST_SUBNET <= meant.prefixlen <= SMALLEST_SUBNET:
        size = f"/{LARGEST_SUBNET} to /{SMALLEST_SUBNET}"
        refuse("LVS211", f"a subnet is {size}, not /{meant.prefixlen}", "write the prefix length that the hosts use")
    if text.partition("/")[0] != str(meant.network_address):
        refuse("LVS211", f"{words.quote(text)} is an address inside a network", f"the network is {meant}")
    return meant


def _mac(value: object) -> str:
    text = _text(value, "a MAC address", '"00:14:5E:6B:13:3E", in quotes')
    if not re.fullmatch(MAC, text):
        refuse("LVS212", f"{words.quote(text)} is not a MAC address", 'write six octets, like "00:14:5E:6B:13:3E"')
    if int(text[:2], 16) & 1:
        refuse("LVS212", f"{words.quote(text)} is a multicast MAC address", "no interface has it; see `ip link` there")
    if not text.strip("0:"):
        refuse("LVS212", f"{words.quote(text)} is no interface's MAC address", "see `ip link` on the host")
    return text


def port(value: object) -> int | str:
    """Take a port number or the name of a service, known or not."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _between(1, 65535, "a port", "write the port's number, like 22, or its name, like ssh")(value)
    text = _text(value, "a port", "22 or ssh")
    if text.isascii() and text.isdigit():
        refuse(
            "LVS203",
            f"a port's number is written without quotes, not {words.quote(text)}",
            f"write port: {int(text[:9])}",
        )
    if not re.fullmatch(PORT_NAME, text, re.ASCII):
        refuse("LVS213", f"{words.quote(text)} is not a port", "write its number, 1 to 65535, or its name, like ssh")
    return text


def _between(low: int, high: int, what: str, hint: str) -> Callable[[object], int]:
    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            refuse("LVS203", f"{what} must be a whole number, not {kind(value)}", f"write a number of {low} to {high}")
        if not low <= value <= high:
            refuse("LVS207", f"{what} is {low} to {high}, not {words.quote(value)}", hint)
        return value

    return check


def _seconds(value: object) -> int:
    hint = "write 90s, 15m, 72h or 1d, or leave the key out to keep what the kernel has"
    in_range = _between(1, LONGEST_TIMEOUT, "a timeout in seconds", hint)
    if isinstance(value, int) and not isinstance(value, bool):
        return in_range(value)
    text = _text(value, "a timeout", "72h")
    if re.fullmatch(r"0+[smhd]", text):
        return in_range(0)
    if not re.fullmatch(DURATION, text, re.ASCII) or len(text) > 12:
        refuse("LVS208", f"{words.quote(text)} is not a length of time", hint)
    return in_range(int(text[:-1]) * SECONDS[text[-1]])


def _enum(kinds: type[Init] | type[NetworkFiles] | type[Firewall], what: str) -> Callable[[object], object]:
    check = _one_of(what, tuple(kinds))
    return lambda value: value if isinstance(value, kinds) else kinds(check(value))


def _schema(pattern: str, **more: object) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$", **more})


_NAME_RULE = "write 1 to 63 of a-z, 0-9 and -, with no - at either end"
_CLUSTER_RULE = "write 1 to 16 of a-z, 0-9 and -, with no - at either end"
_INTERFACE_RULE = "write 1 to 15 of A-Z, a-z, 0-9, _, . and -, as `ip link` names a network card; lo is none"
_LATER = {
    "nat": "write forward: direct; the realservers answer clients themselves",
    "tunnel": "write forward: direct; the realservers stand on the director's network",
}

Name = Annotated[str, BeforeValidator(_matching(NAME, "a name", _NAME_RULE)), _schema(NAME)]
ClusterName = Annotated[str, BeforeValidator(_matching(CLUSTER, "a cluster's name", _CLUSTER_RULE)), _schema(CLUSTER)]
InterfaceName = Annotated[
    str, BeforeValidator(_matching(INTERFACE, "an interface's name", _INTERFACE_RULE)), _schema(INTERFACE)
]
PlatformName = Annotated[
    str,
    BeforeValidator(_one_of("platform", tuple(PLATFORMS))),
    WithJsonSchema({"type": "string", "enum": list(PLATFORMS)}),
]
InitName = Annotated[Init, BeforeValidator(_enum(Init, "init system"))]
NetworkFilesName = Annotated[NetworkFiles, BeforeValidator(_enum(NetworkFiles, "kind of network files"))]
FirewallName = Annotated[Firewall, BeforeValidator(_enum(Firewall, "firewall tool"))]
Protocol = Annotated[Literal["tcp", "udp"], BeforeValidator(_one_of("protocol", ("tcp", "udp")))]
Forward = Annotated[Literal["direct"], BeforeValidator(_one_of("forwarding method", ("direct",), _LATER))]
Scheduler = Annotated[
    str,
    BeforeValidator(_one_of("scheduler", SCHEDULERS)),
    WithJsonSchema({"type": "string", "enum": list(SCHEDULERS)}),
]
Address = Annotated[IPv4Address, BeforeValidator(_address), WithJsonSchema({"type": "string", "format": "ipv4"})]
Subnet = Annotated[IPv4Network, BeforeValidator(_subnet), _schema(r"[0-9.]+/[0-9]{1,2}")]
Mac = Annotated[str, BeforeValidator(_mac), _schema(MAC)]
Port = Annotated[
    int | str,
    BeforeValidator(port),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": 65535},
                {"type": "string", "pattern": f"^{PORT_NAME}$"},
            ]
        }
    ),
]
Weight = Annotated[
    int,
    BeforeValidator(_between(0, HEAVIEST, "a weight", "0 gives a realserver no new connections")),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": HEAVIEST}),
]
Seconds = Annotated[
    int,
    BeforeValidator(_seconds),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": LONGEST_TIMEOUT},
                {"type": "string", "pattern": f"^{DURATION}$"},
            ]
        }
    ),
]
