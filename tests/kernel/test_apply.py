"""The verbs that change a host, as an operator types them: refusals, confirmations, and scripts beside them."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from random import Random

import pytest

from lvsgen.prove.lab import Done, Host, Lab
from tests.kernel import guests, scenes

TOP = Path(__file__).parents[2]
OUT = guests.folder(TOP / "out")
DIRECTOR = scenes.DIRECTOR
LOCK, PLAN = "/var/run/lvsgen.lock", "/var/tmp/plan"


@pytest.fixture
def director(cluster: Lab) -> Host:
    """A director with nothing of lvsgen on it."""
    return cluster["llclb1"]


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> scenes.Built:
    """The example with another VIP in place of the first, and a service more."""
    text = scenes.example_text().replace("129.129.190.54", "129.129.190.55")
    tls = "{vip: llc, protocol: tcp, port: 443, scheduler: sh, forward: direct, realservers: {llc6: {weight: 2}}}"
    text = text.replace("services:", f"services:\n  tls: {tls}")
    return scenes.build_text(tmp_path_factory.mktemp("newer"), text)


def _apply(host: Host, *argv: str, out: str = OUT) -> Done:
    return guests.lvsgen(host, "apply", "--no-rehearse", "--out", out, *argv)


def _state(host: Host) -> dict[str, list[str]]:
    files = host.sh("ls -A /var/run; cat /var/run/lvsgen-llc.state /usr/local/sbin/lvs* 2>/dev/null; true").stdout
    return host.snapshot() | {
        "files": [line for line in files.splitlines() if line not in ("xtables.lock", "lvsgen-llc.watcher")]
    }


def test_a_second_apply_does_nothing(director: Host) -> None:
    assert guests.lvsgen(director, "plan", "--exit-code", "--out", OUT).status == 10
    assert _apply(director).status == 0
    planned = guests.lvsgen(director, "plan", "--exit-code", "--out", OUT)
    assert planned == Done(0, "llclb1: nothing to do\n", "")
    before, journals = _state(director), director.sh("ls -lR --full-time /var/lib/lvsgen").stdout
    assert _apply(director) == Done(0, "llc: there was nothing to do\n", "")
    assert (_state(director), director.sh("ls -lR --full-time /var/lib/lvsgen").stdout) == (before, journals)


def test_apply_and_the_script_leave_the_same(director: Host, example: scenes.Built) -> None:
    assert _apply(director, out=guests.folder(example.folder.parent)).status == 0
    applied = _state(director)
    assert scenes.silent(director.run(DIRECTOR, "reload"))
    assert director.run(DIRECTOR, "check").status == 0
    assert _state(director) == applied
    director.run(DIRECTOR, "stop")
    director.run(DIRECTOR, "start")
    assert scenes.differences(applied, _state(director)) == []


def test_what_fails_is_undone_and_said(director: Host) -> None:
    before = _state(director)
    done = _apply(director, "--probe", "echo no ssh >&2; false")
    assert (done.status, done.stderr) == (
        4,
        "lvsgen: the probe failed: echo no ssh >&2; false: no ssh\n"
        "lvsgen: everything is as it was\n  = help: mend that, and repeat\n",
    )
    assert _state(director) == before
    assert "undone" in guests.lvsgen(director, "history").stdout


def test_a_first_change_is_undone_with_the_folders_it_made(director: Host) -> None:
    before = _state(director)
    assert _apply(director).status == 0
    done = guests.lvsgen(director, "rollback")
    assert (done.status, done.stderr) == (0, "")
    assert director.run("test", "-e", "/etc/lvsgen", check=False).status == 1
    assert _state(director) == before


def test_a_journal_that_cannot_be_closed_is_said_and_closed_later(director: Host) -> None:
    director.sh("mkdir -p /var/lib/lvsgen && mount -t tmpfs -o mode=755 none /var/lib/lvsgen")
    before = _state(director)
    done = _apply(director, "--probe", "mount -o remount,ro /var/lib/lvsgen; false")
    said = "the journal /var/lib/lvsgen/llc/transactions/000001.journal does not say that this is undone\n"
    assert (done.status, said in done.stderr) == (5, True)
    assert _state(director) == before
    director.sh("mount -o remount,rw /var/lib/lvsgen")
    assert guests.lvsgen(director, "rollback", "--resume").status == 0
    assert "undone" in guests.lvsgen(director, "history").stdout


def test_a_reader_that_leaves_undoes_the_change(director: Host) -> None:
    before = _state(director)
    for options, lines in (("--no-rehearse", 1), ("--rehearse", 0)):
        line = f"{guests.PYTHON} -m lvsgen apply {options} --out {OUT}; echo $? >/var/tmp/status"
        done = director.run("/bin/bash", "-c", f"{{ {line}; }} | head -n {lines}", env=guests.environment())
        assert (director.read("/var/tmp/status"), "bug" in done.stderr) == ("141\n", False)
        assert _state(director) == before


SLOW_IPVSADM = """#!/bin/sh
[ "$1" = --restore ] && touch /var/tmp/reached && sleep 1
exec /run/lab/real/ipvsadm "$@"
"""


def test_an_interrupted_rehearsal_is_an_interruption(director: Host) -> None:
    director.wrap("/usr/sbin/ipvsadm", SLOW_IPVSADM)
    before = _state(director)
    job = director.spawn(guests.PYTHON, "-m", "lvsgen", "apply", "--out", OUT, env=guests.environment())
    director.sh("until [ -e /var/tmp/reached ]; do sleep 0.1; done")
    job.signal(15, group=True)
    done = job.wait(60)
    assert (done.status, "got SIGTERM" in done.stderr) == (143, True)
    assert _state(director) == before


SENDS = """
import itertools, os, sys
from lvsgen.host import signals
from lvsgen.cli import changereport, main, progress

def observer(style, said=progress.observer):
    observe, counted = said(style), itertools.count(1)
    def look(name):
        observe(name)
        if next(counted) == AT:
            os.kill(os.getpid(), NUMBER)
    return look

def outcome(*words, come_to=changereport.outcome, **more):
    for number in signals.DEFERRED if AT == 0 else ():
        os.kill(os.getpid(), number)
    return come_to(*words, **more)

progress.observer, changereport.outcome = observer, outcome
AT, NUMBER = map(int, sys.argv[1:3])
del sys.argv[1:3]
main.main()
"""
"""The command line, to which at its step N, or 0 for when it is done, a signal is sent."""
SENT = (signal.SIGQUIT, signal.SIGUSR1, signal.SIGALRM)


def _signalled(host: Host, at: int, number: int, *argv: str) -> Done:
    words = ("apply", "--no-rehearse", "--out", OUT, *argv)
    line = (guests.PYTHON, "-c", SENDS, str(at), str(number), *words)
    return host.run(*line, env=guests.environment(), check=False, timeout=180)


def test_a_signal_in_the_middle_of_a_change_undoes_it_and_is_the_status(director: Host) -> None:
    before = _state(director)
    for number in SENT:
        done = _signalled(director, 4, number)
        assert (done.status, f"got {number.name}\n" in done.stderr) == (128 + number, True), done
        assert _state(director) == before, number


def test_a_change_that_is_done_is_done_whatever_signals_come_then(director: Host) -> None:
    done = _signalled(director, 0, 0)
    assert (done.status, done.stdout.splitlines()[-1], done.stderr) == (0, "llc: change 1 is done", "")
    assert guests.lvsgen(director, "status", "--out", OUT).status == 0


def test_a_terminal_does_not_stop_a_change(director: Host) -> None:
    assert _signalled(director, 4, signal.SIGTSTP).status == 0


def test_one_at_a_time(director: Host) -> None:
    probe = "touch /tmp/probing; until [ -e /tmp/enough ]; do sleep 0.2; done"
    job = director.spawn(
        guests.PYTHON, "-m", "lvsgen", "apply", "--out", OUT, "--probe", probe, env=guests.environment()
    )
    director.sh("until [ -e /tmp/probing ]; do sleep 0.1; done")
    scenes.install(Lab(director.kernel, {"llclb1": director}), scenes.Built(TOP / "out" / "llc", {}), "llclb1")
    refused = [_apply(director), scenes.run_script(director, DIRECTOR, "reload")]
    assert [done.status for done in refused] == [6, 1]
    assert all("another lvsgen is at work on this host" in done.stderr for done in refused)
    director.sh("touch /tmp/enough")
    assert job.wait().status == 0


def test_the_lock_of_a_dead_script_is_taken_over(director: Host) -> None:
    dead = f"99999 1 {director.read('/proc/sys/kernel/random/boot_id').strip()}"
    director.sh(f"ln -s '{dead}' {LOCK}; ln -s '{dead}' {LOCK}.clear")
    assert _apply(director).status == 0
    assert director.sh(f"ls {LOCK}*", check=False).status != 0


def test_what_nobody_confirms_is_undone(director: Host) -> None:
    before = _state(director)
    job = director.spawn(
        *(guests.PYTHON, "-m", "lvsgen", "apply", "--no-rehearse", "--confirm", "8s", "--out", OUT),
        env=guests.environment(),
    )
    assert job.wait().status == 0
    assert _state(director) != before
    scenes.until(lambda: _state(director) == before)
    assert "not confirmed in time" in guests.lvsgen(director, "history").stdout


def test_a_killed_terminal_does_not_keep_a_change(director: Host) -> None:
    before = _state(director)
    argv = (
        guests.PYTHON,
        "-m",
        "lvsgen",
        "apply",
        "--no-rehearse",
        "--confirm",
        "60s",
        "--out",
        OUT,
        "--probe",
        "sleep 99",
    )
    job = director.spawn(*argv, env=guests.environment())
    scenes.until(lambda: director.snapshot()["table"] != before["table"])
    job.signal(9, group=True)
    scenes.until(lambda: _state(director) == before)


UNKNOWN = """\
lvsgen: it cannot be told here when one has logged in: there is no sshd above this
  = help: log in anew, which shows that you still can, and confirm there; or add --same-session
"""


def test_a_confirmation_comes_from_another_session(director: Host) -> None:
    confirm = f"{guests.PYTHON} -m lvsgen confirm"
    line = f"{guests.PYTHON} -m lvsgen apply --no-rehearse --confirm 120s --out {OUT}"
    done = director.run("/bin/sh", "-c", f"{line} && {confirm}", env=guests.environment(), check=False, timeout=180)
    assert (done.status, done.stderr.endswith(UNKNOWN)) == (6, True)
    assert _apply(director).status == 6
    assert guests.from_a_new_login(director, "confirm").status == 0
    held = _state(director)
    assert "committed" in guests.lvsgen(director, "history").stdout
    assert scenes.silent(director.run(DIRECTOR, "reload"))
    assert _state(director) == held
    assert guests.lvsgen(director, "confirm").status == 6


def test_what_has_been_changed_since_is_not_confirmed(director: Host) -> None:
    assert _apply(director, "--confirm", "60s").status == 0
    director.sh("ipvsadm -e -t 129.129.190.54:22 -r 129.129.190.175:22 -g -w 5")
    done = guests.lvsgen(director, "confirm", "--same-session")
    said = "the host has been changed since: tcp 129.129.190.54:22: weight of 129.129.190.175:22 from 5 to 1\n"
    assert (done.status, said in done.stderr) == (6, True)
    assert guests.lvsgen(director, "rollback").status == 0


def test_a_plan_is_refused_when_host_or_out_have_moved_on(director: Host, newer: scenes.Built) -> None:
    assert guests.lvsgen(director, "plan", "--out", OUT, "--save", PLAN).status == 0
    director.sh("ipvsadm -A -t 192.0.2.1:80 -s rr")
    assert _apply(director, "--plan", PLAN).status == 0
    assert guests.lvsgen(director, "rollback").status == 0
    assert _apply(director, "--plan", PLAN, out=guests.folder(newer.folder.parent)) == _moved_on(
        "what the host is to be has"
    )
    director.sh("ipvsadm -A -t 129.129.190.54:22 -s rr")
    assert _apply(director, "--plan", PLAN) == _moved_on("the host, or the files to put there, have")
    assert guests.lvsgen(director, "plan", "--out", OUT, "--save", PLAN).status == 0
    assert _apply(director, "--plan", PLAN, "--running-only") == _moved_on("the host, or the files to put there, have")


def _moved_on(what: str) -> Done:
    hint = f"plan again: lvsgen plan --save {PLAN}"
    return Done(6, "", f"lvsgen: {what} changed since {PLAN} was made\n  = help: {hint}\n")


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2))])
def test_script_and_apply_in_any_order_end_with_nothing_left(
    cluster: Lab, example: scenes.Built, newer: scenes.Built, seed: int
) -> None:
    host, draw = cluster["llclb1"], Random(seed)
    fresh = host.snapshot()
    told = [_one(cluster, host, draw, (example, newer)) for _ in range(6)]
    scenes.install(cluster, example, host.name)
    host.run(DIRECTOR, "stop")
    left = scenes.differences(fresh, host.snapshot())
    assert (told, left, host.sh("ls /var/run | grep lvsgen; true").stdout) == (told, [], "")


def _one(lab: Lab, host: Host, draw: Random, builds: tuple[scenes.Built, scenes.Built]) -> str:
    built = draw.choice(builds)
    what = draw.choice(("apply", "apply", "start", "reload", "rollback", "stop"))
    if what in ("start", "reload"):
        scenes.install(lab, built, host.name)
    done = (
        _apply(host, out=guests.folder(built.folder.parent))
        if what == "apply"
        else guests.lvsgen(host, "rollback")
        if what == "rollback"
        else host.sh(f"{DIRECTOR} {what}", check=False)
    )
    return f"{what} {builds.index(built)} {done.status}"


def test_a_history_of_nothing_is_an_empty_one(director: Host) -> None:
    assert guests.lvsgen(director, "history") == Done(0, "no change was made here\n", "")
    assert json.loads(guests.lvsgen(director, "history", "--format", "json").stdout)["changes"] == []
    _apply(director)
    assert guests.lvsgen(director, "history", "--cluster", "web").stdout == "no change was made here for web\n"


def test_history_is_there_for_programs(director: Host) -> None:
    _apply(director)
    found = json.loads(guests.lvsgen(director, "history", "--format", "json").stdout)
    assert [(one["number"], one["phase"]) for one in found["changes"]] == [(1, "committed")]


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.long)])
def test_after_a_kill_and_another_boot_the_script_starts_from_what_is_on_the_disk(
    director: Host, example: scenes.Built, newer: scenes.Built, every: int
) -> None:
    folders = (guests.folder(built.folder / "llclb1") for built in (example, newer))
    argv = (guests.PYTHON, "-m", "tests.kernel.boots", *folders, str(every))
    done = director.run(*argv, env=guests.environment(), timeout=900)
    assert (json.loads(done.stdout), done.stderr) == ([], "")
