"""A User-Mode Linux kernel: an ordinary process of an ordinary user, with an agent in it that answers calls.

The agent's serial line is a socket pair: a call that runs `true` takes 15 ms over it, 0.2 ms of them on the line. The
end of either side ends the other, so neither a dead kernel nor a dead test run leaves anything waiting.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import Future
from typing import Any

from lvsgen.errors import LvsgenError
from lvsgen.prove import lastwords, packages, resources
from lvsgen.prove.image import Image

_BOOT_PATIENCE = 90
_HALT_PATIENCE = 10
_SLACK = 30
_LONGEST_LINE = 1000
_TAIL = 60


class KernelError(LvsgenError):
    """The kernel did not boot, died, or did not answer in time; the message ends with its last words.

    Where something is known about such a death, that stands before them.
    """


class CallError(LvsgenError):
    """The agent could not do what a call asked; the message is its traceback."""


class Kernel:
    """One booted kernel; `boot` and `halt` are its pair. Calls may come from several threads."""

    def __init__(self, image: Image, *, systemd: bool = False, megabytes: int = 512) -> None:
        self._image = image
        self._mode = "systemd" if systemd else "plain"
        self._megabytes = megabytes
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="lvsgen-lab-"))
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Future[Any]] = {}
        self._ready: Future[Any] = Future()
        self._read: Future[Any] = Future()
        self._sending = threading.Lock()
        self._line, self._far = socket.socketpair()
        self._claim: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The kernel's process."""
        return self._process.pid if self._process else 0

    def boot(self) -> None:
        """Start the kernel and wait for its agent. KernelError when it does not come."""
        try:
            self._process = self._start()
            threading.Thread(target=self._watch, args=(self._process,), daemon=True).start()
            threading.Thread(target=self._listen, daemon=True).start()
            self._result(self._ready, _BOOT_PATIENCE, "booting")
        except BaseException:
            self.halt()
            raise

    def halt(self) -> None:
        """End the kernel, in any state; a second time does nothing."""
        if self._process and self._process.poll() is None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)
            try:
                self._process.wait(_HALT_PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
        self._line.close()
        self._far.close()
        if self._claim:
            self._claim.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def kill(self) -> None:
        """End the kernel's own process group at once."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def call(self, op: str, *, patience: float = 0, **params: Any) -> Any:
        """Have the agent do `op`, at most `patience` seconds and some slack long, and return its result."""
        number = next(self._numbers)
        future: Future[Any] = Future()
        self._waiting[number] = future
        with self._sending:
            self._send({"id": number, "op": op, "params": params})
        return self._result(future, patience + _SLACK, op)

    def console(self) -> str:
        """All that the kernel printed."""
        with contextlib.suppress(FileNotFoundError):  # a halted kernel has taken it along
            return (self._folder / "console").read_text(errors="replace")
        return ""

    def _start(self) -> subprocess.Popen[bytes]:
        with contextlib.ExitStack() as opened:
            preload = [opened.enter_context(path.open("rb")).fileno() for path in self._image.preload]
            process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=opened.enter_context((self._folder / "console").open("wb")),
                stderr=subprocess.STDOUT,
                pass_fds=[self._far.fileno(), *preload],
                start_new_session=True,
                env=self._environment(preload),
            )
        self._far.close()
        self._pin(process.pid)
        return process

    def _pin(self, pid: int) -> None:
        """Keep the kernel on a processor of its own: its processes take turns, and waking one elsewhere costs time."""
        claimed = resources.claim_processor()
        if claimed:
            processor, self._claim = claimed
            with contextlib.suppress(ProcessLookupError):
                os.sched_setaffinity(pid, {processor})

    def _command(self) -> list[str]:
        agent = pathlib.Path(__file__).parent / "guest"
        return [
            str(self._image.program),
            f"mem={self._megabytes}M",
            *("root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", "panic=0", "loglevel=4"),
            *("con=null", "con0=null,fd:1", "ssl=null", f"ssl0=fd:{self._far.fileno()}"),
            *(f"uml_dir={self._folder}", "umid=lab"),
            f'init="{pathlib.Path(sys.executable).resolve()}"',
            *("--", "-ESs", f'"{agent}"', f'"{self._image.modules}"', f'"{self._image.busybox}"', self._mode),
        ]

    def _environment(self, preload: list[int]) -> dict[str, str]:
        """Libraries are named by descriptor, because a path with a space or a colon in it would be two paths."""
        return {
            "PATH": packages.PATH,
            "TMPDIR": str(resources.memory_folder(self._megabytes)),
            "LD_PRELOAD": ":".join(f"/proc/self/fd/{descriptor}" for descriptor in preload),
        }

    def _send(self, request: dict[str, Any]) -> None:
        """Send one request and wait until it has been read: what waits in the line beyond 4 KiB would be lost."""
        text = json.dumps(request)
        if len(text) > _LONGEST_LINE:
            path = self._folder / f"request-{request['id']}"
            path.write_text(text)
            text = json.dumps({"file": str(path)})
        self._read = Future()
        try:
            self._line.sendall(text.encode() + b"\n")
        except OSError as error:
            raise KernelError(self._died()) from error
        self._result(self._read, _SLACK, "taking a request")

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """When the kernel ends, end what it leaves: its processes, which hold the line open, and our waiting on it."""
        with contextlib.suppress(ChildProcessError):  # somebody has waited for it already
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        with contextlib.suppress(OSError), self._line.makefile("rb") as lines:
            for line in lines:
                self._take(json.loads(line))
        for future in [self._ready, self._read, *self._waiting.values()]:
            if not future.done():
                future.set_exception(KernelError(self._died()))

    def _take(self, message: dict[str, Any]) -> None:
        if "ready" in message:
            self._ready.set_result(None)
        elif "read" in message:
            self._read.set_result(None)
        elif "error" in message:
            self._waiting.pop(message["id"]).set_exception(CallError(message["error"]))
        else:
            self._waiting.pop(message["id"]).set_result(message["result"])

    def _result(self, future: Future[Any], seconds: float, what: str) -> Any:
        try:
            return future.result(seconds)
        except TimeoutError:
            raise KernelError(self._obituary(f"took more than {seconds:.0f} s for {what}")) from None

    def _died(self) -> str:
        return self._obituary("has ended")

    def _obituary(self, end: str) -> str:
        """How it ended, what is known about that, and its last words."""
        console = self.console()
        known = lastwords.meaning(console)
        tail = "\n".join(console.splitlines()[-_TAIL:])
        return f"the lab's kernel {end}{': ' if known else ''}{known}; its last words:\n{tail}"
