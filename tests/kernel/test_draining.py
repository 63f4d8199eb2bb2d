"""Draining what has no connections, and what would refuse clients, in a running cluster."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from lvsgen.prove.lab import Done, Lab
from lvsgen.prove.topology import Machine, Nic
from tests.kernel import guests, scenes
from tests.kernel.scenes import HOSTS, SSH, VIP, Built

DNS = 5300
SERVICE = "tcp, port: ssh, scheduler: rr"
ANSWERING = f"""
import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("0.0.0.0", {DNS}))
while True:
    _, client = server.recvfrom(100)
    server.sendto(socket.gethostname().encode(), client)
"""
ASKING = f"""
import socket
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.bind(("", 5353))
client.settimeout(2)
for _ in range(30):
    client.sendto(b"who?", ("{VIP}", {DNS}))
    print(client.recv(100).decode())
"""
FROM_FORTY_ADDRESSES = f"""
import socket, subprocess
for last in range(10, 50):
    subprocess.run(["ip", "addr", "add", f"198.51.100.{{last}}/24", "dev", "eth0"])
    try:
        with socket.create_connection(("{VIP}", {SSH}), 2, (f"198.51.100.{{last}}", 0)) as connection:
            print(connection.recv(100).decode().strip())
    except OSError as error:
        print("refused")
"""


def serving(lab: Lab, folder: Path, *changes: tuple[str, str]) -> Built:
    """Build a variant of the example, and apply it on every host, without files."""
    text = scenes.example_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    built = scenes.build_text(folder, text)
    for host in reversed(HOSTS):
        done = on(lab, built, "apply", "--running-only", "--no-rehearse", host=host)
        assert done.status == 0, done
    for realserver in HOSTS[1:]:
        lab[realserver].serve(SSH)
    return built


def on(lab: Lab, built: Built, *argv: str, host: str = "llclb1") -> Done:
    """Run a verb on a host, with its out/."""
    return guests.lvsgen(lab[host], *argv, "--out", guests.folder(built.folder.parent), "--host", host)


def ask(lab: Lab) -> Counter[str]:
    """Send thirty datagrams from one port: who answered how often."""
    return Counter(guests.python(lab["client"], ASKING).stdout.split())


def connect(lab: Lab) -> Counter[str]:
    """Connect from forty addresses: who answered how often, and how many were refused."""
    return Counter(guests.python(lab["client"], FROM_FORTY_ADDRESSES).stdout.split())


@pytest.fixture
def answering(cluster: Lab) -> None:
    """Let the realservers answer datagrams."""
    bound = ("grep", "-q", f":{DNS:04X} ", "/proc/net/udp")
    for name in HOSTS[1:]:
        cluster[name].spawn(guests.PYTHON, "-c", ANSWERING)
    for name in HOSTS[1:]:
        scenes.until(lambda host=cluster[name]: host.run(*bound, check=False).status == 0)  # type: ignore[misc]


@pytest.mark.usefixtures("answering")
def test_a_flow_of_datagrams_is_counted_and_who_waits_is_told_that_it_may_never_end(
    cluster: Lab, tmp_path: Path
) -> None:
    built = serving(cluster, tmp_path, (SERVICE, f"udp, port: {DNS}, scheduler: rr"))
    (answerer,) = ask(cluster)
    done = on(cluster, built, "drain", answerer, "--timeout", "0")
    assert (done.status, done.stderr) == (
        10,
        f"lvsgen: note: udp {VIP}:{DNS}: a sender of datagrams that keeps its port stays until it is silent for as "
        f"long as the udp timeout\nlvsgen: {answerer} is drained, but 1 flow still open\n"
        f"  = help: wait on: lvsgen drain {answerer}\n",
    )
    assert ask(cluster) == {answerer: 30}
    assert f"  {answerer}: 1 flow left\n" in on(cluster, built, "status").stdout
    said = json.loads(on(cluster, built, "drain", answerer, "--timeout", "0", "--format", "json").stdout)
    assert (said["connections"], said["flows"], len(said["cautions"])) == (0, 1, 1)


@pytest.mark.parametrize("scheduler", ["sh", "dh"])
def test_where_clients_would_be_refused_a_drain_is_refused_unless_that_is_wished(
    cluster: Lab, tmp_path: Path, scheduler: str
) -> None:
    built = serving(cluster, tmp_path, ("scheduler: rr", f"scheduler: {scheduler}"))
    (usual, _), *_ = connect(cluster).most_common()
    before = scenes.everything(cluster["llclb1"])
    refused = on(cluster, built, "drain", usual, "--timeout", "0")
    assert refused.status == 6
    assert f"so clients that it sends to {usual} would be refused" in refused.stderr
    assert scenes.differences(before, scenes.everything(cluster["llclb1"])) == []
    assert on(cluster, built, "drain", usual, "--timeout", "0", "--refuse-clients").status in (0, 10)
    assert connect(cluster)["refused"] >= 10


@pytest.mark.parametrize("scheduler", ["sh", "mh"])
def test_with_its_fallback_a_scheduler_that_hashes_refuses_nobody(cluster: Lab, tmp_path: Path, scheduler: str) -> None:
    built = serving(
        cluster, tmp_path, ("scheduler: rr", f"scheduler: {scheduler}"), ("platform: el5 ", "platform: el9 ")
    )
    assert f"-s {scheduler} -b {scheduler}-fallback" in cluster["llclb1"].run("ipvsadm", "-Sn").stdout
    assert connect(cluster).keys() == {"llc5", "llc6"}
    assert on(cluster, built, "drain", "llc6", "--timeout", "0").status in (0, 10)
    assert connect(cluster) == {"llc5": 40}


TWO_NETWORKS = """\
cluster: two
networks: {front: {subnet: 192.0.2.0/24, gateway: 192.0.2.1}, back: {subnet: 10.0.1.0/24}}
directors:
  lb1:
    platform: debian
    interfaces: {eth1: {network: back, address: 10.0.1.2}, eth0: {network: front, address: 192.0.2.11}}
realservers:
  web1:
    platform: debian
    firewall: iptables
    interfaces: {eth1: {network: back, address: 10.0.1.21}, eth0: {network: front, address: 192.0.2.21}}
vips: {www: {address: 192.0.2.80}}
services:
  http: {vip: www, protocol: tcp, port: http, scheduler: wlc, forward: direct, realservers: {web1: {}}}
"""


def test_a_realserver_on_two_networks_answers_though_it_filters_by_the_way_back(empty_lab: Lab, tmp_path: Path) -> None:
    cards = {
        name: (Nic("eth0", "front", f"192.0.2.{front}/24"), Nic("eth1", "back", f"10.0.1.{back}/24"))
        for name, front, back in (("lb1", 11, 2), ("web1", 21, 21))
    }
    empty_lab.build(
        (
            Machine("client", (Nic("eth0", "outside", "198.51.100.2/24"),), "198.51.100.1"),
            Machine(
                "gateway",
                (Nic("eth0", "front", "192.0.2.1/24"), Nic("eth1", "outside", "198.51.100.1/24")),
                forward=True,
            ),
            *(Machine(name, nics, "192.0.2.1") for name, nics in cards.items()),
        )
    )
    empty_lab["web1"].sh("for d in all eth0 eth1; do echo 1 >/proc/sys/net/ipv4/conf/$d/rp_filter; done")
    built = scenes.build_text(tmp_path, TWO_NETWORKS)
    for host in ("web1", "lb1"):
        assert on(empty_lab, built, "apply", "--running-only", "--no-rehearse", host=host).status == 0
    empty_lab["web1"].serve(80)
    answers = empty_lab["client"].connect("192.0.2.80", 80, times=4)
    assert [(answer.answer, answer.error) for answer in answers] == [("web1", "")] * 4
