"""Drained: the realservers that get no new connections, by name, a line each.

The file outlives reload, apply and reboot, since scripts and executor both lay it over what out/ says; only undrain
takes a name out. One that somebody else than root can have written is passed over. A hand may edit it: the first word
of a line is the name, unless it begins with #; a name of nobody does nothing.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from lvsgen import phrasing
from lvsgen.errors import OperatorError
from lvsgen.host import believed
from lvsgen.host.believed import UnbelievedError
from lvsgen.host.paths import HostPaths
from lvsgen.state.hoststate import HostState, Service, ServiceKey
from lvsgen.state.statefile import StateFile

_MOST = 2**20
_OURS = 2


def file(paths: HostPaths) -> Path:
    """Say where the names stand."""
    return paths.state / paths.cluster / "drained"


def names(paths: HostPaths) -> tuple[str, ...]:
    """Read who is drained, in order; nobody where there is no file, or none to believe: see `warning`."""
    try:
        lines = _raw(paths).split(b"\n")
    except UnbelievedError:
        return ()
    first = (words[0] for words in map(bytes.split, lines) if words)
    return tuple(sorted({name.decode(errors="backslashreplace") for name in first if not name.startswith(b"#")}))


def warning(paths: HostPaths) -> str:
    """Say that a list of who is drained is passed over and why, "" when none is."""
    try:
        _raw(paths)
    except UnbelievedError as error:
        return f"nobody counts as drained: {error}; {error.hint}"
    return ""


def text(drained: Iterable[str]) -> str:
    """Write the file's text."""
    return "".join(f"{name}\n" for name in sorted(set(drained)))


def addresses(known: StateFile, drained: Iterable[str]) -> frozenset[IPv4Address]:
    """Give the addresses by which a director knows realservers; a name it does not know has none."""
    wanted = frozenset(drained)
    return frozenset(address for server in known.realservers if server.name in wanted for address in server.addresses)


def desired(known: StateFile, paths: HostPaths) -> HostState:
    """Give what a host is to be now: what its state.json says, with weight 0 for whoever is drained."""
    return overlay(known.state, addresses(known, names(paths)))


def overlay(state: HostState, quiet: Container[IPv4Address]) -> HostState:
    """Give every destination at these addresses the weight 0."""
    return replace(state, services=tuple(_quiesced(service, quiet) for service in state.services))


def restored(current: HostState, target: HostState, back: Container[IPv4Address]) -> HostState:
    """Give a state the weights that another one has for the destinations at these addresses, and nothing else."""
    weights = {
        (service.key, destination.key): destination.weight
        for service in target.services
        for destination in service.destinations
        if destination.address in back
    }
    return replace(current, services=tuple(_weighted(service, weights) for service in current.services))


def known(file: StateFile, name: str) -> str:
    """Give back the name of a realserver; OperatorError when this host's services lead to none of that name."""
    names = [server.name for server in file.realservers]
    if name in names:
        return name
    if not names:
        raise OperatorError(f"{file.host} has no realservers to drain", "run this on the director")
    hint = phrasing.did_you_mean(name, names) or f"there are: {', '.join(names[:20])}"
    raise OperatorError(f"no service of {file.host} leads to {phrasing.quote(name)}", hint)


def _raw(paths: HostPaths) -> bytes:
    return believed.read(file(paths), _OURS, _MOST) or b""


def _quiesced(service: Service, quiet: Container[IPv4Address]) -> Service:
    return replace(
        service,
        destinations=tuple(
            replace(destination, weight=0) if destination.address in quiet else destination
            for destination in service.destinations
        ),
    )


def _weighted(service: Service, weights: dict[tuple[ServiceKey, Any], int]) -> Service:
    return replace(
        service,
        destinations=tuple(
            replace(destination, weight=weights.get((service.key, destination.key), destination.weight))
            for destination in service.destinations
        ),
    )
