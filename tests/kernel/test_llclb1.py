"""The document's cluster, built from its example and run in a real kernel, as an administrator would."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from lvsgen.prove.connections import Answer
from lvsgen.prove.lab import Lab
from tests.kernel import scenes
from tests.kernel.scenes import DIRECTOR, REALSERVER, SSH, VIP, Built

# They are listed before and right after ours.
FOREIGN_SERVICES = """\
-A -t 129.129.190.9:80 -s wlc -p 77
-a -t 129.129.190.9:80 -r 129.129.190.175:80 -g -w 9
-A --sctp-service 129.129.190.54:22 -s rr
-a --sctp-service 129.129.190.54:22 -r 129.129.190.175:22 -g -w 1 -x 9
"""
FOREIGN_RULES = """\
iptables -t nat -A PREROUTING -p tcp -d 129.129.190.99 --dport 80 -j REDIRECT --to-ports 8080
iptables -t filter -A INPUT -p icmp -j ACCEPT
iptables -t mangle -N theirs
"""


@pytest.fixture
def llclb1(cluster: Lab, example: Built, shell: str) -> Lab:
    """The cluster with everything installed and nothing started."""
    scenes.install(cluster, example)
    for name in scenes.HOSTS:
        scenes.use_shell(cluster[name], shell)
    return cluster


def test_ten_connections_are_answered_five_and_five_from_the_vip(llclb1: Lab) -> None:
    scenes.start_all(llclb1)
    answers = llclb1["client"].connect(VIP, SSH, times=10)
    assert Counter(answers) == {Answer("llc5", VIP, ""): 5, Answer("llc6", VIP, ""): 5}


def test_the_director_is_what_its_state_says(llclb1: Lab, example: Built) -> None:
    before = llclb1["llclb1"].snapshot()
    scenes.start_all(llclb1)
    after = llclb1["llclb1"].snapshot()
    assert scenes.missing(example.states["llclb1"], after) == []
    assert before["timeouts"] == ["Timeout (tcp tcpfin udp): 900 120 300"]
    assert after["timeouts"] == ["Timeout (tcp tcpfin udp): 259200 120 300"]


def test_start_says_each_command_that_changes_something(llclb1: Lab) -> None:
    done = scenes.run_script(llclb1["llclb1"], DIRECTOR, "start")
    assert (done.status, done.stderr) == (0, "")
    assert done.stdout == (
        "+ ipvsadm --set 259200 0 0\n"
        "+ ipvsadm -A -t 129.129.190.54:22 -s rr\n"
        "+ ipvsadm -a -t 129.129.190.54:22 -r 129.129.190.175:22 -g -w 1\n"
        "+ ipvsadm -a -t 129.129.190.54:22 -r 129.129.190.176:22 -g -w 1\n"
        "+ ip addr add 129.129.190.54/32 dev eth0 brd 129.129.190.54 label eth0:1\n"
        "+ ip route add 129.129.190.54/32 dev eth0 src 129.129.190.54\n"
    )


def test_a_second_start_is_silent_and_changes_nothing(llclb1: Lab) -> None:
    scenes.start_all(llclb1)
    for name, script in (("llclb1", DIRECTOR), ("llc5", REALSERVER)):
        before = llclb1[name].snapshot()
        for verb in ("start", "reload"):
            assert scenes.silent(scenes.run_script(llclb1[name], script, verb))
        assert scenes.differences(before, llclb1[name].snapshot()) == []


def test_an_open_connection_survives_start_reload_and_a_change_of_a_weight(
    llclb1: Lab, example: Built, tmp_path: Path
) -> None:
    scenes.start_all(llclb1)
    held = [llclb1["client"].hold(VIP, SSH) for _ in range(2)]
    assert {connection.answerer for connection in held} == {"llc5", "llc6"}
    scenes.run_script(llclb1["llclb1"], DIRECTOR, "start")
    scenes.install(
        llclb1, scenes.build_text(tmp_path, scenes.example_text().replace("llc6: {weight: 1}", "llc6: {weight: 3}"))
    )
    done = scenes.run_script(llclb1["llclb1"], DIRECTOR, "reload")
    assert done.stdout == "+ ipvsadm -e -t 129.129.190.54:22 -r 129.129.190.176:22 -g -w 3\n"
    for name in ("llc5", "llc6"):
        assert scenes.silent(scenes.run_script(llclb1[name], REALSERVER, "reload"))
    assert [connection.ask("still there?") for connection in held] == ["still there?"] * 2


def test_no_new_connection_fails_through_ten_reloads(llclb1: Lab, example: Built, tmp_path: Path) -> None:
    other = scenes.build_text(
        tmp_path, scenes.example_text().replace("rr,", "wrr,").replace("llc5: {weight: 1}", "llc5: {weight: 2}")
    )
    scenes.start_all(llclb1)
    with llclb1["client"].hammer(VIP, SSH) as hammer:
        for turn in range(10):
            scenes.install(llclb1, (other, example)[turn % 2], "llclb1")
            assert scenes.run_script(llclb1["llclb1"], DIRECTOR, "reload").stdout
    assert hammer.result.errors == {}
    assert min(hammer.result.answers[name] for name in ("llc5", "llc6")) > 50


def test_stop_leaves_no_trace(llclb1: Lab) -> None:
    llclb1["llclb1"].run("sysctl", "-qw", "net/ipv4/ip_forward=1", "net/ipv4/conf/eth0/send_redirects=0")
    llclb1["llclb1"].run("ipvsadm", "--set", "1000", "0", "0")
    before = {name: llclb1[name].snapshot() for name in scenes.HOSTS}
    files = {name: _run_files(llclb1, name) for name in scenes.HOSTS}
    scenes.start_all(llclb1)
    assert all(scenes.differences(before[name], llclb1[name].snapshot()) for name in scenes.HOSTS)
    llclb1["llclb1"].run("/etc/rc.d/init.d/lvs-director", "stop")
    for name in ("llc5", "llc6"):
        llclb1[name].run("/etc/rc.d/init.d/lvs", "stop")
    assert {name: scenes.differences(before[name], llclb1[name].snapshot()) for name in scenes.HOSTS} == {
        name: [] for name in scenes.HOSTS
    }
    assert {name: _run_files(llclb1, name) for name in scenes.HOSTS} == files


def _run_files(lab: Lab, name: str) -> str:
    """What stands in the folders that the scripts write to; the lock of iptables is its own."""
    return lab[name].sh("find /var/run /var/lock /tmp | grep -v xtables.lock | sort").stdout


def test_a_setting_of_several_digits_is_seen_whole(llclb1: Lab) -> None:
    director, key = llclb1["llclb1"], "net/ipv4/conf/eth0/send_redirects"
    director.run("sysctl", "-qw", f"{key}=10")
    before = director.snapshot()
    assert f"+ sysctl -w {key}=1\n" in director.run(DIRECTOR, "start").stdout
    assert f"before\tsysctl {key}\t10\t1\n" in director.read("/var/run/lvsgen-llc.state")
    director.run(DIRECTOR, "stop")
    assert scenes.differences(before, director.snapshot()) == []


def test_a_second_stop_is_silent(llclb1: Lab) -> None:
    scenes.start_all(llclb1)
    for name, script in (("llclb1", DIRECTOR), ("llc5", REALSERVER)):
        assert scenes.run_script(llclb1[name], script, "stop").status == 0
        assert scenes.silent(scenes.run_script(llclb1[name], script, "stop"))


def test_what_is_foreign_is_left_alone_by_everything(llclb1: Lab) -> None:
    director, realserver = llclb1["llclb1"], llclb1["llc5"]
    director.sh(
        "ip addr add 129.129.190.99/32 dev eth0 && ip addr add 10.9.9.9/24 dev eth0\n"
        "ip route add 10.8.0.0/16 via 129.129.190.1"
    )
    director.run("ipvsadm", "--restore", stdin=FOREIGN_SERVICES)
    realserver.sh(FOREIGN_RULES)
    before = {host.name: host.snapshot() for host in (director, realserver)}
    scenes.start_all(llclb1)
    for verb in ("reload", "status", "check", "restart", "stop"):
        for host, script in ((director, DIRECTOR), (realserver, REALSERVER)):
            scenes.run_script(host, script, verb)
            lines = {line for part in host.snapshot().values() for line in part}
            assert _foreign(before[host.name]) <= lines, verb
    assert scenes.differences(before["llclb1"], director.snapshot()) == []
    assert scenes.differences(before["llc5"], realserver.snapshot()) == []


def _foreign(snapshot: scenes.Snapshot) -> set[str]:
    return {line for part in ("addresses", "routes", "table", "iptables") for line in snapshot[part]}


def test_stop_leaves_what_someone_else_has_set_since(llclb1: Lab) -> None:
    director = llclb1["llclb1"]
    director.run("sysctl", "-qw", "net/ipv4/ip_forward=1")
    scenes.start_all(llclb1)
    director.sh("ipvsadm --set 555 0 0 && sysctl -qw net/ipv4/conf/eth0/accept_redirects=0")
    done = scenes.run_script(director, DIRECTOR, "stop")
    assert done.status == 0
    assert "left tcp=555: changed since, it was set to 259200\n" in done.stdout
    after = director.snapshot()
    assert after["timeouts"] == ["Timeout (tcp tcpfin udp): 555 120 300"]
    assert {"net/ipv4/ip_forward = 1", "net/ipv4/conf/eth0/accept_redirects = 0"} <= set(after["sysctls"])


def test_status_tells_running_from_stopped_and_from_in_between(llclb1: Lab) -> None:
    statuses = [_statuses(llclb1)]
    scenes.start_all(llclb1)
    statuses.append(_statuses(llclb1))
    llclb1["llclb1"].run("ip", "addr", "del", f"{VIP}/32", "dev", "eth0")
    llclb1["llc5"].run("iptables", "-t", "nat", "-D", "PREROUTING", "-j", "lvsgen-llc")
    statuses.append(_statuses(llclb1))
    assert statuses == [(3, 3), (0, 0), (4, 4)]


def _statuses(lab: Lab) -> tuple[int | str, int | str]:
    director = lab["llclb1"].run("/etc/rc.d/init.d/lvs-director", "status", check=False)
    return director.status, lab["llc5"].run("/etc/rc.d/init.d/lvs", "status", check=False).status


def test_check_says_what_start_would_run(llclb1: Lab) -> None:
    scenes.start_all(llclb1)
    director = llclb1["llclb1"]
    assert scenes.silent(scenes.run_script(director, DIRECTOR, "check"))
    director.run("ipvsadm", "-e", "-t", f"{VIP}:22", "-r", "129.129.190.175", "-g", "-w", "7")
    before = director.snapshot()
    done = scenes.run_script(director, DIRECTOR, "check")
    assert (done.status, done.stderr) == (1, "")
    assert done.stdout == (
        "differs from /etc/lvsgen/llc/host; start would run:\n"
        "+ ipvsadm -e -t 129.129.190.54:22 -r 129.129.190.175:22 -g -w 1\n"
    )
    assert scenes.differences(before, director.snapshot()) == []


def test_check_names_who_does_not_answer_a_ping(llclb1: Lab) -> None:
    scenes.start_all(llclb1)
    llclb1["llc6"].run("ip", "link", "set", "eth0", "down")
    done = scenes.run_script(llclb1["llclb1"], DIRECTOR, "check")
    assert (done.status, done.stdout) == (0, "no answer from 129.129.190.176\n")
