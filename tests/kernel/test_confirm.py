"""The time within which a change is to be confirmed: whatever becomes of who makes it, the host is as it was then."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from lvsgen.prove.lab import Done, Host, Job, Lab
from tests.kernel import guests, scenes

OUT = guests.folder(Path(__file__).parents[2] / "out")
WATCHER = "/var/run/lvsgen-llc.watcher"
JOURNAL = "/var/lib/lvsgen/llc/transactions/000001.journal"
STOPPED = """
import os, pty, sys, time
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
seen = b""
while b"journal: begun" not in seen:
    seen += os.read(terminal, 4096)
os.write(terminal, b"\\x13")
open("/tmp/stopped", "w").close()
while not os.path.exists("/tmp/enough"):
    time.sleep(0.1)
os.write(terminal, b"\\x11")
while True:
    try:
        seen += os.read(terminal, 4096)
    except OSError:
        break
sys.stdout.write(seen.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) % 256)
"""
"""A terminal that is stopped by ^S when the change has begun, until the test has seen enough."""


@pytest.fixture
def director(cluster: Lab) -> Host:
    """A director with nothing of lvsgen on it."""
    return cluster["llclb1"]


def _words(*argv: str) -> tuple[str, ...]:
    return (guests.PYTHON, "-m", "lvsgen", "apply", "--no-rehearse", "--out", OUT, *argv)


def _apply(host: Host, *argv: str) -> Done:
    return host.run(*_words(*argv), env=guests.environment(), check=False, timeout=180)


def _probing(host: Host, confirm: str) -> Job:
    """A change whose probe hangs; it is there when this returns."""
    job = host.spawn(
        *_words("--confirm", confirm, "--probe", "touch /tmp/probing; sleep 500"), env=guests.environment()
    )
    host.sh("until [ -e /tmp/probing ]; do sleep 0.1; done")
    return job


def _state(host: Host) -> dict[str, list[str]]:
    return scenes.everything(host) | {"files": host.sh("ls /var/run /etc/lvsgen 2>/dev/null; true").stdout.split()}


def _failures(host: Host) -> int:
    """How often undoing has failed, as the watcher says it."""
    return next((int(line.split()[1]) for line in host.read(WATCHER).splitlines() if line.startswith("failed")), 0)


def _history(host: Host) -> str:
    return guests.lvsgen(host, "history").stdout


def test_a_change_that_is_not_done_in_time_undoes_itself_even_in_its_probe(director: Host) -> None:
    before = _state(director)
    done = _apply(director, "--confirm", "12s", "--probe", "sleep 500")
    said = "lvsgen: the time to confirm it was over before it was done\nlvsgen: everything is as it was\n"
    assert (done.status, done.stderr) == (4, f"{said}  = help: mend that, and repeat\n")
    scenes.until(lambda: _state(director) == before)


def test_a_change_whose_maker_is_stopped_is_undone_and_its_maker_killed(director: Host) -> None:
    before = _state(director)
    job = _probing(director, "20s")
    job.signal(signal.SIGSTOP)
    scenes.until(lambda: _state(director) == before)
    assert job.wait().status == -signal.SIGKILL
    assert director.sh("pgrep -f '[s]leep 500'", check=False).stdout == ""
    assert "not confirmed in time" in _history(director)


def test_a_change_on_a_stopped_terminal_is_undone_in_time(director: Host) -> None:
    before = _state(director)
    job = director.spawn(guests.PYTHON, "-c", STOPPED, *_words("--confirm", "20s"), env=guests.environment())
    director.sh("until [ -e /tmp/stopped ]; do sleep 0.1; done")
    scenes.until(lambda: director.snapshot()["table"] == before["table"] and "undone" in _history(director))
    director.sh("touch /tmp/enough")
    assert job.wait().status in (0, 4, 9)
    scenes.until(lambda: _state(director) == before)


def test_somebody_elses_lock_is_waited_for_and_nobody_else_killed(director: Host) -> None:
    before = _state(director)
    assert _apply(director, "--confirm", "12s").status == 0
    other = director.spawn("sleep", "600")
    director.sh(
        "set -e; pid=$(pgrep -x sleep -n); started=$(cut -d ' ' -f 22 /proc/$pid/stat)\n"
        'ln -s "$pid $started $(cat /proc/sys/kernel/random/boot_id)" /var/run/lvsgen.lock; sleep 20'
    )
    assert "holding" in _history(director)
    assert other.wait(1).status == "timed out"
    director.sh("rm /var/run/lvsgen.lock")
    scenes.until(lambda: _state(director) == before)
    assert other.wait(1).status == "timed out"


def test_a_watcher_that_is_gone_is_said_and_what_to_do(director: Host) -> None:
    assert _apply(director, "--confirm", "600s").status == 0
    assert "nobody watches" not in _history(director)
    director.sh(f"kill -9 $(cut -d ' ' -f 2 {WATCHER})")
    said = "  nobody watches change 1 any more: it is not undone by itself, confirm or roll back by hand\n"
    for verb in (("history",), ("status", "--out", OUT)):
        assert said in guests.lvsgen(director, *verb).stdout
    assert guests.lvsgen(director, "rollback").status == 0
    assert "nobody watches" not in _history(director)


def test_an_undoing_that_fails_is_tried_again_ever_more_seldom_and_said(director: Host) -> None:
    before = _state(director)
    assert _apply(director, "--confirm", "12s").status == 0
    director.sh("mv /usr/sbin/ipvsadm /usr/sbin/ipvsadm.away")
    scenes.until(lambda: _failures(director) > 1)  # what the first has moved is known to the second
    size = director.run("stat", "-c", "%s", JOURNAL).stdout
    scenes.until(lambda: _failures(director) > 4)
    assert director.run("stat", "-c", "%s", JOURNAL).stdout == size
    assert "  undoing change 1 failed " in _history(director)
    director.sh("mv /usr/sbin/ipvsadm.away /usr/sbin/ipvsadm")
    scenes.until(lambda: _state(director) == before)


def test_two_watchers_undo_a_change_once(director: Host) -> None:
    before = _state(director)
    assert _apply(director, "--confirm", "15s").status == 0
    second = director.spawn(guests.PYTHON, "-m", "lvsgen.apply.watch", "llc", "1", env=guests.environment())
    scenes.until(lambda: _state(director) == before)
    assert second.wait().status == 0
    assert director.read(JOURNAL).count('"phase":"undo') == 2
