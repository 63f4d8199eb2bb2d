"""The lock of a host, which the scripts take too: a link whose target names its holder.

`PID STARTED BOOT`: a PID alone may be used again, so it goes with when the process started, in ticks since boot, and
with the boot. A link is made with its text in it at once, so there is no lock without a holder, as with mkdir; flock
would vanish with its holder by itself, but sh on old hosts has none. Whoever makes LOCK.clear may clear a stale one. A
LOCK.clear whose own maker is gone is cleared by whoever has LOCK.clearing by flock: scripts do not touch it, so only we
have to agree, and of that lock nothing stale is left.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from lvsgen.errors import OperatorError
from lvsgen.host import believed

_AGAIN = "try again when it is done"
_PATIENCE = 60.0
_RUNNING = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def boot_id() -> str:
    """Name this boot of the kernel."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def myself() -> str:
    """Name this process as a lock does."""
    return f"{os.getpid()} {_started(os.getpid())} {boot_id()}"


def alive(holder: str) -> bool:
    """Tell whether the process that a lock names still runs."""
    pid, _, rest = holder.partition(" ")
    started, _, boot = rest.partition(" ")
    return boot == boot_id() and pid.isdecimal() and started != "" and _started(int(pid)) == started


def holder(lock: Path) -> str:
    """Name who holds the lock, "" for nobody; a link that root did not make is nobody's."""
    try:
        return os.readlink(lock) if believed.is_roots(lock.lstat().st_uid) else ""  # noqa: PTH115 - a text, not a path
    except OSError:
        return ""


@contextlib.contextmanager
def held(lock: Path) -> Iterator[None]:
    """Hold the lock; OperatorError when another one does."""
    me = myself()
    if not _link(me, lock):
        _clear(me, lock)
    try:
        yield
    finally:
        if holder(lock) == me:
            with contextlib.suppress(OSError):  # what was done stands; the lock of a dead process is taken over
                lock.unlink(missing_ok=True)


@contextlib.contextmanager
def alone(running: Path) -> Iterator[int]:
    """Wait until nothing runs any more that a killed holder of the lock has started; give the file to keep open.

    Only who holds the lock comes here, so the file may go at the end.
    """
    handle = _opened(running)
    try:
        believed.check(handle, running)
        _wait_for(handle)
    except OperatorError:
        os.close(handle)
        raise
    try:
        yield handle
    finally:
        with contextlib.suppress(OSError):
            running.unlink(missing_ok=True)
        os.close(handle)


def _opened(running: Path) -> int:
    try:
        return os.open(running, _RUNNING, 0o600)
    except OSError as error:
        said = f"cannot open {running}: {error.strerror}"
        raise OperatorError(said, f"see what {running} is for, and move it away") from error


def _wait_for(handle: int) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise OperatorError("a program that a killed lvsgen has started still runs", _AGAIN) from None
            time.sleep(0.05)


def _clear(me: str, lock: Path) -> None:
    """Take over the lock of a dead holder."""
    found, clear = holder(lock), lock.with_name(f"{lock.name}.clear")
    if alive(found):
        raise OperatorError(f"another lvsgen is at work on this host (process {found.partition(' ')[0]})", _AGAIN)
    if not _link(me, clear) and not (_forget(clear) and _link(me, clear)):
        raise OperatorError("a stale lock is being cleared", f"if this stays so: rm -f {lock} {clear}")
    if holder(lock) == found:
        lock.unlink(missing_ok=True)
    clear.unlink(missing_ok=True)
    if not _link(me, lock):
        raise OperatorError("another lvsgen was quicker", _AGAIN)


def _forget(clear: Path) -> bool:
    """Remove a LOCK.clear whose maker is gone, if nobody else is at that; tells whether it is gone."""
    path = clear.with_name(f"{clear.name}ing")
    handle = _opened(path)
    try:
        believed.check(handle, path)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not _is(handle, path):
            return False
        found = holder(clear)
        if found and not alive(found):  # the dead do not take it away: what was read is what is removed
            clear.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return not alive(found)


def _is(handle: int, path: Path) -> bool:
    """Tell whether an open file is still the one of this name: who had it before us may have removed it."""
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


def _link(text: str, path: Path) -> bool:
    try:
        path.symlink_to(text)
    except FileExistsError:
        return False
    except OSError as error:
        raise OperatorError(f"cannot make {path}: {error.strerror}", f"see what is wrong with {path.parent}") from error
    return True


def _started(pid: int) -> str:
    """When a process started, in ticks since boot; "" when there is none, or it is dead and only not yet reaped."""
    try:
        state, *words = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except (OSError, ValueError):
        return ""
    return "" if state in "ZX" else words[18]
