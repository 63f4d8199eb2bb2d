"""apply/kill.py: one process and what it has started end; nobody else does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvsgen.apply import kill
from lvsgen.host import lock, processes
from lvsgen.host.processes import Process

MAKER = """
import os, signal, subprocess, sys, time
start = lambda *argv: subprocess.Popen(argv, start_new_session=True)
program = start("/bin/sh", "-c", "sleep 300 & sleep 300")
left = start("/bin/sh", "-c", "sleep 300 & exit 0")
left.wait()
watcher = start("sleep", "300")
print(os.getpid(), program.pid, left.pid, watcher.pid, flush=True)
time.sleep(300)
"""


def _process(pid: int, parent: int, session: int) -> Process:
    return Process(pid, "x", "S", parent, session, 1)


def test_what_a_process_has_started_is_its_descendants_and_their_sessions() -> None:
    shell, maker, beside = _process(10, 1, 10), _process(11, 10, 10), _process(12, 10, 10)
    program, its_child = _process(20, 11, 20), _process(21, 20, 20)
    orphan = _process(22, 1, 20)
    watcher, its_program = _process(30, 11, 30), _process(31, 30, 31)
    every = (shell, maker, beside, program, its_child, orphan, watcher, its_program)
    assert kill.brood(every, 11, spared=30) == (program, its_child, orphan)


@pytest.fixture
def maker() -> Iterator[tuple[int, ...]]:
    """A process that has started a program with a child, and one that is to be spared."""
    with subprocess.Popen([sys.executable, "-c", MAKER], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        pids = tuple(map(int, process.stdout.readline().split()))
        yield pids
        process.kill()
        for pid in pids[1:]:
            for one in processes.every():
                if one.session == pid:
                    os.kill(one.pid, signal.SIGKILL)


def _named(pid: int) -> str:
    found = processes.look(pid)
    assert found
    return f"{pid} {found.started} {lock.boot_id()}"


def _sessions() -> set[int]:
    return {one.session for one in processes.every()}


@pytest.mark.parametrize("stopped", [False, True])
def test_a_process_ends_with_all_that_it_has_started(maker: tuple[int, ...], stopped: bool) -> None:
    pid, program, _, watcher = maker
    if stopped:
        os.kill(pid, signal.SIGSTOP)
    before = processes.every()
    assert {one.session for one in kill.brood(before, pid, spared=watcher)} == {program}
    kill.end(_named(pid))
    end = time.monotonic() + 20
    while processes.look(pid) or program in _sessions():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("wrong", ["{pid} 1 {boot}", "{pid} {started} another-boot", "99999999 1 {boot}"])
def test_a_process_that_is_not_the_one_named_lives_on(maker: tuple[int, ...], wrong: str) -> None:
    _, started, boot = _named(maker[0]).split()
    kill.end(wrong.format(pid=maker[0], started=started, boot=boot))
    found = processes.look(maker[0])
    assert found is not None
    assert found.state not in "Tt"
    assert maker[1] in _sessions()


def test_where_there_are_no_handles_of_processes_numbers_do(
    maker: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(pid: int) -> int:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(os, "pidfd_open", none)
    kill.end(_named(maker[0]))
    end = time.monotonic() + 20
    while processes.look(maker[0]):
        assert time.monotonic() < end
        time.sleep(0.01)


def test_what_is_no_process_has_no_line(tmp_path: Path) -> None:
    assert list(processes.line(99999999)) == []
    assert next(processes.line(os.getpid())).pid == os.getpid()
