"""host/login.py: which login shows that one can still log in."""

from __future__ import annotations

import os

import pytest

from lvsgen.host import login, processes
from lvsgen.host.login import Login, Moment
from lvsgen.host.processes import Process

TICKS = os.sysconf("SC_CLK_TCK")
HELD = Moment(500.0, 7)
"""A confirmation is awaited since the second 500; the latest login then had the number 7."""


def _line(*names: str) -> tuple[Process, ...]:
    """A process and its ancestors, each as NAME@SECOND."""
    words = [name.partition("@") for name in names]
    return tuple(Process(0, name, "S", 0, 0, int(second) * TICKS) for name, _, second in words)


INIT, LISTENS = "systemd@0", "sshd@9"
CASES = {
    "ssh, new": ((*("lvsgen@520", "bash@511", "sshd@510"), LISTENS, INIT), 0, Login.SINCE),
    "ssh, not as root": (
        (*("lvsgen@520", "sudo@519", "bash@512", "sshd@511", "sshd@510"), LISTENS, INIT),
        0,
        Login.SINCE,
    ),
    "ssh of today": ((*("lvsgen@520", "bash@511", "sshd-session@510"), LISTENS, INIT), 0, Login.SINCE),
    "ssh from a socket": (("lvsgen@520", "bash@511", "sshd@510", INIT), 0, Login.SINCE),
    "ssh in a container": (("lvsgen@520", "bash@511", "sshd@510", "sshd@1"), 0, Login.SINCE),
    "ssh, old": ((*("lvsgen@520", "bash@411", "sshd@410"), LISTENS, INIT), 0, Login.BEFORE),
    "a new shell in an old connection": ((*("lvsgen@520", "bash@515", "sshd@410"), LISTENS, INIT), 0, Login.BEFORE),
    "the same, not as root": ((*("lvsgen@520", "bash@515", "sshd@411", "sshd@410"), LISTENS, INIT), 7, Login.BEFORE),
    "su in an old connection": (
        (*("lvsgen@520", "bash@519", "su@518", "bash@4", "sshd@4"), LISTENS, INIT),
        4,
        Login.BEFORE,
    ),
    "audited, new": (("lvsgen@520", "bash@511", INIT), 8, Login.SINCE),
    "audited, old": (("lvsgen@520", "bash@511", INIT), 7, Login.BEFORE),
    "a new window of an old tmux": (("lvsgen@520", "bash@519", "tmux: server@400", INIT), 5, Login.BEFORE),
    "a tmux of a new login": (("lvsgen@520", "bash@519", "tmux: server@515", INIT), 8, Login.SINCE),
    "a tmux, not audited": (("lvsgen@520", "bash@519", "tmux: server@400", INIT), 0, Login.UNKNOWN),
    "a console, where getty waited since the boot": (("lvsgen@520", "bash@511", "login@2", INIT), 0, Login.SINCE),
    "a console, old": (("lvsgen@520", "bash@411", "login@2", INIT), 0, Login.BEFORE),
    "an agent": (("lvsgen@520", "agent@2", INIT), 0, Login.UNKNOWN),
    "a container": (("lvsgen@520", "sh@519"), 0, Login.UNKNOWN),
    "cron, whose every job is a login to the audit": (
        ("lvsgen@520", "sh@520", "cron@520", "cron@2", INIT),
        9,
        Login.UNKNOWN,
    ),
}


@pytest.mark.parametrize(("line", "audited", "found"), CASES.values(), ids=CASES.keys())
def test_when_a_login_began(line: tuple[str, ...], audited: int, found: Login) -> None:
    assert login.judge(_line(*line), audited, HELD) is found


def test_a_journal_of_the_version_before_says_nothing_of_numbers() -> None:
    tmux = _line("lvsgen@520", "bash@519", "tmux: server@515", INIT)
    assert login.judge(tmux, 8, Moment(500.0)) is Login.UNKNOWN
    assert login.judge(_line("lvsgen@520", "bash@511", "sshd@510", LISTENS), 8, Moment(500.0)) is Login.SINCE


def test_this_very_moment() -> None:
    moment = login.now(12.0)
    assert moment.seconds == 12.0
    assert moment.audited is not None
    assert moment.audited >= processes.audited()
