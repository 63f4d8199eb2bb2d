"""A confirmation where there is systemd: what waits for it is a unit, which outlives whoever made the change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lvsgen.prove.lab import Done, Host, Lab
from lvsgen.prove.topology import Machine, Nic
from tests.kernel import guests, scenes

OUT = guests.folder(Path(__file__).parents[2] / "out")
SERVICE = "lvs-director.service"
FILES = "find /etc/systemd/system /etc/lvsgen /usr/local/sbin /run -maxdepth 2 -name '*lvs*' | sort"


@pytest.fixture(scope="module")
def lb1(systemd: Lab) -> Iterator[Host]:
    """The guest as the director of the second example, with nothing of lvsgen on it."""
    lan = Nic("eth0", "lan", "192.0.2.10/24")
    systemd.build([Machine("", (lan,), gateway="192.0.2.1"), Machine("gateway", (Nic("eth0", "lan", "192.0.2.1/24"),))])
    yield systemd.guest
    systemd.guest.sh("rm -rf /var/lib/lvsgen /etc/lvsgen")


def _apply(host: Host, *argv: str) -> Done:
    return guests.lvsgen(host, *_words(*argv))


def _words(*argv: str) -> tuple[str, ...]:
    return ("apply", "--no-rehearse", "--out", OUT, "--host", "lb1", *argv)


def test_a_unit_undoes_what_nobody_confirms_and_is_gone_then(lb1: Host) -> None:
    before = _state(lb1)
    assert _apply(lb1, "--confirm", "8s").status == 0
    (unit,) = _units(lb1)
    assert unit.startswith("lvsgen-confirm-web-")
    assert lb1.run("systemctl", "show", "-P", "ActiveState,Transient", unit).stdout.split() == ["active", "yes"]
    assert _state(lb1)["table"] != before["table"]
    scenes.until(lambda: _units(lb1) == [])
    assert _state(lb1) == before


def test_a_unit_undoes_what_a_killed_apply_leaves(lb1: Host) -> None:
    before = _state(lb1)
    argv = _words("--confirm", "60s", "--probe", "sleep 99")
    job = lb1.spawn(guests.PYTHON, "-m", "lvsgen", *argv, env=guests.environment())
    scenes.until(lambda: "192.0.2.80/32" in lb1.run("ip", "-4", "-o", "addr").stdout)
    job.signal(9, group=True)
    scenes.until(lambda: _units(lb1) == [])
    assert _state(lb1) == before


def test_a_unit_that_is_killed_starts_again_and_undoes_the_change(lb1: Host) -> None:
    before = _state(lb1)
    assert _apply(lb1, "--confirm", "20s").status == 0
    (unit,) = _units(lb1)
    for number in ("TERM", "KILL"):
        first = _watcher(lb1)
        lb1.run("systemctl", "kill", f"--signal={number}", unit)
        scenes.until(lambda: _watcher(lb1) not in (first, ""))  # noqa: B023 - called at once
    assert "nobody watches" not in guests.lvsgen(lb1, "history").stdout
    scenes.until(lambda: _units(lb1) == [])
    assert _state(lb1) == before


def test_a_confirmation_from_another_session_ends_the_unit_and_keeps_the_change(lb1: Host) -> None:
    before = _state(lb1)
    assert _apply(lb1, "--confirm", "60s").status == 0
    held = lb1.snapshot()
    assert guests.from_a_new_login(lb1, "confirm").status == 0
    scenes.until(lambda: _units(lb1) == [])
    assert lb1.snapshot() == held
    assert lb1.run("systemctl", "is-enabled", SERVICE).stdout == "enabled\n"
    assert guests.lvsgen(lb1, "rollback").status == 0
    assert _state(lb1) == before


def _watcher(host: Host) -> str:
    """The process that watches a change, as a lock names it."""
    return host.sh("cat /run/lvsgen-web.watcher", check=False).stdout.partition(" ")[2].strip()


def _units(host: Host) -> list[str]:
    """The transient units that wait for a confirmation."""
    listed = host.run("systemctl", "list-units", "--all", "--plain", "--no-legend", "lvsgen-*").stdout
    return [line.split()[0] for line in listed.splitlines()]


def _state(host: Host) -> scenes.Snapshot:
    return host.snapshot() | {"files": host.sh(FILES, check=False).stdout.splitlines()}
