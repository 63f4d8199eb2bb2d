"""The one door to other programs: run one to its end, whatever it prints and however it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lvsgen import words
from lvsgen.errors import OperatorError

PATIENCE = 60.0
_FOLDERS = ("/usr/sbin", "/sbin", "/usr/bin", "/bin")
_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Done:
    """An ended program; `status` is negative when a signal ended it."""

    status: int
    stdout: str
    stderr: str

    @property
    def complaint(self) -> str:
        """What it said about its failure, fit for a terminal, or how it ended."""
        said = " / ".join(line.strip() for line in (self.stderr or self.stdout).splitlines() if line.strip())
        return words.visible(said[:_SHOWN]) or f"status {self.status}"


def run(argv: Sequence[str], stdin: str = "", timeout: float = PATIENCE, keep: tuple[int, ...] = ()) -> Done:
    """Run a program, found on the system's own path first, with LC_ALL=C; its output is text whatever its bytes are.

    A session of its own keeps a ^C at our terminal from it. OperatorError when there is no such program, or when it
    is not done in `timeout` seconds: it is killed then, with what it has started. `keep` are files it holds open.
    """
    with _start(argv, keep) as process:
        try:
            out, err = process.communicate(stdin.encode(errors="surrogateescape"), timeout)
        except subprocess.TimeoutExpired:
            _kill(process)
            raise OperatorError(f"{argv[0]} is not done after {timeout:g} s", f"see why: {' '.join(argv)}") from None
        except BaseException:
            _kill(process)
            raise
    return Done(process.returncode, _text(out), _text(err))


def output(argv: Sequence[str], stdin: str = "", timeout: float = PATIENCE) -> str:
    """Run a program and give what it printed; OperatorError, with what it complained about, when it failed."""
    done = run(argv, stdin, timeout)
    if done.status:
        raise OperatorError(f"{' '.join(argv)}: {done.complaint}", "`lvsgen doctor` says what this host lacks")
    return done.stdout


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
    try:
        with _nothing_blocked():
            return subprocess.Popen(
                argv,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                env=_environment(),
                cwd="/",
                start_new_session=True,
                pass_fds=keep,
            )
    except FileNotFoundError:
        raise OperatorError(f"there is no {argv[0]} on this host", f"install it: {argv[0]}") from None
    except OSError as error:
        raise OperatorError(f"cannot run {argv[0]}: {error.strerror or error}", "see what is in the way") from error


@contextlib.contextmanager
def _nothing_blocked() -> Iterator[None]:
    """Start a program as a shell would: what we have blocked is nothing to it."""
    former = signal.pthread_sigmask(signal.SIG_SETMASK, ())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


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
