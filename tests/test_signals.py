"""apply/signals.py: signals wait for the end of a step."""

import os
import signal

import pytest

from lvsgen.apply.signals import DEFERRED, Deferred, SignalError


@pytest.mark.parametrize("number", DEFERRED)
def test_a_signal_is_noted_and_raised_when_it_is_looked_for(number: signal.Signals) -> None:
    with Deferred() as signals:
        os.kill(os.getpid(), number)
        with pytest.raises(SignalError, match=number.name):
            signals.check()


def test_what_nohup_has_had_ignored_stays_ignored() -> None:
    former = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Deferred() as signals:
            with signals.ignored():
                os.kill(os.getpid(), signal.SIGHUP)
            os.kill(os.getpid(), signal.SIGHUP)
            signals.check()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, former)
