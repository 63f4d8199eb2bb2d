"""The facts of a host: what it is to be, a part a line, in the words of the tools. Scripts need nothing else.

A line is the text of a part, which `state.lines` reads back and the planner in templates/engine does, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lvsgen.render import templates
from lvsgen.render.hostbuild import HostBuild
from lvsgen.state import ipvsrules
from lvsgen.state.forms import RealServer
from lvsgen.state.hoststate import HostState
from lvsgen.state.ip import Address
from lvsgen.state.netfilter import Chain, NftTable
from lvsgen.state.parts import HostRoute, Part, VipAddress


def facts(subject: HostBuild) -> str:
    """Write the facts of a host: what its kernel is to hold, who can be drained, and what its tools have to be told."""
    servers = tuple(realservers(subject.lowered.realservers))
    others = (*_vips(subject.vips), *_told(subject))
    where = subject.paths.script
    return text(subject.cluster.cluster, subject.name, where, *groups(subject.state), servers, others)


def text(cluster: str, host: str, script: str, *groups: tuple[str, ...]) -> str:
    """Write the file: groups of lines, those that are empty left out."""
    filled = list(filter(None, groups))
    return templates.fill("engine/facts.j2", cluster=cluster, host=host, script=script, groups=filled)


def groups(state: HostState) -> tuple[tuple[str, ...], ...]:
    """Write everything that a state says, kind by kind; ValueError when the scripts could not say a part."""
    for part in state:
        _refuse(part)
    return tuple(tuple(line for text in texts for line in text.split("\n")) for texts in _kinds(state))


def lines(state: HostState) -> tuple[str, ...]:
    """Write the same without the grouping."""
    return tuple(line for group in groups(state) for line in group)


def realservers(servers: Iterable[RealServer]) -> Iterator[str]:
    """Write who can be drained, and the addresses by which the services know them."""
    return (f"realserver {server.name} {address}" for server in servers for address in server.addresses)


def _vips(addresses: Iterable[Address]) -> Iterator[str]:
    return (f"vip {address}" for address in addresses)


def _told(subject: HostBuild) -> Iterator[str]:
    if subject.state.chains and subject.target.iptables_wait:
        yield f"use iptables-restore {subject.target.iptables_wait}"


def _kinds(state: HostState) -> Iterator[Iterable[str]]:
    yield map(str, state.sysctls)
    yield map(str, state.timeouts)
    yield map(str, (*state.addresses, *state.routes))
    yield ipvsrules.rules(state)
    yield map(str, state.daemons)
    yield map(str, state.chains)
    yield map(str, state.tables)


def _refuse(part: Part) -> None:
    """The planner knows addresses, routes and chains of IPv4 alone, and a line of its files ends where it ends."""
    match part:
        case Chain(ipv6=True):
            raise ValueError(f"the scripts cannot say {part.key}: it is of ip6tables")
        case VipAddress(address) | HostRoute(address) if address.version != 4:
            raise ValueError(f"the scripts cannot say {part.key}: it is of IPv6")
    if any(char in text for text in _texts(part) for char in "\n\t\r\x01"):
        raise ValueError(f"no line can say {str(part)!r}")


def _texts(part: Part) -> tuple[str, ...]:
    match part:
        case Chain(rules=rules):
            return str(part.key), *rules
        case NftTable(body=body):
            return str(part.key), *body
        case _:
            return (str(part),)
