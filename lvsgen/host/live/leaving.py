"""What still goes to a realserver that is to run dry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lvsgen.host.live.ipvs import Connections
from lvsgen.state.keys import ServiceKey


@dataclass(frozen=True, slots=True)
class Left:
    """How many connections are open, and how many flows of datagrams IPVS still remembers.

    A flow ends when its sender has been silent for the udp timeout; one who never is, and keeps its port, stays.
    """

    connections: int = 0
    flows: int = 0

    def __bool__(self) -> bool:
        return bool(self.connections or self.flows)

    @property
    def words(self) -> str:
        """Say what there is of both."""
        connections, flows = _counted(self.connections, "connection"), _counted(self.flows, "flow")
        both = (connections * bool(self.connections), flows * bool(self.flows))
        return " and ".join(filter(None, both)) or connections


def total(found: Iterable[tuple[ServiceKey, Connections]]) -> Left:
    """Add up what goes to the destinations of services."""
    counts = [(count.active, count.flows(key.protocol)) for key, count in found]
    return Left(sum(active for active, _ in counts), sum(flows for _, flows in counts))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
