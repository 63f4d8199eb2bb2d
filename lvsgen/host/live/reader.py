"""Read a host: everything that a HostState can say of the kinds of things that a scope names."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from lvsgen.errors import OperatorError
from lvsgen.host.live import ipvs, netfilter, network, sysctl
from lvsgen.host.live.ipvs import Connections
from lvsgen.state.hoststate import HostState
from lvsgen.state.keys import (
    AddressKey,
    ChainKey,
    DaemonKey,
    DestinationKey,
    RouteKey,
    ServiceKey,
    TableKey,
    TimeoutKey,
)
from lvsgen.state.scope import Scope


@dataclass(frozen=True, slots=True)
class Sight:
    """A host as it was seen: its state, its connections, and lines about what a state cannot say."""

    state: HostState
    counts: Mapping[DestinationKey, Connections]
    foreign: tuple[str, ...]


def read(scope: Scope) -> HostState:
    """Read a host for a change of it; narrow it to the scope before planning.

    OperatorError when something of the scope has parts that no state can say, and that could not be put back.
    """
    sight = look(scope)
    every = frozenset(part.key for part in sight.state.services) if scope.exclusive else frozenset()
    names = {key.words for key in scope.kind(ServiceKey) | every}
    for line in sight.foreign:
        if _is_destination_of(names, line):
            raise OperatorError(f"lvsgen could not put this back: {line}", "remove it by hand first")
    return sight.state


def look(scope: Scope) -> Sight:
    """Read a host for people: foreign services, addresses and routes too, of the kinds that the scope names."""
    table = ipvs.table() if scope.exclusive or scope.kind(ServiceKey) else ipvs.Table()
    chains = netfilter.chains(scope.kind(ChainKey))
    state = HostState(
        sysctls=sysctl.settings(scope),
        addresses=network.addresses() if scope.kind(AddressKey) else (),
        routes=network.routes() if scope.kind(RouteKey) else (),
        services=table.state.services,
        destinations=table.state.destinations,
        timeouts=ipvs.timeouts() if scope.kind(TimeoutKey) else (),
        daemons=ipvs.daemons() if scope.kind(DaemonKey) else (),
        chains=chains.chains,
        tables=netfilter.tables(scope.kind(TableKey)),
    )
    return Sight(state, table.counts, (*table.foreign, *chains.foreign))


def _is_destination_of(services: Container[str], line: str) -> bool:
    """Tell whether a line, of a kind that no state can say, gives one of these services a destination."""
    match line.split():
        case ["-a", flag, name, following, *_]:
            return f"{flag} {name}" in services and following != "-6"
        case _:
            return False
