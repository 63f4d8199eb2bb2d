"""VIPs that come up: looked for on other hosts before, and announced after; by apply, and by every way back."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lvsgen.prove.lab import Done, Host, Lab
from lvsgen.prove.topology import Machine, Nic, cluster
from tests.kernel import guests, scenes

OUT = guests.folder(Path(__file__).parents[2] / "out")
VIP, SSH = scenes.VIP, scenes.SSH
TOLD = f"arping -q -U -c 1 -I eth0 {VIP} and 1 more"

HABETS = """#!/bin/sh
echo "ARPing 2.23, by Thomas Habets <thomas@habets.se>" >&2
exit 1
"""
NO_APPLET = """#!/bin/sh
echo "$1: applet not found" >&2
exit 127
"""


@pytest.fixture
def pair(empty_lab: Lab) -> Lab:
    """The cluster with another host, `old`, that has the VIP and answers there; llclb1 has a second card on its LAN."""
    realservers = {"llc5": "129.129.190.175", "llc6": "129.129.190.176", "old": "129.129.190.52"}
    machines = cluster(("llclb1", "129.129.190.53"), realservers, gateway="129.129.190.1", flavour="el")
    empty_lab.build(_with_second_card(machine) if machine.name == "llclb1" else machine for machine in machines)
    empty_lab["old"].sh(f"ip addr add {VIP}/32 dev eth0")
    for name in ("old", "llc5", "llc6"):
        empty_lab[name].serve(SSH)
    for name in ("llc5", "llc6"):
        assert _apply(empty_lab[name]).status == 0
    return empty_lab


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The out/ of the example with another VIP in place of the first."""
    text = scenes.example_text().replace(VIP, "129.129.190.55")
    return guests.folder(scenes.build_text(tmp_path_factory.mktemp("newer"), text).folder.parent)


def _with_second_card(machine: Machine) -> Machine:
    nics = (*machine.nics, Nic("eth1", "lan", "129.129.190.152/24"))
    return Machine(machine.name, nics, machine.gateway, machine.forward, machine.flavour)


def _apply(host: Host, *argv: str) -> Done:
    return guests.lvsgen(host, "apply", "--no-rehearse", "--out", OUT, *argv)


def _neighbour(host: Host) -> str:
    found = [line for line in host.sh("ip neigh show").stdout.splitlines() if line.startswith(f"{VIP} ")]
    return found[0].split("lladdr ")[1].split()[0] if found and "lladdr" in found[0] else ""


def _address(host: Host, device: str = "eth0") -> str:
    return host.read(f"/sys/class/net/{device}/address").strip()


def test_a_gateway_that_knew_another_host_reaches_this_one_at_once(pair: Lab) -> None:
    client, director, old, gateway = (pair[name] for name in ("client", "llclb1", "old", "gateway"))
    assert client.connect(VIP, SSH)[0].answer == "old"
    assert _neighbour(gateway) == _address(old)
    before = scenes.everything(director)
    mac = _address(old)
    hint = "take it down there first; or, if this host is to take it from that one, repeat with --take-over"
    said = f"lvsgen: another host answers for VIP {VIP} on eth0: {mac}\n  = help: {hint}\n"
    assert _apply(director) == Done(6, "", said)
    assert scenes.everything(director) == before
    old.sh(f"ip addr del {VIP}/32 dev eth0")
    done = _apply(director)
    begun = time.monotonic()
    assert (done.status, f"+ {TOLD}\n" in done.stdout) == (0, True), done
    assert client.connect(VIP, SSH, timeout=10)[0].answer in ("llc5", "llc6")
    assert time.monotonic() - begun < 2
    assert _neighbour(gateway) == _address(director)


def test_a_vip_is_taken_over_where_that_is_wished(pair: Lab) -> None:
    client, gateway, director = pair["client"], pair["gateway"], pair["llclb1"]
    assert client.connect(VIP, SSH)[0].answer == "old"
    assert _apply(director, "--take-over").status == 0
    assert _neighbour(gateway) == _address(director)
    assert client.connect(VIP, SSH)[0].answer in ("llc5", "llc6")


def test_a_way_back_announces_what_it_brings_up_again(pair: Lab, newer: str) -> None:
    gateway, director = pair["gateway"], pair["llclb1"]
    pair["old"].sh(f"ip addr del {VIP}/32 dev eth0")
    assert _apply(director).status == 0
    gateway.sh(f"ip neigh replace {VIP} lladdr 02:00:00:00:00:09 dev eth0 nud reachable")
    done = guests.lvsgen(director, "apply", "--no-rehearse", "--out", newer, "--probe", "false")
    assert (done.status, f"+ undo: {TOLD}\n" in done.stdout) == (4, True), done
    scenes.until(lambda: _neighbour(gateway) == _address(director), 2)


def test_an_own_card_that_answers_is_nobody_else(pair: Lab) -> None:
    director, old = pair["llclb1"], pair["old"]
    director.sh(f"ip addr add {VIP}/32 dev lo")
    assert _apply(director).status == 6
    old.sh(f"ip addr del {VIP}/32 dev eth0")
    done = _apply(director)
    assert (done.status, "warning" in done.stdout) == (0, False), done


def test_without_an_arping_that_is_known_it_goes_on_with_a_warning(pair: Lab) -> None:
    director, untold = pair["llclb1"], "so VIPs are not announced: routers may send to another host that had them"
    director.wrap("/usr/bin/arping", HABETS)
    busybox = _apply(director)
    assert (busybox.status, "another host answers for VIP" in busybox.stderr) == (6, True)
    director.wrap("/usr/bin/busybox", NO_APPLET)
    done = _apply(director)
    said = f"warning: the arping of this host is neither iputils' nor busybox's, {untold}"
    assert (done.status, said in done.stdout, "-U" in done.stdout) == (0, True, False)
    told = guests.lvsgen(director, "doctor", "--out", OUT).stdout
    assert "note     arping: is neither iputils' nor busybox's, and not used" in told
