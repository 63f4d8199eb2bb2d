"""A confirmation over a real sshd: only a connection that was made after the change was holding counts."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvsgen.prove.lab import Done, Host, Lab
from lvsgen.prove.uml import Kernel
from tests.kernel import guests, scenes

OUT = guests.folder(Path(__file__).parents[2] / "out")
SSHD = """\
set -e
mkdir -p /run/sshd /srv/ssh && cd /srv/ssh
ssh-keygen -q -t ed25519 -N '' -f host
ssh-keygen -q -t ed25519 -N '' -f key
chmod 755 /srv /srv/ssh
cp key.pub allowed
cat >config <<'END'
ListenAddress 127.0.0.1
HostKey /srv/ssh/host
AuthorizedKeysFile /srv/ssh/allowed
PermitRootLogin yes
StrictModes no
UsePAM no
PidFile none
END
/usr/sbin/sshd -f config
"""
MASTER = "-o ControlMaster=auto -o ControlPersist=600 -o ControlPath=/srv/ssh/master"
SSH = "ssh -F none -i /srv/ssh/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
BEFORE = "lvsgen: this login began before the change was awaiting confirmation\n"


@pytest.fixture(scope="module")
def director(kernel: Kernel) -> Iterator[Host]:
    """A director with an sshd."""
    lab = Lab(kernel)
    scenes.build_hosts(lab)
    lab["llclb1"].sh(SSHD)
    yield lab["llclb1"]
    lab.drop()


def _ssh(host: Host, options: str, command: str) -> Done:
    return host.sh(f"{SSH} {options} root@127.0.0.1 {shlex.quote(command)}", check=False, timeout=180)


def _lvsgen(*argv: str) -> str:
    words = (f"{name}={value}" for name, value in guests.environment().items())
    return shlex.join(["env", *words, guests.PYTHON, "-m", "lvsgen", *argv])


APPLY = _lvsgen("apply", "--no-rehearse", "--out", OUT, "--confirm", "600s")
CONFIRM = _lvsgen("confirm")


def test_a_new_channel_of_an_old_connection_is_no_new_login(director: Host) -> None:
    """What Ansible does: it keeps a connection, until `meta: reset_connection` stops it."""
    assert _ssh(director, MASTER, APPLY).status == 0
    refused = _ssh(director, MASTER, CONFIRM)
    assert (refused.status, refused.stderr.startswith(BEFORE)) == (6, True), refused
    director.sh(f"{SSH} {MASTER} -O stop root@127.0.0.1")
    done = _ssh(director, MASTER, CONFIRM)
    assert (done.status, done.stderr) == (0, ""), done
    assert guests.lvsgen(director, "rollback").status == 0


def test_an_open_connection_is_no_new_login_but_the_next_one_is(director: Host) -> None:
    assert guests.lvsgen(director, "history").status == 0
    both = _ssh(director, "", f"{APPLY} && setsid -w {CONFIRM}")
    assert (both.status, both.stderr.startswith(BEFORE)) == (6, True), both
    assert _ssh(director, "", CONFIRM).status == 0
    assert guests.lvsgen(director, "rollback").status == 0


def test_an_old_connection_may_be_enough_if_one_says_so(director: Host) -> None:
    assert _ssh(director, "", f"{APPLY} && {CONFIRM} --same-session").status == 0
    assert guests.lvsgen(director, "rollback").status == 0
