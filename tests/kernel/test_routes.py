"""Routes that hang on a VIP: the kernel takes them along with it, and every way forward and back puts them back."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvsgen.prove.lab import Done, Host, Lab
from tests.kernel import guests, scenes

TOP = Path(__file__).parents[2]
OUT = guests.folder(TOP / "out")

ROUTES = """
ip link add dummy0 type dummy; ip link set dummy0 up; ip addr add 172.16.0.1/24 dev dummy0
ip nexthop add id 6 dev dummy0
ip nexthop add id 7 via 129.129.190.1 dev eth0
ip nexthop add id 8 group 6/7
ip route change default via 129.129.190.1 src 129.129.190.54
ip route add 10.1.0.0/24 via 129.129.190.1 src 129.129.190.54
ip route append 10.1.0.0/24 via 129.129.190.7
ip route append 10.1.0.0/24 via 129.129.190.8 src 129.129.190.54
ip route add 10.2.0.0/24 src 129.129.190.54 nexthop via 129.129.190.1 weight 2 nexthop via 172.16.0.2
ip route add 10.3.0.0/24 nhid 7 src 129.129.190.54
ip route add 10.4.0.0/24 nhid 8 src 129.129.190.54
ip route add 10.5.0.0/24 via 129.129.190.1 src 129.129.190.54 metric 7 mtu 1400 advmss 1200 window 3000 \
    proto static realm 5 hoplimit 3 quickack 1
ip route add 10.6.0.0/24 dev eth0 src 129.129.190.54 scope link tos 4
ip route add 10.7.0.0/24 via 10.6.1.1 dev eth0 onlink src 129.129.190.54
ip route add unreachable 10.8.0.0/24 src 129.129.190.54
ip route add 10.9.0.0/24 via inet6 fe80::1 dev eth0 src 129.129.190.54
ip route add 10.10.0.0/24 encap ip id 3 dst 192.0.2.3 dev eth0 src 129.129.190.54
ip route add 10.11.0.0/24 via 129.129.190.1 src 129.129.190.54
ip route append 10.11.0.0/24 via 129.129.190.1
ip route add 10.12.0.0/24 dev eth0 src 129.129.190.54
ip route add 10.13.0.0/24 via 10.12.0.1 src 129.129.190.54
ip route add 10.14.0.0/24 via 172.16.0.2 src 129.129.190.54
ip route add 10.15.0.0/24 via 129.129.190.1 src 129.129.190.54 table 100
ip route add 10.16.0.0/24 via 129.129.190.1 src 129.129.190.54 table local
ip route add 10.17.0.0/24 via 129.129.190.1
ip route change 129.129.190.54 dev eth0 src 129.129.190.54 mtu lock 1300 advmss 1260 proto static
"""
"""One of each kind that has the VIP as its source, some beside others that have not, and our own with an mtu."""

STAYS = ("10.15.0.0/24", "10.16.0.0/24", "10.17.0.0/24")
"""Routes that the kernel does not take along: those of other tables, and those with another source."""


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The out/ of the example with another VIP in place of the first."""
    text = scenes.example_text().replace("129.129.190.54", "129.129.190.55")
    return guests.folder(scenes.build_text(tmp_path_factory.mktemp("newer"), text).folder.parent)


@pytest.fixture
def director(cluster: Lab) -> Host:
    """A director whose VIP is the source of routes of every kind."""
    host = cluster["llclb1"]
    assert _apply(host).status == 0
    host.sh(f"set -e\n{ROUTES}")
    return host


def _apply(host: Host, *argv: str, out: str = OUT) -> Done:
    return guests.lvsgen(host, "apply", "--out", out, *argv)


def _routes(host: Host) -> list[str]:
    """Every route in its order among those to its destination, without what the kernel makes of an address."""
    shown = host.run("ip", "-o", "-d", "-4", "route", "show", "table", "all").stdout.splitlines()
    return [" ".join(line.split()) for line in shown if " proto kernel " not in line]


def _without_source(routes: list[str]) -> list[str]:
    """What is to be of routes when the VIP goes; one with a twin that never had it falls together with that."""
    stripped = (line if line.split()[1] in STAYS else line.replace(" src 129.129.190.54", "") for line in routes)
    return list(dict.fromkeys(line for line in stripped if not line.startswith("unicast 129.129.190.54 ")))


def test_a_failed_change_leaves_every_route_as_it_was(director: Host, newer: str) -> None:
    before = _routes(director)
    done = _apply(director, "--probe", "false", out=newer)
    assert (done.status, "everything is as it was" in done.stderr) == (4, True)
    assert _routes(director) == before


def test_a_change_that_holds_keeps_routes_without_the_source_and_a_rollback_gives_it_back(
    director: Host, newer: str
) -> None:
    before = _routes(director)
    plan = guests.lvsgen(director, "plan", "--out", newer).stdout
    said = (
        "! route unicast default via 129.129.190.1 dev eth0 table main proto boot scope global src 129.129.190.54: put "
        "back without its source (the kernel drops it with its source 129.129.190.54, which goes)\n"
    )
    assert (said in plan, plan.count("put back without its source"), "10.15" in plan) == (True, 16, False)
    assert _apply(director, out=newer).status == 0
    own = "unicast 129.129.190.55 dev eth0 table main proto boot scope link src 129.129.190.55"
    assert sorted(line for line in _routes(director) if line != own) == sorted(_without_source(before))
    director.sh("ip route change default via 129.129.190.1 src 129.129.190.55")
    assert guests.lvsgen(director, "rollback").status == 0
    assert _routes(director) == before


def test_what_nobody_confirms_gives_the_routes_back(director: Host, newer: str) -> None:
    before = _routes(director)
    assert _apply(director, "--confirm", "5s", "--no-rehearse", out=newer).status == 0
    assert _routes(director) != before
    scenes.until(lambda: "undone" in guests.lvsgen(director, "history").stdout)
    assert _routes(director) == before


def test_a_rollback_keeps_the_routes_that_came_since(cluster: Lab) -> None:
    host = cluster["llclb1"]
    before = _routes(host)
    assert _apply(host, "--no-rehearse").status == 0
    host.sh("ip route change default via 129.129.190.1 src 129.129.190.54")
    host.sh("ip route add 10.1.0.0/24 via 129.129.190.1 src 129.129.190.54")
    assert guests.lvsgen(host, "rollback").status == 0
    since = "unicast 10.1.0.0/24 via 129.129.190.1 dev eth0 table main proto boot scope global"
    assert sorted(_routes(host)) == sorted([*before, since])


LONELY = """
ip link add dummy1 type dummy; ip link set dummy1 up; ip addr add 129.129.190.60/32 dev dummy1
ip route add 10.1.0.0/24 dev dummy1
ip route add 10.2.0.0/24 dev dummy1 table 77
ip route add 10.3.0.0/24 via 10.1.0.1
ip route add 10.4.0.0/24 nexthop dev dummy1 nexthop via 129.129.190.1
printf 'put\\taddress 129.129.190.60/32 dummy1\\n' >>/var/run/lvsgen-llc.state
"""
"""An older VIP of ours, the only address of its device, and routes that lead through that, without any source."""


def test_routes_through_a_device_that_loses_its_last_address_stay(cluster: Lab) -> None:
    host = cluster["llclb1"]
    assert _apply(host, "--no-rehearse").status == 0
    host.sh(LONELY)
    before = _routes(host)
    assert _apply(host, "--probe", "false").status == 4
    assert _routes(host) == before
    assert _apply(host).status == 0
    assert host.sh("ip -o -4 addr show dev dummy1").stdout == ""
    assert [line for line in before if "nexthop" not in line] == [
        line for line in _routes(host) if "nexthop" not in line
    ]
    assert guests.lvsgen(host, "rollback").status == 0
    assert _routes(host) == before


HOPELESS = """
ip addr add 10.99.0.1/32 dev eth0
ip route add 10.50.0.0/24 via 10.99.0.1 src 10.99.0.1
printf 'put\\taddress 10.99.0.1/32 eth0\\n' >>/var/run/lvsgen-llc.state
"""
"""An older VIP of ours, which is somebody's gateway as well, and stands in no network of the host."""


def test_what_would_lose_a_route_is_refused_unless_that_is_allowed(cluster: Lab) -> None:
    host = cluster["llclb1"]
    assert _apply(host, "--no-rehearse").status == 0
    host.sh(HOPELESS)
    before, words = _routes(host), "unicast 10.50.0.0/24 via 10.99.0.1 dev eth0 table main proto boot scope global"
    why = "the kernel drops it with the address it hangs on, and takes it back in no form"
    planned = guests.lvsgen(host, "plan", "--out", OUT).stdout
    assert f"! route {words} src 10.99.0.1: lose ({why})\n" in planned
    hint = "give it another source or device first; or, if it may go, repeat with --allow-route-loss"
    said = f"lvsgen: route {words} src 10.99.0.1 would be lost: {why}\n  = help: {hint}\n"
    assert _apply(host) == Done(6, "", said)
    assert _apply(host, "--no-rehearse").status == 4
    assert _routes(host) == before
    assert _apply(host, "--allow-route-loss").status == 0
    assert not any("10.50.0.0" in line for line in _routes(host))
    assert guests.lvsgen(host, "rollback").status == 0
    assert _routes(host) == before


DEAF = """#!/bin/sh
case $* in
'route prepend '* | 'route append '*) exit 0 ;;
esac
exec /run/lab/real/ip "$@"
"""
"""An ip that says it has put a route back, and has not."""


def test_a_route_that_does_not_come_back_is_said_until_it_does(cluster: Lab, newer: str) -> None:
    host = cluster["llclb1"]
    assert _apply(host, "--no-rehearse").status == 0
    host.sh("ip route change default via 129.129.190.1 src 129.129.190.54")
    before = _routes(host)
    host.wrap("/usr/sbin/ip", DEAF)
    done = _apply(host, "--no-rehearse", out=newer)
    words = "unicast default via 129.129.190.1 dev eth0 table main proto boot scope global"
    why = f"lvsgen: the host does not read back as planned: route {words}: put back\n"
    left = f"lvsgen: NOT as it was; what differs:\nlvsgen: route {words} src 129.129.190.54: put back\n"
    assert (done.status, done.stderr.startswith(why + left)) == (5, True), done.stderr
    host.unwrap("/usr/sbin/ip")
    assert guests.lvsgen(host, "rollback", "--resume").status == 0
    assert _routes(host) == before
