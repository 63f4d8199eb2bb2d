"""The IPVS table as lines: what `ipvsadm --save -n` prints and `ipvsadm --restore` reads.

Two things are said otherwise than ipvsadm 1.31 prints them, and read in either way: thresholds, which it leaves out
and takes; and plain ipip tunnels, to which it adds `--tun-type ipip`, a word that old versions do not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lvsgen.state import lines
from lvsgen.state.hoststate import HostState, ordered
from lvsgen.state.parts import Destination, Service


def rules(state: HostState) -> Iterator[str]:
    """Write a table: each service and, after it, its destinations."""
    destinations = state.by_service()
    for service in state.services:
        yield str(service)
        yield from map(str, destinations[service.key])


def parse(text: Iterable[str]) -> HostState:
    """Read a table back; anything but the lines that add services and destinations is a ValueError that quotes it."""
    services: dict[object, Service] = {}
    destinations: list[Destination] = []
    for line in filter(str.strip, text):
        try:
            part = _part(line.split())
            _expect(part.key not in services if isinstance(part, Service) else part.service in services)
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise ValueError(f"not a line of an IPVS table: {line.strip()[:200]!r}") from error
        if isinstance(part, Service):
            services[part.key] = part
        else:
            destinations.append(part)
    return HostState(services=ordered(services.values()), destinations=ordered(destinations))


def _part(words: list[str]) -> Service | Destination:
    command, *rest = words
    _expect(command in ("-A", "-a"))
    return lines.service(rest) if command == "-A" else lines.destination(rest)


def _expect(good: bool) -> None:
    if not good:
        raise ValueError
