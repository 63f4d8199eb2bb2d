"""host/signals.py: signals wait for the end of a step, and none ends a process that has something to say."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from lvsgen import exits, process
from lvsgen.host.signals import DEFERRED, STOPPING, Deferred, SignalError

NOTED = [number for number in DEFERRED if number is not signal.SIGPIPE]
"""A broken pipe is an error of what writes: Python has ignored that signal from its start."""

DISPOSITIONS = "import re,sys; print(*re.findall('(?m)^Sig(?:Blk|Ign|Cgt):.*', open('/proc/self/status').read()))"
TO_THE_END = """
import atexit, os, signal, sys
from lvsgen.host import signals

def send():
    for number in (*signals.DEFERRED, *signals.STOPPING):
        os.kill(os.getpid(), number)

class Last:
    def __del__(self):
        send()

last = Last()
signals.PROCESS.begin()
send()
print("said", flush=True)
signals.PROCESS.finish()
sys.last = last
atexit.register(send)
"""


@pytest.fixture
def deferred() -> Iterator[Deferred]:
    deferred = Deferred()
    yield deferred
    deferred.forget()


@pytest.mark.parametrize("number", NOTED)
def test_a_signal_is_noted_and_raised_when_it_is_looked_for(deferred: Deferred, number: signal.Signals) -> None:
    deferred.begin()
    os.kill(os.getpid(), number)
    with pytest.raises(SignalError, match=number.name) as raised:
        deferred.check()
    assert exits.by_signal(raised.value.number) == 128 + number


@pytest.mark.parametrize("number", [signal.SIGPIPE, *STOPPING])
def test_what_stops_or_tells_of_a_broken_pipe_does_neither(deferred: Deferred, number: signal.Signals) -> None:
    deferred.begin()
    os.kill(os.getpid(), number)
    deferred.check()


def test_what_nohup_has_had_ignored_stays_ignored(deferred: Deferred) -> None:
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        deferred.begin()
        os.kill(os.getpid(), signal.SIGHUP)
        deferred.check()
        with deferred.heard():
            os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, former)


def test_faults_and_the_end_of_children_are_left_alone(deferred: Deferred) -> None:
    others = (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT, signal.SIGCHLD)
    former = [signal.getsignal(number) for number in others]
    deferred.begin()
    assert [signal.getsignal(number) for number in others] == former


@pytest.mark.parametrize("number", NOTED)
def test_a_wait_is_ended_by_a_signal_even_by_one_that_came_before(deferred: Deferred, number: signal.Signals) -> None:
    deferred.begin()
    with pytest.raises(SignalError, match=number.name), deferred.heard():
        os.kill(os.getpid(), number)
    os.kill(os.getpid(), number)
    with pytest.raises(SignalError, match=number.name), deferred.heard():
        raise AssertionError


def test_what_is_started_has_the_signals_of_a_program_that_a_shell_starts(deferred: Deferred) -> None:
    argv = (sys.executable, "-c", DISPOSITIONS)
    usual = process.output(argv)
    deferred.begin()
    assert process.output(argv) == usual


def test_no_signal_ends_a_process_between_its_change_and_its_very_end() -> None:
    done = subprocess.run([sys.executable, "-c", TO_THE_END], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "said\n", "")
