"""The one door to other programs: run one to its end, whatever it prints and however it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from lvsgen import phrasing, pipes
from lvsgen.errors import OperatorError

PATIENCE = 60.0
MOST = 2**28
"""How many bytes of a program's output are kept: a table of a million destinations has a third of it."""
FEW = 2**16
"""The same of a program whose output is for people alone."""
_FOLDERS = ("/usr/sbin", "/sbin", "/usr/bin", "/bin")
_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Done:
    """An ended program; `status` is negative when a signal ended it. `raw` is what `run_as` has read, as it was.

    `is_cut` when it said more than was kept.
    """

    status: int
    stdout: str
    stderr: str
    raw: bytes = b""
    is_cut: bool = False

    @property
    def complaint(self) -> str:
        """What it said about its failure, fit for a terminal, or how it ended."""
        said = " / ".join(line.strip() for line in (self.stderr or self.stdout).splitlines() if line.strip())
        return phrasing.visible(said[:_SHOWN]) or f"status {self.status}"


def run(
    argv: Sequence[str], stdin: str = "", timeout: float = PATIENCE, keep: tuple[int, ...] = (), most: int = MOST
) -> Done:
    """Run a program, found on the system's own path first, with LC_ALL=C; its output is text whatever its bytes are.

    A session of its own keeps a ^C at our terminal from it. OperatorError when there is no such program, or when it
    is not done in `timeout` seconds: it is killed then, with what it has started. `keep` are files it holds open;
    `most` is how many bytes are kept of what it prints, and of what it complains.
    """
    end = time.monotonic() + timeout
    with _start(argv, keep) as process, _in_time(process, argv, timeout):
        said = pipes.talk(stdin.encode(errors="surrogateescape"), _pipes(process), most, end)
        process.wait(max(0, end - time.monotonic()))
    return Done(process.returncode, _text(said.out), _text(said.err), is_cut=said.is_cut)


def output(argv: Sequence[str], stdin: str = "", timeout: float = PATIENCE) -> str:
    """Run a program and give all that it printed; OperatorError when it failed, with its complaint, or printed MOST."""
    done = run(argv, stdin, timeout, most=MOST)
    if done.is_cut:
        raise OperatorError(f"{' '.join(argv)}: prints more than {MOST >> 20} MiB", "see what it is")
    if done.status:
        raise OperatorError(f"{' '.join(argv)}: {done.complaint}", "`lvsgen doctor` says what this host lacks")
    return done.stdout


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody whose rights a program gets instead of root's."""

    uid: int
    gid: int


def run_as(  # noqa: PLR0913, PLR0917
    owner: Owner,
    argv: Sequence[str],
    environment: Mapping[str, str],
    keep: tuple[int, ...] = (),
    most: int = 2**26,
    stdin: bytes = b"",
) -> Done:
    """Run a program with the rights of somebody else alone, or with ours when we are not root.

    It gets this environment and our path, no groups, no terminal, a session of its own, PATIENCE seconds, and may print
    `most` bytes; OperatorError when it takes longer, or prints more.
    """
    rights: dict[str, Any] = {"user": owner.uid, "group": owner.gid, "extra_groups": ()} if os.geteuid() == 0 else {}
    with (
        _given(stdin) as given,
        _started(
            argv,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**environment, "LC_ALL": "C", "PATH": _path()},
            pass_fds=keep,
            **rights,
        ) as process,
        _in_time(process, argv, PATIENCE),
    ):
        said = pipes.listen(_heard(process), most, time.monotonic() + PATIENCE)
        if said.is_cut:
            raise OperatorError(f"{argv[0]} prints more than {most >> 20} MiB", "see what it is")
        process.wait(PATIENCE)
    return Done(process.returncode, _text(said.out), _text(said.err), said.out)


@contextlib.contextmanager
def _given(stdin: bytes) -> Iterator[int | IO[bytes]]:
    """Give what a program reads as a file: it may print as much as it likes before it has read that."""
    if not stdin:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile() as file:
        file.write(stdin)
        file.seek(0)
        yield file


def together(commands: Sequence[Sequence[str]], seconds: float) -> tuple[Done, ...]:
    """Run programs at once; one that is not done in time is killed, and what it has printed until then counts."""
    end = time.monotonic() + seconds
    with contextlib.ExitStack() as stack:
        started = [stack.enter_context(_ended(_start(argv, ()))) for argv in commands]
        return tuple(_collected(process, end - time.monotonic()) for process in started)


def detach(argv: Sequence[str]) -> None:
    """Start a program that goes on when we, our session and our terminal are gone."""
    null = subprocess.DEVNULL
    with _nothing_blocked():
        subprocess.Popen(
            argv, stdin=null, stdout=null, stderr=null, env=_environment(), cwd="/", start_new_session=True
        ).returncode = 0  # it is not ours to wait for


def find(program: str) -> str:
    """Give where a program is, or "" where there is none."""
    places = (os.path.join(folder, program) for folder in _path().split(os.pathsep))  # noqa: PTH118
    return next((place for place in places if os.access(place, os.X_OK)), "")


def _start(argv: Sequence[str], keep: tuple[int, ...]) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    return _started(argv, stdin=pipe, stdout=pipe, stderr=pipe, env=_environment(), pass_fds=keep)


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    given = process.stdin
    assert given  # noqa: S101 - that is how it was started
    return given, *_heard(process)


def _heard(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    out, err = process.stdout, process.stderr
    assert out and err  # noqa: PT018, S101 - that is how it was started
    return out, err


def _started(argv: Sequence[str], **how: Any) -> subprocess.Popen[bytes]:
    try:
        with _nothing_blocked():
            return subprocess.Popen(argv, cwd="/", start_new_session=True, **how)
    except FileNotFoundError:
        raise OperatorError(f"there is no {argv[0]} on this host", f"install it: {argv[0]}") from None
    except OSError as error:
        raise OperatorError(f"cannot run {argv[0]}: {error.strerror or error}", "see what is in the way") from error


@contextlib.contextmanager
def _in_time(process: subprocess.Popen[bytes], argv: Sequence[str], timeout: float) -> Iterator[None]:
    """Kill a program, with what it has started, when it is not done in time or anything else comes between."""
    try:
        yield
    except (TimeoutError, subprocess.TimeoutExpired):
        _kill(process)
        raise OperatorError(f"{argv[0]} is not done after {timeout:g} s", f"see why: {' '.join(argv)}") from None
    except BaseException:
        _kill(process)
        raise


@contextlib.contextmanager
def _nothing_blocked() -> Iterator[None]:
    """Start a program as a shell would: what we have blocked is nothing to it."""
    former = signal.pthread_sigmask(signal.SIG_SETMASK, ())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Leave no program behind; one that is waited for has given its number back, and that may be another's."""
    with process:
        try:
            yield process
        finally:
            if process.returncode is None:
                _kill(process)


def _collected(process: subprocess.Popen[bytes], seconds: float) -> Done:
    try:
        out, err = process.communicate(timeout=max(seconds, 0))
    except subprocess.TimeoutExpired:
        _kill(process)
        out, err = process.communicate()
    return Done(process.returncode, _text(out), _text(err))


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", "PATH": _path()}


def _path() -> str:
    given = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if folder and folder not in _FOLDERS]
    return os.pathsep.join((*_FOLDERS, *given))


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _text(raw: bytes) -> str:
    return raw.decode(errors="backslashreplace")
