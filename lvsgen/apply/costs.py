"""What the drain of a realserver costs clients: whom it refuses, and who stays there all the same.

A scheduler that hashes goes on choosing a realserver of weight 0 for the clients that its hash points there, and they
are refused: under dh always, under sh and mh without their fallback flag. Tried with every scheduler, in a kernel.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from lvsgen.errors import OperatorError
from lvsgen.plan import describe
from lvsgen.state.hoststate import HostState
from lvsgen.state.ip import Address
from lvsgen.state.parts import Destination, Service

_WITH_FALLBACK = ("sh", "mh")


def check(state: HostState, quiet: Collection[Address], name: str) -> None:
    """Refuse to take a realserver at these addresses out of services that would refuse its clients."""
    destinations = state.by_service()
    for service in state.services:
        why = _why(service)
        if why and any(to.address in quiet and to.weight for to in destinations[service.key]):
            said = f"{describe.say_key(service.key)}: {why}, so clients that it sends to {name} would be refused"
            raise OperatorError(said, _hint(service, name))


def cautions(state: HostState, quiet: Collection[Address]) -> Iterator[str]:
    """Yield, service by service, for whom waiting until a realserver has run dry is no help."""
    destinations = state.by_service()
    for service in state.services:
        found = destinations[service.key]
        if any(to.address in quiet for to in found):
            yield from (f"{describe.say_key(service.key)}: {caution}" for caution in _of(service, found))


def _why(service: Service) -> str:
    if service.scheduler == "dh":
        return "dh asks for no weight"
    lacks = service.scheduler in _WITH_FALLBACK and f"{service.scheduler}-fallback" not in service.flags
    return f"{service.scheduler} has no {service.scheduler}-fallback" if lacks else ""


def _hint(service: Service, name: str) -> str:
    anyway = f"if they may be, lvsgen drain {name} --refuse-clients"
    if service.scheduler not in _WITH_FALLBACK:
        return f"choose a scheduler that goes by weight; {anyway}"
    return f"take fallback: false out of the description, build and apply; {anyway}"


def _of(service: Service, destinations: Iterable[Destination]) -> Iterator[str]:
    if service.key.protocol != "tcp" and not service.one_packet:
        yield "a sender of datagrams that keeps its port stays until it is silent for as long as the udp timeout"
    if service.persistence:
        yield f"a client comes back for {service.persistence} s, unless net/ipv4/vs/expire_quiescent_template is 1"
    if not any(to.weight for to in destinations):
        yield "no realserver of it has a weight, so new clients are refused"
