"""Run commands: to their end, or in the background."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from typing import IO, Any

from lvsgen.prove.guest import world
from lvsgen.prove.guest.namespaces import Hosts

_TIMED_OUT = "timed out"


@dataclass(frozen=True, slots=True)
class _Job:
    process: subprocess.Popen[bytes]
    stdout: IO[bytes]
    stderr: IO[bytes]

    def text(self) -> dict[str, str]:
        """What the command has printed until now."""
        return {"stdout": _text(_all(self.stdout)), "stderr": _text(_all(self.stderr))}


class Commands:
    """Commands in hosts; each is the leader of a session, so that killing it takes its children along."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._jobs: dict[int, _Job] = {}
        self._numbers = itertools.count(1)

    def run(  # noqa: PLR0913, PLR0917 - these are the parts of a command
        self, host: str, argv: list[str], stdin: str, env: dict[str, str], cwd: str, timeout: float
    ) -> dict[str, Any]:
        """Run to the end: {status, stdout, stderr}; killed after `timeout` seconds, `status` is then "timed out"."""
        self._hosts.enter(host)
        process = _popen(argv, env, cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        status: int | str | None = None
        try:
            out, err = process.communicate(stdin.encode(), timeout)
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)
            status = _TIMED_OUT
            out, err = _rest(process)
        return {"status": process.returncode if status is None else status, "stdout": _text(out), "stderr": _text(err)}

    def spawn(self, host: str, argv: list[str], env: dict[str, str], cwd: str) -> int:
        """Start in the background; returns the job's number."""
        out, err = (tempfile.TemporaryFile(dir="/lab") for _ in range(2))  # noqa: SIM115 - closed by drop
        self._hosts.enter(host)
        number = next(self._numbers)
        self._jobs[number] = _Job(_popen(argv, env, cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=err), out, err)
        return number

    def wait(self, job: int, timeout: float) -> dict[str, Any]:
        """Wait for the job's end: as `run`, but it goes on after a timeout."""
        try:
            status: int | str = self._jobs[job].process.wait(timeout)
        except subprocess.TimeoutExpired:
            status = _TIMED_OUT
        return {"status": status, **self._jobs[job].text()}

    def signal(self, job: int, number: int, *, group: bool) -> None:
        """Send a signal to the job, or to all of its process group."""
        process = self._jobs[job].process
        _signal(process, number) if group else process.send_signal(number)

    def drop(self) -> None:
        """Kill every background job and forget it."""
        for job in self._jobs.values():
            _signal(job.process, signal.SIGKILL)
            job.process.wait()
            job.stdout.close()
            job.stderr.close()
        self._jobs.clear()


def _popen(argv: list[str], env: dict[str, str], cwd: str, **streams: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(argv, env={**world.ENVIRONMENT, **env}, cwd=cwd, start_new_session=True, **streams)


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _rest(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """What a killed command had printed; not waiting for a daemon of its that keeps the pipes open."""
    try:
        return process.communicate(timeout=1)
    except subprocess.TimeoutExpired as error:
        return error.stdout or b"", error.stderr or b""


def _all(stream: IO[bytes]) -> bytes:
    return os.pread(stream.fileno(), os.fstat(stream.fileno()).st_size, 0)


def _text(data: bytes) -> str:
    return data.decode(errors="replace")
