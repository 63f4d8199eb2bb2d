"""state/: each key has one text and each part another, and both are read back."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lvsgen.state import keys, lines
from lvsgen.state.hoststate import HostState
from lvsgen.state.ip import Address
from lvsgen.state.keys import ServiceKey
from lvsgen.state.netfilter import Chain, NftTable
from lvsgen.state.parts import Destination, HostRoute, Part, Service, SyncDaemon, Sysctl, Timeout, Tunnel, VipAddress
from tests.states import states
from tests.tiers import many

V4, V6 = IPv4Address("192.0.2.80"), IPv6Address("2001:db8::1")
RIP, RIP6 = IPv4Address("192.0.2.5"), IPv6Address("2001:db8::5")
WEB, WEB6 = ServiceKey("tcp", V4, 80), ServiceKey("tcp", V6, 80)
MARK, MARK6 = ServiceKey("fwmark", IPv4Address(0), 7), ServiceKey("fwmark", IPv6Address(0), 7)
PROXY = '-p tcp -m tcp --dport 80 -m comment --comment "by  hand: a\\"b" -j TPROXY --on-port 3128 --tproxy-mark 0x1/0x1'

SAID: list[tuple[Part, str, str]] = [
    (Sysctl("net/ipv4/ip_forward", "0"), "sysctl net/ipv4/ip_forward", "sysctl net/ipv4/ip_forward 0"),
    (Sysctl("net/ipv4/tcp_rmem", "4096 1 2"), "sysctl net/ipv4/tcp_rmem", "sysctl net/ipv4/tcp_rmem 4096 1 2"),
    (Timeout("tcp", 259200), "timeout tcp", "timeout tcp 259200"),
    (
        VipAddress(V4, "eth0", "eth0:1", V4, ("scope", "link")),
        "address 192.0.2.80/32 eth0",
        "address 192.0.2.80/32 dev eth0 brd 192.0.2.80 label eth0:1 scope link",
    ),
    (VipAddress(V6, "lo"), "address 2001:db8::1/128 lo", "address 2001:db8::1/128 dev lo"),
    (
        HostRoute(V4, "eth0", V4, ("mtu", "1400")),
        "route 192.0.2.80/32",
        "route 192.0.2.80/32 dev eth0 src 192.0.2.80 mtu 1400",
    ),
    (HostRoute(V6, "eth0"), "route 2001:db8::1/128", "route 2001:db8::1/128 dev eth0"),
    (Service(WEB, "wlc"), "service -t 192.0.2.80:80", "-A -t 192.0.2.80:80 -s wlc"),
    (
        Service(replace(WEB, protocol="udp"), "sh", ("sh-fallback", "sh-port"), 360, IPv4Address("255.255.255.0")),
        "service -u 192.0.2.80:80",
        "-A -u 192.0.2.80:80 -s sh -p 360 -M 255.255.255.0 -b sh-fallback,sh-port",
    ),
    (Service(WEB6, "wlc", (), 60, 64), "service -t [2001:db8::1]:80", "-A -t [2001:db8::1]:80 -s wlc -p 60 -M 64"),
    (Service(MARK, "rr", one_packet=True), "service -f 7", "-A -f 7 -s rr -o"),
    (Service(MARK6, "rr", engine="sip"), "service -f 7 -6", "-A -f 7 -6 -s rr --pe sip"),
    (
        Destination(WEB, RIP, 80, "direct", 1, 9, 3),
        "destination -t 192.0.2.80:80 -r 192.0.2.5:80",
        "-a -t 192.0.2.80:80 -r 192.0.2.5:80 -g -w 1 -x 9 -y 3",
    ),
    (
        Destination(MARK6, RIP6, 0, "tunnel", 2, tunnel=Tunnel("gue", 5555, "csum")),
        "destination -f 7 -6 -r [2001:db8::5]:0",
        "-a -f 7 -6 -r [2001:db8::5]:0 -i -w 2 --tun-type gue --tun-port 5555 --tun-csum",
    ),
    (
        SyncDaemon("master", "eth0", 7, ("--sync-maxlen", "1400")),
        "daemon master",
        "daemon master --mcast-interface eth0 --syncid 7 --sync-maxlen 1400",
    ),
    (
        Chain("nat", "lvsgen-web", "PREROUTING", ("-d 192.0.2.80/32 -j REDIRECT", PROXY)),
        "chain nat lvsgen-web",
        "chain nat lvsgen-web PREROUTING\n"
        f"rule nat lvsgen-web -d 192.0.2.80/32 -j REDIRECT\nrule nat lvsgen-web {PROXY}",
    ),
    (Chain("nat", "lvsgen-web", "OUTPUT", (), 2), "chain nat lvsgen-web", "chain nat lvsgen-web OUTPUT 2"),
    (
        Chain("mangle", "lvsgen-web", "PREROUTING", ("-j ACCEPT",), ipv6=True),
        "chain6 mangle lvsgen-web",
        "chain6 mangle lvsgen-web PREROUTING\nrule6 mangle lvsgen-web -j ACCEPT",
    ),
    (
        NftTable("ip", "lvsgen-web", ("set vips {", "elements = { 192.0.2.80, 192.0.2.81 }", "}")),
        "table ip lvsgen-web",
        "table ip lvsgen-web {\n\tset vips {\n\t\telements = { 192.0.2.80,\n\t\t\t192.0.2.81 }\n\t}\n}",
    ),
]


@pytest.mark.parametrize(("part", "key", "text"), SAID, ids=[text.partition("\n")[0] for _, _, text in SAID])
def test_a_part_and_its_key_have_one_text_each(part: Part, key: str, text: str) -> None:
    assert (str(part.key), str(part)) == (key, text)
    assert (keys.parse(key), lines.parse(text)) == (part.key, part)


def _in_v6(part: Part) -> Part:
    """The same part of the other family, where it has one."""

    def other(address: Address) -> Address:
        return IPv6Address(int(address))

    match part:
        case VipAddress(address, device, label):
            return VipAddress(other(address), device, label)
        case HostRoute(address, device, source):
            return HostRoute(other(address), device, source and other(source))
        case Service(key):
            return replace(part, key=replace(key, address=other(key.address)), netmask=64 if part.netmask else None)
        case Destination(service, address):
            return replace(part, service=replace(service, address=other(service.address)), address=other(address))
        case Chain():
            return replace(part, ipv6=True)
        case _:
            return part


@settings(max_examples=many(100), deadline=None, suppress_health_check=list(HealthCheck))
@given(states())
def test_whatever_a_state_says_is_read_back_from_its_text(state: HostState) -> None:
    for part in (*state, *map(_in_v6, state)):
        assert lines.parse(str(part)) == part
        assert keys.parse(str(part.key)) == part.key


@settings(max_examples=many(50), deadline=None, suppress_health_check=list(HealthCheck))
@given(states())
def test_no_two_parts_share_a_text_and_none_is_empty(state: HostState) -> None:
    every = {*state, *map(_in_v6, state)}
    for kind in (str, lambda part: str(part.key)):
        assert len({kind(part) for part in every}) == len({part if kind is str else part.key for part in every})


_ALPHABET = st.sampled_from([*" -:/[].,0127abefghlnorstuvx\n\t", "tcp", "eth0", "192.0.2.1", "/32", "::1", "-t"])


@given(st.lists(_ALPHABET, max_size=12).map("".join), st.sampled_from([key for _, key, _ in SAID]), st.integers(0, 30))
def test_a_text_is_that_of_its_key_or_refused(noise: str, text: str, place: int) -> None:
    for broken in (noise, text[:place] + noise + text[place:], text[:place] + noise):
        try:
            key = keys.parse(broken)
        except ValueError:
            continue
        assert str(key) == broken


@pytest.mark.parametrize(
    "text",
    [
        "",
        "moon 1",
        "sysctl net/../x",
        "timeout sctp",
        "address 192.0.2.1/24 eth0",
        "address 2001:db8::1/32 eth0",
        "address 2001:DB8::1/128 eth0",
        "address fe80::1%eth0/128 eth0",
        "route 192.0.2.1/32 eth0",
        "service -t 2001:db8::1:80",
        "service -t [192.0.2.1]:80",
        "service -t 192.0.2.1:080",
        "service -t 192.0.2.1:65536",
        "service -f 0",
        "service -f 7 -4",
        "service -t 192.0.2.1:80 -6",
        "destination -t 192.0.2.1:80 -q 192.0.2.5:80",
        "chain nat a b",
        "chain5 nat a",
        "jump nat PREROUTING a",
        "table ip7 a",
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it is the reader's to say where the text stood
        keys.parse(text)
