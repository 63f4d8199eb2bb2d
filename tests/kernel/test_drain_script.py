"""Draining a realserver with the script alone, on a host that has no lvsgen."""

from __future__ import annotations

from collections import Counter

import pytest

from lvsgen.prove.lab import Lab
from tests.kernel import faults, scenes
from tests.kernel.scenes import DIRECTOR, SSH, VIP, Built

DRAINED = "/var/lib/lvsgen/llc/drained"


@pytest.fixture
def running(cluster: Lab, example: Built, shell: str) -> Lab:
    """The cluster, serving."""
    scenes.install(cluster, example)
    for name in scenes.HOSTS:
        scenes.use_shell(cluster[name], shell)
    scenes.start_all(cluster)
    return cluster


def test_a_drained_realserver_keeps_its_sessions_and_gets_no_new_ones(running: Lab) -> None:
    director = running["llclb1"]
    held = [running["client"].hold(VIP, SSH) for _ in range(2)]
    done = scenes.run_script(director, DIRECTOR, "drain", "llc6")
    assert done.stdout == "+ ipvsadm -e -t 129.129.190.54:22 -r 129.129.190.176:22 -g -w 0\n"
    for verb in ("reload", "check", "restart"):
        assert scenes.run_script(director, DIRECTOR, verb).status == 0
        assert _answers(running) == {"llc5": 4}
    assert "drained: llc6\n" in scenes.run_script(director, DIRECTOR, "status").stdout
    assert [connection.ask("still there?") for connection in held] == ["still there?"] * 2
    done = scenes.run_script(director, DIRECTOR, "undrain", "llc6")
    assert done.stdout == "+ ipvsadm -e -t 129.129.190.54:22 -r 129.129.190.176:22 -g -w 1\n"
    assert _answers(running) == {"llc5": 2, "llc6": 2}
    assert director.sh(f"ls {DRAINED}*", check=False).stdout == ""


def test_a_drain_of_a_stopped_director_starts_nothing_but_is_kept(running: Lab) -> None:
    director = running["llclb1"]
    director.run(DIRECTOR, "stop")
    before = director.snapshot()
    assert scenes.silent(scenes.run_script(director, DIRECTOR, "drain", "llc5"))
    assert scenes.differences(before, director.snapshot()) == []
    director.run(DIRECTOR, "start")
    assert _answers(running) == {"llc6": 4}


@pytest.mark.parametrize(
    ("shell", "edited"),
    [("dash", "llc6"), ("bash", "llc6\r\n"), ("busybox", "# out of order\n\n llc6\tits disk, until Friday")],
)
def test_a_list_that_a_hand_has_edited_loses_no_name_and_gains_none(running: Lab, edited: str) -> None:
    director = running["llclb1"]
    for verb, left in (("drain", "llc5\nllc6\n"), ("undrain", "llc6\n")):
        director.write(DRAINED, edited)
        director.run(DIRECTOR, verb, "llc5")
        assert director.read(DRAINED) == left
    assert _answers(running) == {"llc5": 4}
    director.run(DIRECTOR, "undrain", "llc6")
    assert _answers(running) == {"llc5": 2, "llc6": 2}


@pytest.mark.parametrize("shell", ["dash"])
def test_who_is_nobody_cannot_be_undrained(running: Lab) -> None:
    director = running["llclb1"]
    done = scenes.run_script(director, DIRECTOR, "undrain", "lcl6")
    assert (done.status, done.stderr) == (1, "lvs-director: no realserver lcl6 in /etc/lvsgen/llc/host\n")
    director.write(DRAINED, "gone\n")
    assert scenes.silent(scenes.run_script(director, DIRECTOR, "undrain", "gone"))


@pytest.mark.parametrize(
    ("shell", "name"),
    [("dash", "llc7"), ("bash", ".*"), ("busybox", "$(reboot)"), ("bash", "llc5 129.129.190.175"), ("busybox", "#")],
)
def test_who_is_no_realserver_here_cannot_be_drained(running: Lab, name: str) -> None:
    done = scenes.run_script(running["llclb1"], DIRECTOR, "drain", name)
    complaint = f"lvs-director: no realserver {name} in /etc/lvsgen/llc/host\n"
    assert (done.status, done.stdout, done.stderr) == (1, "", complaint)


@pytest.mark.parametrize("shell", ["dash"])
def test_a_drain_that_fails_was_none(running: Lab) -> None:
    director = running["llclb1"]
    before = director.snapshot()
    saboteur = faults.Saboteur(director)
    calls = saboteur.calls(DIRECTOR, "drain", "llc6")
    saboteur.calls(DIRECTOR, "undrain", "llc6")
    restore = next(call for call in calls if str(call).startswith("ipvsadm --restore"))
    assert saboteur.run(restore, "before", DIRECTOR, "drain", "llc6") != 0
    assert scenes.differences(before, director.snapshot()) == []
    assert director.sh(f"ls {DRAINED}*", check=False).stdout == ""


def _answers(lab: Lab) -> Counter[str]:
    return Counter(answer.answer for answer in lab["client"].connect(VIP, SSH, times=4))
