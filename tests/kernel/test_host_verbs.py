"""status, drain, undrain and doctor on the hosts of a running cluster."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lvsgen.prove.lab import Done, Lab
from tests.kernel import guests, scenes
from tests.kernel.scenes import DIRECTOR, SSH, VIP, Built

DRAINED = "/var/lib/lvsgen/llc/drained"
HEAVIER = ("llc5: {weight: 1}, llc6: {weight: 1}", "llc5: {weight: 5}, llc6: {weight: 7}")
LIKE_A_BOOT = f"""\
set -e
{DIRECTOR} stop
rm -f /var/run/lvsgen*
{DIRECTOR} start
"""


@pytest.fixture
def llc(cluster: Lab, example: Built) -> Lab:
    """The cluster, running."""
    scenes.install(cluster, example)
    scenes.start_all(cluster)
    return cluster


def here(lab: Lab, built: Built, *argv: str, host: str = "llclb1") -> Done:
    """Run a verb on a host, with its out/."""
    return guests.lvsgen(lab[host], *argv, "--out", guests.folder(built.folder.parent), "--host", host)


def data(done: Done) -> dict[str, Any]:
    """What a verb said to programs."""
    return dict(json.loads(done.stdout))


def weights(lab: Lab) -> list[str]:
    """The weights on the director, llc5 and llc6."""
    return [line.split()[-1] for line in lab["llclb1"].run("ipvsadm", "-Sn").stdout.splitlines() if line[:2] == "-a"]


def test_a_host_as_its_script_left_it_is_in_sync(llc: Lab, example: Built) -> None:
    for host in scenes.HOSTS:
        before = llc[host].snapshot()
        done = here(llc, example, "status", "--format", "json", host=host)
        assert done.status == 0, done.stdout
        assert (data(done)["in_sync"], data(done)["foreign"]) == (True, [])
        assert scenes.differences(before, llc[host].snapshot()) == []


def test_status_says_what_differs_and_what_is_not_ours(llc: Lab, example: Built) -> None:
    held = llc["client"].hold(VIP, SSH)
    llc["llclb1"].sh(
        "set -e\n"
        "ipvsadm -e -t 129.129.190.54:22 -r 129.129.190.175:22 -g -w 5\n"
        "ipvsadm -A -t 129.129.190.99:80 -s wlc\n"
        "ipvsadm -A -t [2001:db8::1]:80 -s wlc\n"
        "ip addr add 129.129.190.54/32 dev lo\n"
        "echo x >> /etc/lvsgen/llc/host\n"
        "chmod 700 /usr/local/sbin/lvs-director\n"
    )
    done = here(llc, example, "status")
    live = {"llc5": 0, "llc6": 0, held.answerer: 1}
    assert (done.status, done.stderr) == (10, "")
    assert done.stdout == (
        "llclb1 of cluster llc: not in sync\n"
        "running: lvsgen apply would do\n"
        "  tcp 129.129.190.54:22: weight of 129.129.190.175:22 from 5 to 1\n"
        "boot files: otherwise than in out/\n"
        "  /etc/lvsgen/llc/host: differs\n"
        "  /usr/local/sbin/lvs-director: mode and owner are 0700 0:0, should be 0755 0:0\n"
        "tcp 129.129.190.54:22 rr\n"
        "  realserver  destination         forward  weight  active  inactive\n"
        f"  llc5        129.129.190.175:22  direct   5       {live['llc5']}       0\n"
        f"  llc6        129.129.190.176:22  direct   1       {live['llc6']}       0\n"
        "not ours, left alone\n"
        "  service tcp 129.129.190.99:80, scheduler wlc\n"
        "  address 129.129.190.54 on lo: a VIP of ours, but not where we put it\n"
        "  -A -t [2001:db8::1]:80 -s wlc\n"
    )


def test_a_drained_realserver_keeps_its_session_and_gets_no_other(llc: Lab, example: Built) -> None:
    sessions = {session.answerer: session for session in (llc["client"].hold(VIP, SSH) for _ in range(2))}
    out = ("--out", guests.folder(example.folder.parent), "--host", "llclb1")
    drain = llc["llclb1"].spawn(guests.PYTHON, "-m", "lvsgen", "drain", "llc6", *out, env=guests.environment())
    assert drain.wait(8).status == "timed out"
    assert weights(llc) == ["1", "0"]
    assert Counter(answer.answer for answer in llc["client"].connect(VIP, SSH, times=4)) == {"llc5": 4}
    assert sessions["llc6"].ask("hello") == "hello"
    sessions["llc6"].close()
    done = drain.wait()
    assert (done.status, done.stderr) == (0, "llc6: 1 connection left\n")
    assert done.stdout.splitlines()[-1] == "llc6 is drained, and no connection is left"
    assert sessions["llc5"].ask("hello") == "hello"


def test_drained_survives_script_apply_and_boot_until_undrain(llc: Lab, example: Built, tmp_path: Path) -> None:
    newer = scenes.build_text(tmp_path, scenes.example_text().replace(*HEAVIER))
    assert here(llc, example, "drain", "llc6").status == 0
    assert llc["llclb1"].read(DRAINED) == "llc6\n"
    scenes.run_script(llc["llclb1"], DIRECTOR, "restart")
    assert weights(llc) == ["1", "0"]
    assert here(llc, newer, "apply", "--no-rehearse").status == 0
    for way in (":", f"{DIRECTOR} reload", LIKE_A_BOOT):
        llc["llclb1"].sh(way)
        assert (way, weights(llc)) == (way, ["5", "0"])
    said = data(here(llc, newer, "status", "--format", "json"))
    assert (said["in_sync"], said["drained"]) == (True, ["llc6"])
    assert [to["drained"] for to in said["services"][0]["destinations"]] == [False, True]
    assert here(llc, newer, "undrain", "llc6").stdout.splitlines()[-1] == "llc6 is not drained"
    assert weights(llc) == ["5", "7"]
    assert llc["llclb1"].run("test", "-e", DRAINED, check=False).status == 1
    assert here(llc, newer, "status").status == 0


def test_a_drain_waits_no_longer_than_it_may(llc: Lab, example: Built) -> None:
    for _ in range(2):
        llc["client"].hold(VIP, SSH)
    done = here(llc, example, "drain", "llc6", "--timeout", "0")
    assert done.status == 10
    assert done.stderr == (
        "lvsgen: llc6 is drained, but 1 connection still open\n  = help: wait on: lvsgen drain llc6\n"
    )


def test_a_drain_leaves_what_is_not_applied_yet(llc: Lab, tmp_path: Path) -> None:
    newer = scenes.build_text(tmp_path, scenes.example_text().replace("scheduler: rr", "scheduler: wlc"))
    record = llc["llclb1"].read("/var/run/lvsgen-llc.state")
    assert here(llc, newer, "drain", "llc6").status == 0
    assert weights(llc) == ["1", "0"]
    assert "-s rr" in llc["llclb1"].run("ipvsadm", "-Sn").stdout
    assert llc["llclb1"].read("/var/run/lvsgen-llc.state") == record


def test_who_watches_and_drains_works_on_while_somebody_edits(llc: Lab, example: Built, tmp_path: Path) -> None:
    newer = scenes.build_text(tmp_path, scenes.example_text())
    state = newer.folder / "llclb1/state.json"
    state.write_text(state.read_text().replace('"weight": 1', '"weight": 9', 1))
    said = f"{guests.folder(state)} is not what lvsgen build made: MANIFEST has another digest"
    assert here(llc, newer, "drain", "llc6").stdout.splitlines()[0] == f"note: out/ is taken as it stands: {said}"
    assert weights(llc) == ["1", "0"]
    status = here(llc, newer, "status")
    assert (status.status, status.stdout.splitlines()[-1]) == (10, f"  {said}")
    assert f"refuse it: {said}" in here(llc, newer, "doctor").stdout
    undrain = here(llc, newer, "undrain", "llc6")
    assert (undrain.status, undrain.stderr.splitlines()[0]) == (6, f"lvsgen: {said}")
    assert weights(llc) == ["1", "0"]
    (newer.folder / "llclb1/FILES").write_text("4755 root:root rootfs/etc/x\n")
    status = here(llc, newer, "status")
    assert (status.status, "FILES: '4755 root:root rootfs/etc/x' is no line of it" in status.stdout) == (10, True)


def test_prometheus_gets_the_names_it_knows(llc: Lab, example: Built) -> None:
    labels = 'local_address="129.129.190.54",local_port="22",remote_address="129.129.190.175",remote_port="22"'
    done = here(llc, example, "status", "--format", "prometheus")
    assert done.status == 0
    assert (
        f'node_ipvs_backend_weight{{{labels},proto="TCP",local_mark="",realserver="llc5"}} 1'
        in done.stdout.splitlines()
    )


def test_the_doctor_has_nothing_against_these_hosts(llc: Lab, example: Built) -> None:
    for host in scenes.HOSTS:
        done = here(llc, example, "doctor", host=host)
        assert done.status == 0, done.stdout
        assert "problem" not in done.stdout
    assert "legacy" in done.stdout
