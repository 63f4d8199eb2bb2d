"""How verbs end that met more than a plain success or refusal: what is said then, and what the host is."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from lvsgen.prove.lab import Done, Host, Lab
from tests.kernel import guests, scenes

OUT = guests.folder(Path(__file__).parents[2] / "out")
AT = ("--out", OUT)
RUNS = r"llc: change 1 runs, and is undone in (\d+) s, unless, from a new login:"
BROKEN = """\
#!/bin/sh
case "$*" in --restore*) echo the table is locked >&2; exit 1 ;; esac
exec /usr/sbin/ipvsadm.away "$@"
"""
BREAK = "mv /usr/sbin/ipvsadm /usr/sbin/ipvsadm.away; mv /srv/ipvsadm /usr/sbin/ipvsadm; false"
MEND = "mv /usr/sbin/ipvsadm.away /usr/sbin/ipvsadm"
LOCKED = "ipvsadm --restore: -D -t 129.129.190.54:22: ipvsadm --restore: the table is locked"
STUCK = f"""\
lvsgen: NOT as it was; what differs:
lvsgen: tcp 129.129.190.54:22: delete service with 2 destinations
lvsgen: in the way: {LOCKED}
  = help: put it back: lvsgen rollback --resume --cluster llc
"""
LEFT = """\
lvsgen: the probe failed: false: status 1
lvsgen: left as it is, as you wished; what differs:
lvsgen: timeout tcp: from 259200 to 900 s
lvsgen: route to 129.129.190.54 on eth0 from 129.129.190.54: delete
lvsgen: VIP 129.129.190.54 on eth0: down
lvsgen: tcp 129.129.190.54:22: delete service with 2 destinations
  = help: look at it, then undo it: lvsgen rollback --cluster llc
"""
_APPLY = """
import sys
from pathlib import Path
from lvsgen.outdir import desired
from lvsgen.apply import executor, prepare, watcher
from lvsgen.host.paths import HostPaths

def apply(observe, **wishes):
    paths, known = HostPaths("llc"), desired.read(Path(sys.argv[1]) / "llc" / "llclb1")
    print(*executor.apply(paths, lambda: prepare.prepare(known, paths, prepare.Wishes(**wishes)), observe))
"""
NOT_BEGUN = f"""{_APPLY}
def observe(name):
    raise OSError("the disk is full")

apply(observe, rollback=False)
"""
NO_WATCHER = f"""{_APPLY}
watcher._PATIENCE, sys.executable = 0.5, "/bin/true"
apply(lambda name: None, confirm=60)
"""

RECORD, RULES = "/var/run/lvsgen-llc.state", "/etc/lvsgen/llc/host"
IN_THE_WAY = {
    "a pipe for a file": (f"mkdir -p /etc/lvsgen/llc; mkfifo {RULES}", f"rm {RULES}", RULES),
    "a file that cannot be read": (
        f"mkdir -p /etc/lvsgen/llc; touch {RULES}; mount --bind /proc/1/mem {RULES}",
        f"umount {RULES}; rm {RULES}",
        RULES,
    ),
    "a record of nonsense": (f"echo 'put\tservice -6' >>{RECORD}; false", f"sed -i '$d' {RECORD}", RECORD),
    "no ipvsadm": ("mv /usr/sbin/ipvsadm /srv; false", "mv /srv/ipvsadm /usr/sbin", "the host's services cannot be"),
}
"""What a probe puts in the way of the undoing, how that goes away again, and what is said of it."""


@pytest.fixture
def director(cluster: Lab) -> Host:
    """A director with nothing of lvsgen on it."""
    return cluster["llclb1"]


def _apply(host: Host, *argv: str) -> Done:
    return guests.lvsgen(host, "apply", "--no-rehearse", *AT, *argv)


def _refusal(message: str, hint: str) -> Done:
    return Done(6, "", f"lvsgen: {message}\n  = help: {hint}\n")


def test_while_a_change_awaits_confirmation_no_other_begins(director: Host) -> None:
    before = scenes.everything(director)
    first, second = _apply(director, "--confirm", "600s").stdout.splitlines()[-2:]
    assert 400 < int(re.fullmatch(RUNS, first)[1]) <= 600, first  # type: ignore[index]
    assert second == "    lvsgen confirm --cluster llc"
    held = scenes.everything(director)
    hint = "log in anew, and: lvsgen confirm; or undo it: lvsgen rollback"
    for verb in (("apply", "--confirm", "9s"), ("drain", "llc6"), ("undrain", "llc6")):
        assert guests.lvsgen(director, *verb, *AT) == _refusal("change 1 awaits confirmation", hint)
    said = "change 1 awaits confirmation: until that, or its end, nothing else is done"
    assert guests.lvsgen(director, "plan", *AT).stdout.splitlines()[-1] == said
    assert "  change 1 awaits confirmation\n" in guests.lvsgen(director, "status", *AT).stdout
    assert scenes.everything(director) == held
    assert guests.lvsgen(director, "rollback").status == 0
    assert _kept(scenes.everything(director)) == _kept(before)


def test_a_confirmation_that_comes_too_late_is_refused(director: Host) -> None:
    before = scenes.everything(director)
    assert _apply(director, "--confirm", "8s").status == 0
    director.sh("kill -9 $(cut -d ' ' -f 2 /var/run/lvsgen-llc.watcher); sleep 8")
    late = scenes.everything(director)
    assert guests.lvsgen(director, "confirm") == _refusal(
        "the time to confirm change 1 is over", "undo it: lvsgen rollback"
    )
    assert scenes.everything(director) == late
    assert guests.lvsgen(director, "rollback").status == 0
    assert _kept(scenes.everything(director)) == _kept(before)


def test_what_cannot_be_put_back_is_said_until_it_is_mended(director: Host) -> None:
    before = scenes.everything(director)
    director.write("/srv/ipvsadm", BROKEN, mode=0o755)
    begun = "the process that made this change ended before it was done"
    stuck = (
        (f"the probe failed: {BREAK}: status 1", _apply(director, "--probe", BREAK)),
        (begun, _apply(director)),
        (begun, guests.lvsgen(director, "drain", "llc6", *AT)),
        ("change 1 could not be undone", guests.lvsgen(director, "rollback", "--resume")),
    )
    assert [(done.status, done.stderr) for _, done in stuck] == [(5, f"lvsgen: {why}\n{STUCK}") for why, _ in stuck]
    said = "change 1 was left undoing, and is undone first"
    assert guests.lvsgen(director, "plan", *AT).stdout.splitlines()[-1] == said
    director.sh(MEND)
    assert guests.lvsgen(director, "rollback", "--resume").status == 0
    assert _kept(scenes.everything(director)) == _kept(before)


def test_whatever_is_in_the_way_of_an_undoing_is_said_and_everything_else_undone(director: Host) -> None:
    before = scenes.everything(director)
    for name, (arrange, mend, said) in IN_THE_WAY.items():
        done = _apply(director, "--probe", arrange)
        assert (name, done.status, said in done.stderr) == (name, 5, True), done
        half = director.sh("ip -4 addr; ls /usr/local/sbin").stdout
        assert (name, scenes.VIP in half, "lvs-director" in half) == (name, False, False)
        director.sh(mend)
        assert (name, guests.lvsgen(director, "rollback", "--resume").status) == (name, 0)
        assert (name, scenes.differences(_kept(before), _kept(scenes.everything(director)))) == (name, [])


def test_a_failure_is_left_as_it_is_if_wished_and_undone_later(director: Host) -> None:
    before = scenes.everything(director)
    done = _apply(director, "--no-rollback-on-fail", "--probe", "false")
    assert (done.status, done.stderr) == (5, LEFT)
    resumed = guests.lvsgen(director, "rollback", "--resume")
    assert resumed == _refusal("there is nothing to roll back", "see lvsgen history")
    assert guests.lvsgen(director, "rollback").status == 0
    assert _kept(scenes.everything(director)) == _kept(before)


def test_a_library_that_fails_ends_the_change(cluster: Lab) -> None:
    realserver, more = cluster["llc5"], guests.environment()["PYTHONPATH"]
    realserver.write("/srv/broken/iptc.py", "raise SystemExit('no such table')\n")
    before = scenes.everything(realserver)
    done = guests.lvsgen(realserver, "apply", "--no-rehearse", *AT, PYTHONPATH=f"/srv/broken:{more}")
    said = "lvsgen: python-iptables: no such table\nlvsgen: everything is as it was\n  = help: mend that, and repeat\n"
    assert (done.status, done.stderr) == (4, said)
    assert _kept(scenes.everything(realserver)) == _kept(before)


def test_a_change_is_not_begun_when_nobody_would_undo_it(director: Host) -> None:
    before = scenes.everything(director)
    done = guests.python(director, NO_WATCHER, OUT)
    assert "UNDONE" in done.stdout
    assert "the process that would undo an unconfirmed change does not start" in done.stdout
    assert _kept(scenes.everything(director)) == _kept(before)


def test_nothing_is_left_of_what_had_not_begun(director: Host) -> None:
    before = scenes.everything(director)
    done = guests.python(director, NOT_BEGUN, OUT)
    assert "UNDONE" in done.stdout
    assert scenes.everything(director) == before


def test_a_change_is_done_though_nobody_reads_that(director: Host) -> None:
    words = f"{guests.PYTHON} -m lvsgen apply --no-rehearse --format json {' '.join(AT)}"
    line = f"{{ {words}; echo $? >/tmp/status; }} | true"
    director.sh(line, env=guests.environment(), timeout=180)
    assert director.read("/tmp/status") == "0\n"
    assert guests.lvsgen(director, "status", *AT).status == 0


def test_a_wait_that_is_interrupted_leaves_the_realserver_drained(cluster: Lab, example: scenes.Built) -> None:
    scenes.install(cluster, example)
    scenes.start_all(cluster)
    held = [cluster["client"].hold(scenes.VIP, scenes.SSH) for _ in range(2)]
    drain = (guests.PYTHON, "-m", "lvsgen", "drain", "llc6", *AT)
    job = cluster["llclb1"].spawn(*drain, env=guests.environment())
    cluster["llclb1"].sh("until ipvsadm -Sn | grep -q -- '-w 0'; do sleep 0.1; done; sleep 2")
    job.signal(signal.SIGINT)
    done, hint = job.wait(), "wait on: lvsgen drain llc6; or take it back: lvsgen undrain llc6"
    said = f"llc6: 1 connection left\nlvsgen: interrupted; llc6 stays drained\n  = help: {hint}\n"
    assert (done.status, done.stderr, len(held)) == (130, said, 2)
    assert cluster["llclb1"].read("/var/lib/lvsgen/llc/drained") == "llc6\n"


def _kept(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """A state without what tells of changes that were undone, and of watchers that were killed."""
    return found | {"files": [line for line in found["files"] if ".journal" not in line and ".watcher" not in line]}
