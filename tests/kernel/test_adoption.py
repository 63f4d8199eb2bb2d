"""A start over what was set up by hand, in the way of the old how-tos, takes it over without a ripple."""

from __future__ import annotations

import pytest

from lvsgen.prove.lab import Host, Lab
from tests.kernel import scenes
from tests.kernel.scenes import DIRECTOR, REALSERVER, SSH, VIP, Built

DIRECTOR_BY_HAND = f"""\
echo 0 >/proc/sys/net/ipv4/ip_forward
for device in all default eth0; do echo 1 >/proc/sys/net/ipv4/conf/$device/send_redirects; done
ip addr add {VIP}/32 brd {VIP} dev eth0 label eth0:1
ip route add {VIP}/32 dev eth0 scope link src {VIP}
ipvsadm -C
ipvsadm -A -t {VIP}:22 -s rr
ipvsadm -a -t {VIP}:22 -r 129.129.190.175 -g -w 1
ipvsadm -a -t {VIP}:22 -r 129.129.190.176 -g -w 1
ipvsadm --set 259200 0 0
"""
REALSERVER_BY_HAND = f"iptables -t nat -A PREROUTING -d {VIP} -j REDIRECT"


@pytest.fixture
def by_hand(cluster: Lab, example: Built, shell: str) -> Lab:
    """The cluster as the old way leaves it, with our files copied and nothing of them started."""
    cluster["llclb1"].sh(DIRECTOR_BY_HAND)
    for name in ("llc5", "llc6"):
        cluster[name].sh(REALSERVER_BY_HAND)
        cluster[name].serve(SSH)
    scenes.install(cluster, example)
    for name in scenes.HOSTS:
        scenes.use_shell(cluster[name], shell)
    return cluster


def test_start_on_the_director_changes_nothing_at_all(by_hand: Lab) -> None:
    director = by_hand["llclb1"]
    before, events = director.snapshot(), _watch(director)
    assert scenes.silent(scenes.run_script(director, DIRECTOR, "start"))
    assert scenes.differences(before, director.snapshot()) == []
    assert _seen(director, events) == ""


def test_what_was_taken_over_is_ours_to_stop(by_hand: Lab) -> None:
    director = by_hand["llclb1"]
    director.run(DIRECTOR, "start")
    director.run(DIRECTOR, "stop")
    after = director.snapshot()
    assert (after["table"], [line for line in after["addresses"] if VIP in line]) == ([], [])


def test_connections_go_on_while_the_realservers_get_their_own_chain(by_hand: Lab) -> None:
    held = [by_hand["client"].hold(VIP, SSH) for _ in range(2)]
    with by_hand["client"].hammer(VIP, SSH) as hammer:
        for name, script in (("llc5", REALSERVER), ("llc6", REALSERVER), ("llclb1", DIRECTOR)):
            by_hand[name].run(script, "start")
    assert hammer.result.errors == {}
    assert sum(hammer.result.answers.values()) > 10
    assert [connection.ask("still there?") for connection in held] == ["still there?"] * 2


def test_check_names_the_rule_that_is_not_ours_and_how_to_remove_it(by_hand: Lab) -> None:
    realserver = by_hand["llc5"]
    realserver.run(REALSERVER, "start")
    done = scenes.run_script(realserver, REALSERVER, "check")
    assert done.status == 0
    remove = f"iptables -t nat -D PREROUTING -d {VIP}/32 -j REDIRECT"
    rule = f"PREROUTING -d {VIP}/32 -j REDIRECT"
    assert done.stdout.splitlines()[0] == f"not ours: {rule}; remove it with: {remove}"
    realserver.sh(remove)
    assert "not ours" not in scenes.run_script(realserver, REALSERVER, "check").stdout
    assert scenes.silent(scenes.run_script(realserver, REALSERVER, "reload"))


def test_check_names_a_vip_that_stands_where_we_did_not_put_it(by_hand: Lab) -> None:
    director = by_hand["llclb1"]
    director.sh(f"ip addr add {VIP}/24 dev lo")
    done = scenes.run_script(director, DIRECTOR, "check")
    assert f"not ours: {VIP}/24 on lo; remove it with: ip addr del {VIP}/24 dev lo\n" in done.stdout


def _watch(host: Host) -> str:
    """Watch a host's addresses and routes: a VIP that went away and came back would be told."""
    host.sh("ip -4 monitor address route >/run/lvsgen-events 2>&1 & sleep 0.3")
    return "/run/lvsgen-events"


def _seen(host: Host, events: str) -> str:
    host.sh("sleep 0.3; kill %1 2>/dev/null; true")
    return host.read(events)
