"""A User-Mode Linux kernel: an ordinary process of an ordinary user, with an agent in it that answers calls.

The agent's serial line is a socket pair: a call that runs `true` takes 15 ms over it, 0.2 ms of them on the line. The
end of either side ends the other, so neither a dead kernel nor a dead test run leaves anything waiting.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import mmap
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

from lvsgen.errors import LvsgenError, OperatorError
from lvsgen.prove.image import Image

_BOOT_PATIENCE = 90
_HALT_PATIENCE = 10
_SLACK = 30
_LONGEST_LINE = 1000
_TAIL = 60


class KernelError(LvsgenError):
    """The kernel did not boot, died, or did not answer in time; the message ends with its last words."""


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
        """The last lines that the kernel printed."""
        path = self._folder / "console"
        with contextlib.suppress(FileNotFoundError):  # a halted kernel has taken it along
            return "\n".join(path.read_text(errors="replace").splitlines()[-_TAIL:])
        return ""

    def _start(self) -> subprocess.Popen[bytes]:
        with (self._folder / "console").open("wb") as console:
            process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                pass_fds=[self._far.fileno()],
                start_new_session=True,
                env={**os.environ, "TMPDIR": str(_memory_folder(self._megabytes))},
            )
        self._far.close()
        self._pin(process.pid)
        return process

    def _pin(self, pid: int) -> None:
        """Keep the kernel on a processor of its own: its processes take turns, and waking one elsewhere costs time."""
        claimed = _claim_processor()
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
            *("--", "-ESs", f'"{agent}"', f'"{self._image.modules}"', self._mode),
        ]

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
            message = f"the lab's kernel took more than {seconds:.0f} s for {what}; its last words:\n{self.console()}"
            raise KernelError(message) from None

    def _died(self) -> str:
        return f"the lab's kernel has ended; its last words:\n{self.console()}"


def _claim_processor() -> tuple[int, socket.socket] | None:
    """Claim a processor that no other lab has; whoever holds the socket, until it dies, has the processor."""
    for processor in sorted(os.sched_getaffinity(0)):
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0lvsgen-lab-processor-{processor}")
        except OSError:
            claim.close()
        else:
            return processor, claim
    return None


def _memory_folder(megabytes: int) -> pathlib.Path:
    """Where the guest's memory goes: a folder with room for it, from which memory may be executed."""
    folders = [pathlib.Path(folder) for folder in ("/dev/shm", tempfile.gettempdir(), "/var/tmp")]  # noqa: S108
    for folder in folders:
        if _fits(folder, megabytes):
            return folder
    places = ", ".join(str(folder) for folder in folders)
    message = f"the guest needs {megabytes} MiB in one of {places}, writable and not mounted noexec"
    raise OperatorError(message, "set TMPDIR to such a folder")


def _fits(folder: pathlib.Path, megabytes: int) -> bool:
    try:
        free = os.statvfs(folder)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.truncate(mmap.PAGESIZE)
            mmap.mmap(file.fileno(), mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_EXEC).close()
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC}:
            return False
        raise
    return free.f_bavail * free.f_frsize >= megabytes << 20
