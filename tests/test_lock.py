"""host/lock.py: one at a time on a host, and nobody is locked out by the dead."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lvsgen.errors import OperatorError
from lvsgen.host import lock


def _refusal(work: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(OperatorError) as refused, work():
        raise AssertionError
    return str(refused.value), refused.value.hint


def test_a_lock_is_held_and_given_back(tmp_path: Path) -> None:
    link = tmp_path / "lock"
    with lock.held(link):
        assert lock.holder(link) == lock.myself()
        said = f"another lvsgen is at work on this host (process {os.getpid()})"
        assert _refusal(lambda: lock.held(link)) == (said, "try again when it is done")
    assert lock.holder(link) == ""


@pytest.mark.parametrize("holder", ["1 1 another-boot", "99999999 1 {boot}", "{me} 0 {boot}", "x", "1"])
def test_the_lock_of_the_dead_is_taken_over(tmp_path: Path, holder: str) -> None:
    link = tmp_path / "lock"
    link.symlink_to(holder.format(boot=lock.boot_id(), me=os.getpid()))
    with lock.held(link):
        assert lock.holder(link) == lock.myself()
    assert list(tmp_path.iterdir()) == []


def test_two_do_not_clear_one_lock(tmp_path: Path) -> None:
    link, clear = tmp_path / "lock", tmp_path / "lock.clear"
    link.symlink_to("x")
    clear.symlink_to(lock.myself())
    said = ("a stale lock is being cleared", f"if this stays so: rm -f {link} {clear}")
    assert _refusal(lambda: lock.held(link)) == said
    assert (lock.holder(link), lock.holder(clear)) == ("x", lock.myself())


@pytest.mark.parametrize("maker", ["1 1 another-boot", "99999999 1 {boot}", "{me} 0 {boot}", "x"])
def test_what_the_dead_were_clearing_is_cleared(tmp_path: Path, maker: str) -> None:
    link, clear = tmp_path / "lock", tmp_path / "lock.clear"
    link.symlink_to("x")
    clear.symlink_to(maker.format(boot=lock.boot_id(), me=os.getpid()))
    with lock.held(link):
        assert lock.holder(link) == lock.myself()
    assert list(tmp_path.iterdir()) == []


def test_only_one_clears_what_the_dead_were_clearing(tmp_path: Path) -> None:
    link, clear, clearing = (tmp_path / f"lock{end}" for end in ("", ".clear", ".clearing"))
    link.symlink_to("x")
    clear.symlink_to("y")
    said = ("a stale lock is being cleared", f"if this stays so: rm -f {link} {clear}")
    with clearing.open("w") as held:
        clearing.chmod(0o600)
        fcntl.flock(held, fcntl.LOCK_EX)
        assert _refusal(lambda: lock.held(link)) == said
    assert (lock.holder(link), lock.holder(clear)) == ("x", "y")


CONTEND = """
import os, sys
from pathlib import Path
from lvsgen.host import lock
from lvsgen.errors import OperatorError
link, inside = Path(sys.argv[1]), Path(sys.argv[1] + ".inside")
for _ in range(300):
    try:
        with lock.held(link):
            inside.mkdir()
            inside.rmdir()
            stale = link.with_name(f"stale{os.getpid()}")
            stale.symlink_to("1 1 another-boot")
            stale.rename(link)
            try:
                link.with_name("lock.clear").symlink_to("1 1 another-boot")
            except FileExistsError:
                pass
    except OperatorError:
        pass
"""
"""Holds the lock again and again, and each time leaves what a killed holder and a killed clearer would."""


def test_those_who_find_stale_locks_at_once_never_hold_one_together(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", CONTEND, str(tmp_path / "lock")]
    (tmp_path / "lock").symlink_to("x")
    runs = [subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [run.communicate()[1] for run in runs] == [""] * 4


class _Contested(type(Path())):  # type: ignore[misc]
    """A path on which somebody else puts a link as soon as it is free."""

    def unlink(self, missing_ok: bool = False) -> None:
        super().unlink(missing_ok)
        self.symlink_to("another")


def test_who_comes_second_to_a_freed_lock_is_refused(tmp_path: Path) -> None:
    link = _Contested(tmp_path / "lock")
    link.symlink_to("x")
    assert _refusal(lambda: lock.held(link)) == ("another lvsgen was quicker", "try again when it is done")
    assert lock.holder(link) == "another"


def test_a_lock_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "none" / "lock"
    said = (f"cannot make {link}: No such file or directory", f"see what is wrong with {link.parent}")
    assert _refusal(lambda: lock.held(link)) == said


def test_what_the_dead_have_started_is_waited_for_but_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_PATIENCE", 0.2)
    running = tmp_path / "running"
    with running.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        said = ("a program that a killed lvsgen has started still runs", "try again when it is done")
        assert _refusal(lambda: lock.alone(running)) == said
    with lock.alone(running):
        assert running.exists()
    assert not running.exists()
