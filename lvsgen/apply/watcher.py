"""Start the process that waits for a confirmation (see watch), and tell how it stands.

It outlives the login session that made the change: systemd runs it where there is systemd, and starts it again when it
is killed; otherwise it has a session of its own. It is there before the first change, and depends on nobody's life.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass

from lvsgen import phrasing, process
from lvsgen.apply.journal import Journal, Phase
from lvsgen.errors import OperatorError
from lvsgen.host import believed, files, lock
from lvsgen.host.files import Kind, Node
from lvsgen.host.paths import HostPaths

_PATIENCE = 15.0
_MOST = 2**16
_SHOWN = 500
_NEVER_FOR_GOOD = ("--property=Restart=on-failure", "--property=RestartSec=1", "--property=StartLimitIntervalSec=0")


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who watches which change: `holder` names a process as a lock does; how often undoing it failed, and at what."""

    number: int
    holder: str
    failures: int = 0
    reason: str = ""


def now() -> float:
    """Seconds since boot: no clock that is set, nor a suspended host, moves a deadline."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def start(paths: HostPaths, number: int) -> None:
    """Start the process and wait until it watches; OperatorError when it does not."""
    paths.watcher.unlink(missing_ok=True)
    argv = (sys.executable, "-m", "lvsgen.apply.watch", paths.cluster, str(number), lock.myself())
    if paths.has_systemd and process.find("systemd-run"):
        _start_unit(f"lvsgen-confirm-{paths.cluster}-{number}", argv)
    else:
        process.detach(argv)
    end = now() + _PATIENCE
    while not _watches(paths, number):
        if now() > end:
            raise OperatorError("the process that would undo an unconfirmed change does not start", "see lvsgen doctor")
        time.sleep(0.05)


def say(paths: HostPaths, watcher: Watcher) -> None:
    """Write who watches, for `look`."""
    said = f"{watcher.number} {watcher.holder}\n"
    if watcher.failures:
        said += f"failed {watcher.failures} {' '.join(phrasing.visible(watcher.reason).split())[:_SHOWN]}\n"
    raw = said.encode(errors="backslashreplace")
    files.put(paths.watcher, Node(Kind.FILE, raw, 0o600, os.geteuid(), os.getegid()))


def look(paths: HostPaths) -> Watcher | None:
    """Read who watches, None for nobody who lives; OperatorError when that cannot be believed."""
    head, _, rest = (believed.read(paths.watcher, 0, _MOST) or b"").decode(errors="replace").partition("\n")
    number, _, holder = head.partition(" ")
    if not (number.isdecimal() and lock.alive(holder)):
        return None
    _, _, failed = rest.strip().partition(" ")
    count, _, reason = failed.partition(" ")
    return Watcher(int(number), holder, int(count) if count.isdecimal() else 0, reason)


def remarks(paths: HostPaths, journal: Journal) -> tuple[str, ...]:
    """Say what somebody must know of a change's watcher: that it is gone, or that undoing fails again and again."""
    entries = journal.entries
    if not (entries and entries[-1].phase.is_open and entries[0].data.get("confirm")):
        return ()
    found, number = look(paths), journal.number
    if found is None or found.number != number:
        do = "confirm or roll back" if entries[-1].phase is Phase.HOLDING else "roll back"
        return (f"nobody watches change {number} any more: it is not undone by itself, {do} by hand",)
    if found.failures:
        times = "once" if found.failures == 1 else f"{found.failures} times"
        return (f"undoing change {number} failed {times}, and is tried again, ever more seldom: {found.reason}",)
    return ()


def _watches(paths: HostPaths, number: int) -> bool:
    found = look(paths)
    return found is not None and found.number == number


def _start_unit(unit: str, argv: tuple[str, ...]) -> None:
    """Have systemd run it; an old one that cannot be told to start it again does without."""
    variables = {name: os.environ[name] for name in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
    settings = (f"--setenv={name}={value}" for name, value in variables.items())
    call = (f"--unit={unit}", *settings, *argv)
    if process.run(("systemd-run", "--quiet", "--collect", *_NEVER_FOR_GOOD, *call)).status:
        process.output(("systemd-run", "--quiet", *call))
