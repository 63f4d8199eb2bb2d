"""Drained: the realservers that get no new connections, by name, a line each.

The file outlives reload, apply and reboot, since scripts and executor both lay it over what out/ says; only undrain
takes a name out. One that somebody else than root can have written is passed over. A hand may edit it: the first word
of a line is the name, unless it begins with #; a name of nobody does nothing.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from pathlib import Path

from lvsgen import phrasing
from lvsgen.errors import OperatorError
from lvsgen.host import believed
from lvsgen.host.believed import UnbelievedError
from lvsgen.host.paths import HostPaths
from lvsgen.state.hoststate import HostState
from lvsgen.state.ip import Address
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


def addresses(known: StateFile, drained: Iterable[str]) -> frozenset[Address]:
    """Give the addresses by which a director knows realservers; a name it does not know has none."""
    wanted = frozenset(drained)
    return frozenset(address for server in known.realservers if server.name in wanted for address in server.addresses)


def desired(known: StateFile, paths: HostPaths) -> HostState:
    """Give what a host is to be now: what its state.json says, with weight 0 for whoever is drained."""
    return overlay(known.state, addresses(known, names(paths)))


def overlay(state: HostState, quiet: Container[Address]) -> HostState:
    """Give every destination at these addresses the weight 0."""
    destinations = (replace(to, weight=0) if to.address in quiet else to for to in state.destinations)
    return replace(state, destinations=tuple(destinations))


def restored(current: HostState, target: HostState, back: Container[Address]) -> HostState:
    """Give a state the weights that another one has for the destinations at these addresses, and nothing else."""
    weights = {to.key: to.weight for to in target.destinations if to.address in back}
    destinations = (replace(to, weight=weights.get(to.key, to.weight)) for to in current.destinations)
    return replace(current, destinations=tuple(destinations))


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
