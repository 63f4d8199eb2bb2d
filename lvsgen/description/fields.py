"""The scalar types of the description, with their JSON Schemas."""

from __future__ import annotations

import functools
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema

from lvsgen import phrasing
from lvsgen.description import addresses, ports, ranges, reasons, releases
from lvsgen.description.kinds import as_text, as_truth
from lvsgen.description.words import matching, one_of, refuse_unknown
from lvsgen.naming import CLUSTER, NAME
from lvsgen.platforms.platform import SCHEDULERS, Firewall, Init, NetworkFiles
from lvsgen.platforms.table import PLATFORMS

INTERFACE = r"(?!(lo|all|default)$)[A-Za-z0-9][A-Za-z0-9_.-]{0,14}"
HEAVIEST = 65535


def _platform(value: object) -> str:
    text = as_text(value, "a platform", "el9")
    near, hint = ("", "") if text in PLATFORMS else releases.nearest(text)
    if near:
        refuse_unknown(f"{phrasing.quote(text)} is no platform; {near} is the nearest that lvsgen knows", hint)
    return _known_platform(text)


_known_platform = one_of("platform", tuple(PLATFORMS))


def _enum(kinds: type[Init] | type[NetworkFiles] | type[Firewall], what: str) -> Callable[[object], object]:
    check = one_of(what, tuple(kinds))
    return lambda value: value if isinstance(value, kinds) else kinds(check(value))


def _schema(pattern: str, **more: object) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$", **more})


_NAME_RULE = "write 1 to 63 of a-z, 0-9 and -, with no - at either end"
_CLUSTER_RULE = "write 1 to 16 of a-z, 0-9 and -, with no - at either end"
_INTERFACE_RULE = (
    "write 1 to 15 of A-Z, a-z, 0-9, _, . and -, as `ip link` names it; lo is none, and eth0:1 is a VIP on eth0"
)
_LATER = {
    **dict.fromkeys(("nat", "masq", "masquerade"), "write forward: direct; the realservers answer clients themselves"),
    **dict.fromkeys(
        ("tunnel", "tun", "ipip"), "write forward: direct; the realservers stand on the director's network"
    ),
}

Name = Annotated[str, BeforeValidator(matching(NAME, "a name", _NAME_RULE)), _schema(NAME)]
ClusterName = Annotated[str, BeforeValidator(matching(CLUSTER, "a cluster's name", _CLUSTER_RULE)), _schema(CLUSTER)]
InterfaceName = Annotated[
    str, BeforeValidator(matching(INTERFACE, "an interface's name", _INTERFACE_RULE)), _schema(INTERFACE)
]
PlatformName = Annotated[
    str,
    BeforeValidator(_platform),
    WithJsonSchema({"type": "string", "enum": list(PLATFORMS)}),
]
InitName = Annotated[Init, BeforeValidator(_enum(Init, "init system"))]
NetworkFilesName = Annotated[NetworkFiles, BeforeValidator(_enum(NetworkFiles, "kind of network files"))]
NoFiles = Annotated[
    Literal["none"],
    BeforeValidator(one_of("network_files", ("none",), hint="or leave the key out: network chooses the kind of files")),
]
FirewallName = Annotated[Firewall, BeforeValidator(_enum(Firewall, "firewall tool"))]
Protocol = Annotated[Literal["tcp", "udp"], BeforeValidator(one_of("protocol", ("tcp", "udp")))]
Forward = Annotated[Literal["direct"], BeforeValidator(one_of("forwarding method", ("direct",), _LATER))]
Scheduler = Annotated[
    str,
    BeforeValidator(one_of("scheduler", SCHEDULERS)),
    WithJsonSchema({"type": "string", "enum": list(SCHEDULERS)}),
]
Fallback = Annotated[bool, BeforeValidator(functools.partial(as_truth, "fallback"))]
Address = Annotated[
    IPv4Address, BeforeValidator(addresses.address), WithJsonSchema({"type": "string", "format": "ipv4"})
]
Gateway = Annotated[
    IPv4Address, BeforeValidator(addresses.gateway), WithJsonSchema({"type": "string", "format": "ipv4"})
]
Subnet = Annotated[IPv4Network, BeforeValidator(addresses.subnet), _schema(r"[0-9.]+/[0-9]{1,2}")]
Mac = Annotated[str, BeforeValidator(addresses.mac), _schema(addresses.MAC)]
Port = Annotated[
    int | str,
    BeforeValidator(ports.port),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": 65535},
                {"type": "string", "pattern": f"^{ports.NAME}$"},
            ]
        }
    ),
]
WarningCode = Annotated[str, WithJsonSchema({"type": "string", "enum": []})]
"""Which codes there are, and which of them are warnings, is for the checks to say; the schema is told."""
Reason = Annotated[
    str,
    BeforeValidator(reasons.reason),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": reasons.LONGEST_REASON}),
]
Weight = Annotated[
    int,
    BeforeValidator(ranges.between(0, HEAVIEST, "a weight", "0 gives a realserver no new connections")),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": HEAVIEST}),
]
Seconds = Annotated[
    int,
    BeforeValidator(ranges.seconds),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": ranges.LONGEST_TIMEOUT},
                {"type": "string", "pattern": f"^{ranges.DURATION}$"},
            ]
        }
    ),
]
