"""Newer files over older ones, records of other boots, and who else is at work on the host."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvsgen.prove.lab import Host, Lab
from tests.kernel import scenes
from tests.kernel.scenes import DIRECTOR, REALSERVER, Built

RECORD = "/var/run/lvsgen-llc.state"
LOCK = "/var/run/lvsgen.lock"
TLS = "{vip: web, protocol: tcp, port: 443, scheduler: sh, forward: direct, realservers: {llc6: {weight: 2}}}"


NO_WAY_OUT = """#!/bin/sh
case $* in
'route add '*' dev eth0 '*) exit 1 ;;
esac
exec /run/lab/real/ip "$@"
"""

NO_DELETIONS = """#!/bin/sh
if [ "$*" = --restore ]; then
    while read -r line; do
        case $line in '-D -t 129.129.190.54:22') exit 1 ;; esac
        echo "$line"
    done >/run/kept
    exec /run/lab/real/ipvsadm --restore </run/kept
fi
exec /run/lab/real/ipvsadm "$@"
"""
NO_WAY_BACK = """#!/bin/sh
case $* in
'route prepend '*) exit 1 ;;
esac
exec /run/lab/real/ip "$@"
"""
BLIND_AFTERWARDS = """#!/bin/sh
case $* in
'addr add '*) : >/run/blind ;;
*show*) [ ! -e /run/blind ] || exit 1 ;;
esac
exec /run/lab/real/ip "$@"
"""
OTHERS_ROUTES = """\
ip route add 10.1.0.0/16 via 129.129.190.1 src 129.129.190.54
ip route add 10.2.0.0/16 via 129.129.190.1 src 129.129.190.54 table 7
ip route add 10.3.0.0/16 dev eth0 src 129.129.190.54 mtu 1400
ip route change default via 129.129.190.1 src 129.129.190.54
"""
ROUTES = "ip route show table all | grep -v -e ' table local' -e ^ff00 -e ^fe80 | grep -e ^10 -e ^default"


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Version 2: the VIP and its service are gone, another VIP and service are there, and no timeout is named."""
    text = scenes.example_text().replace("llc: {address: 129.129.190.54}", "web: {address: 129.129.190.60}")
    head = text[: text.index("services:")]
    return scenes.build_text(tmp_path_factory.mktemp("second"), f"{head}services:\n  tls: {TLS}\n")


@pytest.fixture
def director(cluster: Lab, example: Built, shell: str) -> Host:
    """A director with the example's files, and ip_forward on as on a host that was a router."""
    scenes.install(cluster, example)
    for name in scenes.HOSTS:
        scenes.use_shell(cluster[name], shell)
    cluster["llclb1"].run("sysctl", "-qw", "net/ipv4/ip_forward=1")
    return cluster["llclb1"]


def test_a_route_whose_source_goes_for_good_comes_back_without_it(cluster: Lab, director: Host, second: Built) -> None:
    scenes.start_all(cluster)
    scenes.install(cluster, second)
    director.sh(OTHERS_ROUTES)
    for verb in ("reload", "stop"):
        before = director.sh(ROUTES).stdout.splitlines()
        vip = "129.129.190.54" if verb == "reload" else "129.129.190.60"
        done = scenes.run_script(director, DIRECTOR, verb)
        assert (done.status, done.stderr) == (0, "")
        left = [line if " table " in line else line.replace(f" src {vip}", "") for line in before]
        assert sorted(director.sh(ROUTES).stdout.splitlines()) == sorted(left)
        director.sh(OTHERS_ROUTES.replace("129.129.190.54", "129.129.190.60"), check=False)


def test_routes_of_others_stand_word_for_word_where_a_reload_fails(cluster: Lab, director: Host, second: Built) -> None:
    scenes.start_all(cluster)
    scenes.install(cluster, second)
    director.sh(OTHERS_ROUTES)
    before = _with_routes(director)
    ipvsadm = director.sh("command -v ipvsadm").stdout.strip()
    director.wrap(ipvsadm, NO_DELETIONS)
    done = scenes.run_script(director, DIRECTOR, "reload")
    director.unwrap(ipvsadm)
    assert (done.status, "+ ip addr del 129.129.190.54/32 dev eth0\n" in done.stdout) == (1, True)
    assert scenes.differences(before, _with_routes(director)) == []


def _with_routes(director: Host) -> scenes.Snapshot:
    return director.snapshot() | {"all": director.sh(ROUTES).stdout.splitlines()}


def test_where_nothing_can_be_read_any_more_nothing_is_done_any_more(director: Host, example: Built) -> None:
    ip = director.sh("command -v ip").stdout.strip()
    director.wrap(ip, BLIND_AFTERWARDS)
    done = scenes.run_script(director, DIRECTOR, "start")
    assert (done.status, done.stdout.count("+ ip addr add")) == (1, 1), done.stdout
    assert "NOT as it was" in done.stderr
    director.unwrap(ip)
    director.sh("rm -f /run/blind")
    assert scenes.run_script(director, DIRECTOR, "start").status == 0
    assert scenes.missing(example.states["llclb1"], director.snapshot()) == []


def test_a_stop_goes_on_without_a_route_that_the_kernel_does_not_take_back(cluster: Lab, director: Host) -> None:
    scenes.start_all(cluster)
    director.sh("ip link add name d0 type dummy && ip link set d0 up || true")
    director.sh("ip route add 10.7.0.0/16 via 129.129.190.1 src 129.129.190.54")
    ip = director.sh("command -v ip").stdout.strip()
    director.wrap(ip, NO_WAY_BACK)
    done = scenes.run_script(director, DIRECTOR, "stop")
    director.unwrap(ip)
    lost = "a route is lost that went with its source: ip route prepend 10.7.0.0/16 via 129.129.190.1 dev eth0\n"
    assert (done.status, lost in done.stderr) == (0, True), done.stderr
    assert not any("129.129.190.54" in line for part in director.snapshot().values() for line in part)


def test_a_reload_goes_on_where_the_source_stays_on_another_device(cluster: Lab, director: Host, second: Built) -> None:
    scenes.start_all(cluster)
    scenes.install(cluster, second)
    director.sh("ip route add 10.1.0.0/16 via 129.129.190.1 src 129.129.190.54; ip addr add 129.129.190.54/32 dev lo")
    assert scenes.run_script(director, DIRECTOR, "reload").status == 0
    assert any(line.startswith("10.1.0.0/16") for line in director.snapshot()["routes"])


def test_a_reload_of_version_two_leaves_nothing_of_version_one(cluster: Lab, director: Host, second: Built) -> None:
    fresh = {name: cluster[name].snapshot() for name in scenes.HOSTS}
    scenes.start_all(cluster)
    scenes.install(cluster, second)
    director.run(DIRECTOR, "reload")
    for name in ("llc5", "llc6"):
        cluster[name].run(REALSERVER, "reload")
    live = director.snapshot()
    assert scenes.missing(second.states["llclb1"], live) == []
    assert not any("129.129.190.54" in line for part in live.values() for line in part)
    assert live["timeouts"] == fresh["llclb1"]["timeouts"]
    assert [line for line in cluster["llc6"].snapshot()["iptables"] if "129" in line] == [
        "-A lvsgen-llc -d 129.129.190.60/32 -j REDIRECT"
    ]
    director.run(DIRECTOR, "stop")
    for name in ("llc5", "llc6"):
        cluster[name].run(REALSERVER, "stop")
    assert [scenes.differences(fresh[name], cluster[name].snapshot()) for name in scenes.HOSTS] == [[], [], []]


def test_a_record_of_another_boot_is_ignored(director: Host) -> None:
    director.write(RECORD, "boot\tanother\nbefore\ttimeout tcp\t5\t900\nput\taddress 129.129.190.53/24 eth0\n")
    director.run(DIRECTOR, "start")
    assert "before\ttimeout tcp\t900\t259200\n" in director.read(RECORD)
    director.run(DIRECTOR, "stop")
    live = director.snapshot()
    assert live["timeouts"] == ["Timeout (tcp tcpfin udp): 900 120 300"]
    assert any("129.129.190.53/24" in line for line in live["addresses"])


@pytest.mark.parametrize("shell", ["dash"])
def test_a_full_disk_changes_nothing_and_is_not_taken_for_a_poor_kernel(director: Host) -> None:
    before = director.snapshot()
    for size in range(16, 36, 4):
        director.sh(f"mount -t tmpfs -o size={size}k none /var/run")
        done = scenes.run_script(director, DIRECTOR, "start")
        director.sh("umount /var/run")
        assert (done.status, "this kernel has no" in done.stderr) == (1, False), done.stderr
    assert scenes.differences(before, director.snapshot()) == []


def test_what_was_found_first_is_what_stop_gives_back(director: Host, cluster: Lab, tmp_path: Path) -> None:
    before = director.snapshot()
    director.run(DIRECTOR, "start")
    longer = scenes.build_text(tmp_path, scenes.example_text().replace("tcp: 72h", "tcp: 96h"))
    scenes.install(cluster, longer, "llclb1")
    director.run(DIRECTOR, "reload")
    assert director.snapshot()["timeouts"] == ["Timeout (tcp tcpfin udp): 345600 120 300"]
    director.run(DIRECTOR, "stop")
    assert scenes.differences(before, director.snapshot()) == []


def test_a_host_that_serves_another_cluster_is_refused(director: Host) -> None:
    boot = director.read("/proc/sys/kernel/random/boot_id").strip()
    director.write("/var/run/lvsgen-other.state", f"boot\t{boot}\n")
    before = director.snapshot()
    done = scenes.run_script(director, DIRECTOR, "start")
    assert (done.status, done.stdout) == (1, "")
    assert done.stderr == (
        "lvs-director: this host already serves another cluster (/var/run/lvsgen-other.state): stop that one first\n"
    )
    assert scenes.differences(before, director.snapshot()) == []


def test_only_one_at_a_time(director: Host) -> None:
    holder = director.sh("awk '{ sub(/^.*[)] /, \"\"); print $20 }' /proc/1/stat").stdout.strip()
    boot = director.read("/proc/sys/kernel/random/boot_id").strip()
    director.sh(f"ln -s '1 {holder} {boot}' {LOCK}")
    for verb in ("start", "reload", "stop"):
        done = scenes.run_script(director, DIRECTOR, verb)
        assert (done.status, done.stdout) == (1, "")
        assert done.stderr == (
            "lvs-director: another lvsgen is at work on this host (process 1); try again when it is done\n"
        )
    assert director.sh(f"readlink {LOCK}").stdout == f"1 {holder} {boot}\n"


@pytest.mark.parametrize(
    ("shell", "holder"),
    [("dash", "1 1 BOOT"), ("bash", "999999 5 BOOT"), ("busybox", "1 1 another-boot"), ("dash", "nonsense")],
)
def test_the_lock_of_a_dead_holder_is_taken_over(director: Host, holder: str) -> None:
    boot = director.read("/proc/sys/kernel/random/boot_id").strip()
    director.sh(f"ln -s '{holder.replace('BOOT', boot)}' {LOCK}")
    assert scenes.run_script(director, DIRECTOR, "start").status == 0
    assert director.sh(f"ls {LOCK}*", check=False).stdout == ""


@pytest.mark.parametrize(
    ("shell", "at"),
    [
        *(("dash", 0.4), ("bash", 0.2), ("busybox", 0.8)),
        *(pytest.param(*one, marks=pytest.mark.long) for one in (("dash", 0.1), ("busybox", 0.3), ("bash", 0.6))),
    ],
)
def test_after_a_kill_the_next_start_finishes_the_work(director: Host, example: Built, at: float) -> None:
    director.sh(f"{DIRECTOR} start >/dev/null & sleep {at}; kill -KILL $!; wait $! 2>/dev/null; true")
    assert scenes.run_script(director, DIRECTOR, "start").status == 0
    assert scenes.missing(example.states["llclb1"], director.snapshot()) == []
    assert scenes.run_script(director, DIRECTOR, "stop").status == 0
    assert director.snapshot()["table"] == []


@pytest.mark.parametrize(
    ("shell", "spoil", "complaint"),
    [
        ("dash", "rm /etc/lvsgen/llc/host", "no /etc/lvsgen/llc/host: copy it from out/ first"),
        ("bash", ": >/etc/lvsgen/llc/host", "no /etc/lvsgen/llc/host: copy it from out/ first"),
        ("busybox", "echo nonsense >/etc/lvsgen/llc/host", "/etc/lvsgen/llc/host: cannot read line 1: nonsense"),
        (
            "bash",
            "sed -i '$d' /etc/lvsgen/llc/host",
            "/etc/lvsgen/llc/host has no end: copy it from out/ anew",
        ),
        (
            "dash",
            "ip link set eth0 down; ip link set eth0 name eth7",
            "no interface eth0 on this host for 129.129.190.54 (eth0:1)",
        ),
    ],
    ids=["no facts", "empty facts", "no facts at all", "cut off", "no interface"],
)
def test_what_is_missing_is_said_before_anything_is_touched(director: Host, spoil: str, complaint: str) -> None:
    director.run(DIRECTOR, "start")
    director.sh(spoil)
    before = director.snapshot()
    done = scenes.run_script(director, DIRECTOR, "start")
    assert (done.status, done.stdout, done.stderr) == (1, "", f"lvs-director: {complaint}\n")
    assert scenes.differences(before, director.snapshot()) == []


@pytest.mark.parametrize(("shell", "place"), [("dash", "2i"), ("bash", "$a"), ("busybox", "2i")])
def test_a_line_that_the_kernel_refuses_is_named_and_no_vip_comes_up(director: Host, place: str) -> None:
    director.sh(f"sed -i '{place} -a -t 129.129.190.54:22 -r 224.0.0.1:22 -g -w 1' /etc/lvsgen/llc/host")
    before = director.snapshot()
    done = scenes.run_script(director, DIRECTOR, "start")
    assert done.status == 1
    assert "the kernel refused: -a -t 129.129.190.54:22 -r 224.0.0.1:22 -g -w 1" in done.stderr
    assert "ip addr add" not in done.stdout
    assert scenes.differences(before, director.snapshot()) == []


@pytest.mark.parametrize("shell", ["busybox"])
def test_a_route_that_is_in_the_way_goes_and_comes_back_when_the_start_fails(director: Host, example: Built) -> None:
    director.run("ip", "route", "add", f"{scenes.VIP}/32", "dev", "lo")
    before = director.snapshot()
    ip = director.sh("command -v ip").stdout.strip()
    director.wrap(ip, NO_WAY_OUT)
    done = scenes.run_script(director, DIRECTOR, "start")
    assert (done.status, f"+ ip route del {scenes.VIP}/32 dev lo\n" in done.stdout) == (1, True)
    assert scenes.differences(before, director.snapshot()) == []
    director.unwrap(ip)
    director.run(DIRECTOR, "start")
    assert scenes.missing(example.states["llclb1"], director.snapshot()) == []
