"""Run lvsgen's own Python inside a lab host: the machine's files are there, below MACHINE."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from lvsgen.prove.lab import MACHINE, Done, Host
from tests import console

TOP = Path(__file__).parents[2]
PYTHON = f"{MACHINE}{Path(sys.executable).resolve()}"


def environment() -> dict[str, str]:
    """What a Python in a host needs to find the project and what it depends on."""
    folders = (str(TOP), *(path for path in sys.path if path.endswith("site-packages")))
    return {"PYTHONPATH": ":".join(f"{MACHINE}{path}" for path in folders), "PYTHONDONTWRITEBYTECODE": "1"}


def lvsgen(host: Host, *argv: str, timeout: float = 180, **more: str) -> Done:
    """Run the command line in a host, whatever its status; `more` goes into its environment."""
    done = host.run(PYTHON, "-m", "lvsgen", *argv, env={**environment(), **more}, check=False, timeout=timeout)
    assert console.is_known_end(argv, done.status), done
    return done


def from_a_new_login(host: Host, *argv: str) -> Done:
    """Run the command line below a process that stands in for the sshd of a new connection: it has the name."""
    words = shlex.join([PYTHON, "-m", "lvsgen", *argv])
    script = f"{LOGIN}; {SSHD} -c {shlex.quote(f'{words}; exit $?')}"
    return host.sh(script, env=environment(), check=False, timeout=180)


SSHD = "/srv/login/sshd"
LOGIN = f"mkdir -p {SSHD.rpartition('/')[0]}; [ -e {SSHD} ] || cp /bin/dash {SSHD}"
"""Makes a shell that has sshd's name."""


def python(host: Host, program: str, *argv: str, stdin: str = "", timeout: float = 180) -> Done:
    """Run a program of Python in a host; CommandError when it fails."""
    return host.run(PYTHON, "-c", program, *argv, env=environment(), stdin=stdin, timeout=timeout)


def folder(path: Path) -> str:
    """Where a host sees a folder of the machine."""
    return f"{MACHINE}{path.absolute()}"
