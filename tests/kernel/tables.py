"""IPVS tables as administrators build them by hand: everything that ipvsadm lets one say, from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from random import Random

from lvsgen.state.hoststate import HostState, of
from lvsgen.state.keys import ServiceKey, Transport
from lvsgen.state.parts import PLAIN, Destination, Flag, Forward, Service, Tunnel

ADDRESSES = tuple(IPv4Address(f"129.129.190.{last}") for last in (54, 99, 100))
REALSERVERS = tuple(IPv4Address(f"129.129.190.{last}") for last in (175, 176, 177, 178))
SCHEDULERS = ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "mh")
_FLAGS: dict[str, tuple[tuple[Flag, ...], ...]] = {
    "sh": ((), ("sh-fallback",), ("sh-port",), ("sh-fallback", "sh-port")),
    "mh": ((), ("mh-fallback", "mh-port")),
}
_GUE = Tunnel("gue", 5555)
_GRE = Tunnel("gre", checksum="csum")


def table(random: Random, most: int = 6) -> HostState:
    """Draw a table that the kernel takes."""
    keys = sorted({_key(random) for _ in range(random.randint(0, most))}, key=lambda key: key.rank)
    return of(part for key in keys for part in _parts(random, key))


def _parts(random: Random, key: ServiceKey) -> Iterator[Service | Destination]:
    yield _service(random, key)
    found = (_destination(random, key) for _ in range(random.randint(0, 5)))
    yield from {to.key: to for to in found}.values()


def _key(random: Random) -> ServiceKey:
    protocol: Transport = random.choice(("tcp", "udp", "fwmark"))
    if protocol == "fwmark":
        return ServiceKey(protocol, IPv4Address(0), random.choice((1, 7, 2**31)))
    return ServiceKey(protocol, random.choice(ADDRESSES), random.choice((0, 22, 80, 65535)))


def _service(random: Random, key: ServiceKey) -> Service:
    scheduler = random.choice(SCHEDULERS)
    needs = key.protocol != "fwmark" and key.port == 0
    persistence = random.choice((1, 300, 360, 86400)) if needs or random.random() < 0.4 else 0
    sip = key.protocol == "udp" and persistence > 0 and random.random() < 0.3
    return Service(
        key,
        scheduler,
        random.choice(_FLAGS.get(scheduler, ((),))),
        persistence,
        random.choice((None, IPv4Address("255.255.255.0"))) if persistence else None,
        "sip" if sip else "",
        key.protocol != "tcp" and random.random() < 0.3,
    )


def _destination(random: Random, key: ServiceKey) -> Destination:
    """Only masquerading maps ports."""
    forward: Forward = random.choice(("direct", "nat", "tunnel"))
    own = 0 if key.protocol == "fwmark" else key.port
    port = random.choice((22, 8080)) if forward == "nat" and own else own
    upper = random.choice((0, 0, 100))
    return Destination(
        key,
        random.choice(REALSERVERS),
        port,
        forward,
        random.choice((0, 1, 3, 65535)),
        upper,
        random.choice((0, 50)) if upper else 0,
        random.choice((PLAIN, _GUE, _GRE)) if forward == "tunnel" else PLAIN,
    )
