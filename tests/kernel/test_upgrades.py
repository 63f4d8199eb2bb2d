"""From the files of a former version, which tests/formats/1 has, to those of today and back, on hosts that serve."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvsgen.prove.lab import Host, Lab
from tests.kernel import guests, scenes
from tests.kernel.scenes import DIRECTOR, REALSERVER, SSH, VIP, Built

FORMER = Built(Path(__file__).parents[1] / "formats/1/out/llc", {})
RECORD = "/var/run/lvsgen-llc.state"
SCRIPTS = {"llclb1": DIRECTOR, "llc5": REALSERVER}


@pytest.fixture
def serving(cluster: Lab, shell: str) -> Lab:
    """Hosts that the former version's scripts have started, with ip_forward on before, as on one that was a router."""
    cluster["llclb1"].run("sysctl", "-qw", "net/ipv4/ip_forward=1")
    scenes.install(cluster, FORMER)
    for name in scenes.HOSTS:
        scenes.use_shell(cluster[name], shell)
    scenes.start_all(cluster)
    return cluster


def test_a_reload_of_the_newer_script_takes_over_what_a_former_one_runs(serving: Lab, example: Built) -> None:
    held = serving["client"].hold(VIP, SSH)
    before = {name: serving[name].snapshot() for name in SCRIPTS}
    scenes.install(serving, example)
    for name, script in SCRIPTS.items():
        for _ in range(2):
            assert scenes.silent(scenes.run_script(serving[name], script, "reload"))
        assert scenes.differences(before[name], serving[name].snapshot()) == []
        assert "put\tformat-2\n" in serving[name].read(RECORD)
    assert held.ask("still there?") == "still there?"


def test_a_stop_of_the_newer_script_gives_back_what_the_former_one_found(cluster: Lab, example: Built) -> None:
    cluster["llclb1"].run("sysctl", "-qw", "net/ipv4/ip_forward=1")
    before = {name: cluster[name].snapshot() for name in SCRIPTS}
    scenes.install(cluster, FORMER)
    scenes.start_all(cluster)
    scenes.install(cluster, example)
    for name, script in SCRIPTS.items():
        assert scenes.run_script(cluster[name], script, "stop").status == 0
        assert scenes.differences(before[name], cluster[name].snapshot()) == []


def test_a_former_script_stops_at_a_newer_record_before_it_does_harm(serving: Lab, example: Built) -> None:
    scenes.install(serving, example)
    for name, script in SCRIPTS.items():
        host = serving[name]
        host.run(script, "reload")
        before = host.snapshot()
        _put_back(serving, name)
        for verb in ("start", "reload", "stop"):
            done = scenes.run_script(host, script, verb)
            assert (done.status, "was put by another version" in done.stderr) == (1, True), done.stderr
        assert scenes.differences(before, host.snapshot()) == []


def test_after_a_stop_of_the_newer_one_the_former_script_starts(serving: Lab, example: Built) -> None:
    scenes.install(serving, example)
    for name, script in SCRIPTS.items():
        host = serving[name]
        before = host.snapshot()
        host.run(script, "reload")
        host.run(script, "stop")
        _put_back(serving, name)
        host.run(script, "start")
        assert scenes.differences(before, host.snapshot()) == []


@pytest.mark.parametrize("shell", ["dash"])
def test_apply_over_a_former_version_and_its_rollback_leave_what_was_there(serving: Lab, example: Built) -> None:
    director = serving["llclb1"]
    before, record = director.snapshot(), director.read(RECORD)
    out = guests.folder(example.folder.parent)
    applied = guests.lvsgen(director, "apply", "--no-rehearse", "--out", out)
    assert applied.status == 0, applied.stderr
    assert scenes.differences(before, director.snapshot()) == []
    assert scenes.silent(scenes.run_script(director, DIRECTOR, "reload"))
    undone = guests.lvsgen(director, "rollback")
    assert undone.status == 0, undone.stderr
    assert (scenes.differences(before, director.snapshot()), director.read(RECORD)) == ([], record)
    assert scenes.silent(scenes.run_script(director, DIRECTOR, "reload"))


@pytest.mark.parametrize("shell", ["dash"])
def test_what_runs_alone_is_changed_and_the_former_script_goes_on(serving: Lab, tmp_path: Path) -> None:
    director = serving["llclb1"]
    newer = scenes.build_text(tmp_path, scenes.example_text().replace("tcp: 72h", "tcp: 96h"))
    done = guests.lvsgen(
        director, "apply", "--running-only", "--no-rehearse", "--out", guests.folder(newer.folder.parent)
    )
    assert (done.status, "put\tformat-2\n" in director.read(RECORD)) == (0, False), done.stderr
    assert director.snapshot()["timeouts"] == ["Timeout (tcp tcpfin udp): 345600 120 300"]
    for verb, seconds in (("reload", 259200), ("stop", 900)):
        assert scenes.run_script(director, DIRECTOR, verb).status == 0
        assert director.snapshot()["timeouts"] == [f"Timeout (tcp tcpfin udp): {seconds} 120 300"]


@pytest.mark.parametrize("shell", ["dash"])
@pytest.mark.parametrize("ending", ["confirm", "rollback"])
def test_while_an_upgrade_is_held_the_former_script_goes_on(serving: Lab, example: Built, ending: str) -> None:
    director, out = serving["llclb1"], guests.folder(example.folder.parent)
    director.sh("ipvsadm --set 555 0 0")
    before, record = director.snapshot(), director.read(RECORD)
    held = guests.lvsgen(director, "apply", "--confirm", "120s", "--no-rehearse", "--out", out)
    assert (held.status, director.read(RECORD)) == (0, record), held.stderr
    while_held = director.snapshot()
    assert scenes.silent(scenes.run_script(director, DIRECTOR, "reload"))
    options = ("--same-session",) if ending == "confirm" else ()
    done = guests.lvsgen(director, ending, *options)
    assert done.status == 0, done.stderr
    assert scenes.differences(while_held if ending == "confirm" else before, director.snapshot()) == []
    assert scenes.run_script(director, DIRECTOR, "reload").status == 0
    assert ("put\tformat-2\n" in director.read(RECORD)) == (ending == "confirm")


def _put_back(lab: Lab, name: str) -> Host:
    """Copy the former files back, as a page did."""
    scenes.install(lab, FORMER, name)
    return lab[name]
