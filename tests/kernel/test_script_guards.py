"""What a script believes, whom it refuses to drain, and whom it tells that a VIP is here."""

from __future__ import annotations

import time

import pytest

from lvsgen.prove.lab import Host, Lab
from tests.kernel import scenes
from tests.kernel.scenes import DIRECTOR, VIP, Built

FACTS, RECORD, DRAINED = "/etc/lvsgen/llc/host", "/var/run/lvsgen-llc.state", "/var/lib/lvsgen/llc/drained"


@pytest.fixture
def director(cluster: Lab, example: Built, shell: str) -> Host:
    """A director that runs."""
    scenes.install(cluster, example)
    scenes.use_shell(cluster["llclb1"], shell)
    cluster["llclb1"].run(DIRECTOR, "start")
    return cluster["llclb1"]


@pytest.mark.parametrize(
    ("shell", "spoil", "said"),
    [
        ("dash", f"chmod o+w {FACTS}", f"{FACTS} cannot be believed: others can write it"),
        ("bash", f"chown 1 {FACTS}", f"{FACTS} cannot be believed: root does not own it"),
        ("busybox", f"mv {FACTS} /srv/facts; ln -s /srv/facts {FACTS}", f"{FACTS} cannot be believed: it is a link"),
        ("dash", f"chmod g+w {RECORD}", f"{RECORD} cannot be believed: others can write it"),
        ("busybox", "chmod g+w /etc/lvsgen/llc", "/etc/lvsgen/llc cannot be believed: others can write it"),
    ],
)
def test_what_others_can_write_is_not_believed(director: Host, spoil: str, said: str) -> None:
    director.sh(spoil)
    before = director.snapshot()
    for verb in ("reload", "stop", "check"):
        done = scenes.run_script(director, DIRECTOR, verb)
        assert (done.status, said in done.stderr) == (1, True), done.stderr
    assert scenes.differences(before, director.snapshot()) == []


def test_a_list_of_the_drained_that_others_can_write_is_passed_over(director: Host) -> None:
    director.write(DRAINED, "llc6\n")
    director.sh(f"chmod 666 {DRAINED}")
    done = scenes.run_script(director, DIRECTOR, "reload")
    assert (done.status, done.stdout) == (0, "")
    assert f"nobody counts as drained: {DRAINED} cannot be believed: others can write it" in done.stderr


@pytest.mark.parametrize(
    ("shell", "scheduler", "why"),
    [("dash", "dh", "dh asks for no weight"), ("busybox", "sh", "sh has no sh-fallback")],
)
def test_a_drain_that_would_refuse_clients_is_refused(director: Host, scheduler: str, why: str) -> None:
    director.sh(f"sed -i 's/-s rr/-s {scheduler}/' {FACTS}; {DIRECTOR} reload")
    before = director.snapshot()
    done = scenes.run_script(director, DIRECTOR, "drain", "llc6")
    said = f"-t {VIP}:22: {why}, so clients that it sends to llc6 would be refused"
    assert (done.status, said in done.stderr) == (1, True), done.stderr
    assert director.sh(f"ls {DRAINED}*", check=False).stdout == ""
    assert scenes.differences(before, director.snapshot()) == []


def test_a_vip_that_comes_up_is_announced(cluster: Lab, director: Host) -> None:
    gateway = cluster["gateway"]
    director.run(DIRECTOR, "stop")
    device = gateway.sh(f"ip -o route get {VIP}").stdout.partition(" dev ")[2].split()[0]
    stale = ("lladdr", "02:00:00:00:00:99", "dev", device, "nud", "stale")
    gateway.run("ip", "neigh", "replace", VIP, *stale)
    time.sleep(1.5)  # what was learnt within the last second stays: net.ipv4.neigh.*.locktime
    director.run(DIRECTOR, "start")
    mac = director.read("/sys/class/net/eth0/address").strip()
    scenes.until(lambda: mac in gateway.sh(f"ip neigh show {VIP}").stdout, seconds=5)


def test_no_arping_is_a_warning(director: Host) -> None:
    director.run(DIRECTOR, "stop")
    for name in ("arping", "busybox"):
        director.wrap(director.sh(f"command -v {name}").stdout.strip(), "#!/bin/sh\nexit 127\n")
    done = scenes.run_script(director, DIRECTOR, "start")
    assert (done.status, "so VIPs are not announced" in done.stderr) == (0, True), done.stderr


def test_half_a_record_is_refused(director: Host) -> None:
    director.sh(f"printf 'put\\taddress 129.129.190.53/32 eth' >>{RECORD}")
    before = director.snapshot()
    for verb in ("reload", "stop"):
        done = scenes.run_script(director, DIRECTOR, verb)
        assert (done.status, "ends in the middle of a line" in done.stderr) == (1, True), done.stderr
    assert scenes.differences(before, director.snapshot()) == []


@pytest.mark.parametrize(
    ("shell", "edited"),
    [("dash", f"sed -i 's/$/  /' {FACTS}"), ("bash", f"sed -i 's/ /  /' {FACTS}"), ("busybox", f"echo >>{FACTS}")],
)
def test_blanks_in_facts_do_not_count(director: Host, edited: str) -> None:
    director.sh(edited)
    assert scenes.silent(scenes.run_script(director, DIRECTOR, "reload"))


def test_nothing_comes_in_with_the_environment(director: Host) -> None:
    names = dict.fromkeys(("who", "drains", "work", "locked", "dry", "verb", "announcing", "unfed"), "llc6")
    assert scenes.silent(director.run(DIRECTOR, "reload", env=names))
    assert director.sh(f"ls {DRAINED}", check=False).stdout == ""


def test_a_stop_where_nothing_of_ours_ever_was_is_silent_in_any_folder(cluster: Lab, example: Built) -> None:
    host = cluster["llclb1"]
    scenes.install(cluster, example, "llclb1")
    host.sh("rm -r /etc/lvsgen; mkdir /run/theirs && chown 1 /run/theirs && chmod 777 /run/theirs")
    before = host.snapshot()
    assert scenes.silent(host.run(DIRECTOR, "stop", cwd="/run/theirs"))
    assert scenes.differences(before, host.snapshot()) == []
