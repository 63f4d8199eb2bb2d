"""Lowered: one host of a cluster, ready to be rendered."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from lvsgen.platforms.platform import Role
from lvsgen.state.forms import RealServer
from lvsgen.state.hoststate import HostState


@dataclass(frozen=True, slots=True)
class Lowered:
    """What a host is to hold.

    `vips` are those that a realserver answers for, `realservers` are whom a director can drain.
    """

    role: Role
    state: HostState
    vips: tuple[IPv4Address, ...] = ()
    realservers: tuple[RealServer, ...] = ()
