"""lower.py: a cluster to what each host's kernel is to hold."""

from __future__ import annotations

from itertools import permutations

import pytest

from lvsgen import load
from lvsgen.lower.lower import lower
from lvsgen.state.hoststate import HostState
from lvsgen.state.parts import Service
from tests import clusters

NICS = {
    "front": "eth0: {network: front, address: 192.0.2.21}",
    "back": "eth1: {network: back, address: 10.0.1.21}",
    "far": "eth2: {network: far, address: 10.0.2.21}",
}
TEXT = """\
cluster: web
networks: {front: {subnet: 192.0.2.0/24}, back: {subnet: 10.0.1.0/24}, far: {subnet: 10.0.2.0/24}}
directors:
  lb1:
    platform: PLATFORM
    interfaces: {eth1: {network: back, address: 10.0.1.2}, eth0: {network: front, address: 192.0.2.11}}
realservers:
  web1: {platform: debian, interfaces: {INTERFACES}}
vips: {www: {address: VIP}}
services:
  http: {vip: www, protocol: tcp, port: 80, scheduler: SCHEDULER, forward: direct, realservers: {web1: {}}}
"""


def director(**words: str) -> HostState:
    """The director of TEXT, with these words in place of those in capitals."""
    given = {"PLATFORM": "el9", "VIP": "192.0.2.80", "SCHEDULER": "wlc", "INTERFACES": ", ".join(NICS.values())}
    text = TEXT
    for name, word in (given | words).items():
        text = text.replace(name, word)
    return lower(load.read("web.yaml", text.encode()).cluster)["lb1"].state


def service(**words: str) -> Service:
    """Its one service."""
    (found,) = director(**words).services
    return found


@pytest.mark.parametrize("order", list(permutations(NICS)))
@pytest.mark.parametrize(("vip", "rip"), [("192.0.2.80", "192.0.2.21"), ("10.0.1.80", "10.0.1.21")])
def test_the_rip_stands_on_the_vips_network_in_whatever_order_the_cards_are(
    order: tuple[str, ...], vip: str, rip: str
) -> None:
    interfaces = ", ".join(NICS[name] for name in order)
    (destination,) = director(VIP=vip, INTERFACES=interfaces).destinations
    assert str(destination.address) == rip


def test_a_realserver_that_is_not_on_the_vips_network_is_reached_on_another_that_both_share() -> None:
    (destination,) = director(INTERFACES=f"{NICS['far']}, {NICS['back']}").destinations
    assert str(destination.address) == "10.0.1.21"


@pytest.mark.parametrize(
    ("platform", "scheduler", "flags"),
    [
        ("el9", "sh", ("sh-fallback",)),
        ("debian", "mh", ("mh-fallback",)),
        ("debian", "sh, fallback: true", ("sh-fallback",)),
        ("el9", "sh, fallback: false", ()),
        ("el5", "sh", ()),
        ("el4", "sh, fallback: false", ()),
        ("el9", "dh", ()),
        ("el9", "rr", ()),
    ],
)
def test_schedulers_that_hash_fall_back_where_the_director_knows_it(
    platform: str, scheduler: str, flags: tuple[str, ...]
) -> None:
    assert service(PLATFORM=platform, SCHEDULER=scheduler).flags == flags


def test_the_flag_is_said_in_the_words_of_ipvsadm() -> None:
    rules = clusters.text("kinds", "lb/rootfs/etc/lvsgen/kinds/host").splitlines()
    assert "-A -u 192.0.2.53:53 -s sh -b sh-fallback" in rules


@pytest.mark.parametrize("source", clusters.SOURCES)
def test_every_part_has_a_place_in_the_description_that_stands_there(source: str) -> None:
    text = clusters.EVERY_KIND if source == "kinds" else (clusters.EXAMPLES / source).read_text()
    loaded = load.read(source, text.encode())
    hosts = lower(loaded.cluster)
    assert {name: set(host.origins) for name, host in hosts.items()} == {
        name: {part.key for part in host.state} for name, host in hosts.items()
    }
    cluster = loaded.cluster
    names = {*cluster.vips, *cluster.services, *cluster.realservers}
    for key, path in ((key, path) for host in hosts.values() for key, path in host.origins.items()):
        span = loaded.source.span(path, on_key=True)
        word = span.source[span.offset : span.offset + span.width]
        assert str(key).startswith(STANDS[word]) if word in STANDS else word in names


STANDS = {
    "forward": ("sysctl ",),
    "vips": ("chain ", "table "),
    "tcp": ("timeout tcp",),
    "tcpfin": ("timeout tcpfin",),
    "udp": ("timeout udp",),
}
"""What is said at some keys; all others are the name of a VIP, a service or a realserver."""
