"""What tests see of whoever runs them: next to nothing, so that they pass or fail alike for everybody.

A test that wants other surroundings says which; a test that reaches the outside, as pip does, does so as `MACHINE`.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Mapping

from lvsgen.prove import packages

MACHINE = dict(os.environ)
"""What stands in the environment of whoever runs the tests."""

UMASK = 0o022
KEPT = r"CI|TMPDIR|LVSGEN_CACHE|PYTEST_\w+"
GIVEN = {
    "PATH": packages.PATH,
    "HOME": "/nonexistent",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "TERM": "dumb",
    "XTABLES_LOCKFILE": "/dev/null",  # the machine's own is root's, and what is loaded here is in a namespace
}


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """What is left of an environment, and what stands in every one."""
    return {name: value for name, value in environment.items() if re.fullmatch(KEPT, name)} | GIVEN


def enter() -> None:
    """Let this process, and all that it starts, run in clean surroundings."""
    settled = clean(os.environ)
    os.environ.clear()
    os.environ.update(settled)
    os.umask(UMASK)
    _hear()


def _hear() -> None:
    """Hear every signal, as under no nohup and no job control; a broken pipe, as ever in Python, is an error alone."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in signal.valid_signals() - {signal.SIGPIPE, signal.SIGXFSZ}:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
