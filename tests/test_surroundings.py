"""Tests pass or fail alike for everybody: environment, umask and ignored signals of whoever runs them are not seen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import surroundings

TOP = Path(__file__).parent.parent
STRANGE = {
    "LANG": "tr_TR.UTF-8",
    "LC_MESSAGES": "de_DE.UTF-8",
    "LANGUAGE": "de",
    "TZ": "Asia/Kathmandu",
    "COLUMNS": "20",
    "NO_COLOR": "1",
    "FORCE_COLOR": "1",
    "GIT_DIR": "/nowhere",
    "SUDO_USER": "somebody",
    "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22",
    "SYSTEMD_UNIT_PATH": "/nowhere",
    "POSIXLY_CORRECT": "1",
    "BASH_ENV": "/nowhere",
    "ENV": "/nowhere",
    "CDPATH": "/",
    "PATH": "/usr/bin:/bin",
}
PRINTS = """\
import os, pathlib, signal

def test_it():
    deaf = [number for number in (1, 2, 15) if signal.getsignal(number) is signal.SIG_IGN]
    deaf += signal.pthread_sigmask(signal.SIG_BLOCK, ())
    pathlib.Path("seen").write_text(repr((sorted(os.environ.items()), os.umask(0), deaf)))
"""


@pytest.mark.parametrize("workers", ["0", "1"])
def test_whoever_runs_the_tests_is_not_seen_by_them(tmp_path: Path, workers: str) -> None:
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n")
    (tmp_path / "test_it.py").write_text(PRINTS)
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", workers, "test_it.py"]
    environment = {**STRANGE, "PYTHONPATH": str(TOP), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        ["/usr/bin/env", "--ignore-signal=HUP,INT", "--block-signal=TERM", *argv],
        cwd=tmp_path,
        env=environment,
        umask=0o077,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    variables, umask, deaf = eval((tmp_path / "seen").read_text())  # noqa: S307 - it is what PRINTS has written
    seen = {name: value for name, value in variables if not name.startswith("PYTEST_")}
    assert (seen, umask, deaf) == ({**surroundings.GIVEN, "TMPDIR": str(tmp_path)}, 0o022, [])


def test_what_reaches_the_outside_is_kept_for_those_who_do() -> None:
    assert surroundings.MACHINE["PATH"]
    assert surroundings.clean({"CI": "true", "LVSGEN_CACHE": "/c", "PIP_CERT": "/p", "EDITOR": "ed"}) == {
        **surroundings.GIVEN,
        "CI": "true",
        "LVSGEN_CACHE": "/c",
    }
    assert dict(os.environ) == surroundings.clean(surroundings.MACHINE) | {
        name: value for name, value in os.environ.items() if name.startswith("PYTEST_")
    }
