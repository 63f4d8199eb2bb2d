"""Runs in a lab host: every step of a transaction, met by every fault, and what the host is then.

`python -m tests.kernel.matrix FOLDER FAULT...` applies out/<cluster>/<host> again and again, each time in a fork of its
own, and prints what it found as JSON; with `turns` for the faults, each step meets one of them, by turns. It hooks into
nothing but the observer that every caller may pass.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from lvsgen.apply import executor, prepare
from lvsgen.apply.ending import Result
from lvsgen.apply.prepare import Wishes
from lvsgen.apply.work import Observer
from lvsgen.errors import OperatorError
from lvsgen.host.paths import HostPaths
from lvsgen.outdir import desired

FAULTS = ("fails", "INT", "HUP", "TERM", "KILL", "full")
TURNS = "turns"
STATUSES = dict.fromkeys(FAULTS, (4,)) | {"KILL": (-9,), "full": (4, 5, 10)}
FULL = ("/var/lib/lvsgen", "/usr/local/sbin", "/etc/lvsgen", "/etc/rc.d", "/run")
"""What is small, and full from a step on when the fault is `full`."""
NAMES = {
    "/usr/local/sbin/lvs-director": "/usr/local/sbin/.lvs-elsewhere",
    "/etc/lvsgen/llc/host": "/etc/lvsgen/rules",
}
"""Files that have two names, and the second."""
LOOK = """
printf 'addr\\nroute show table all\\n' | ip -o -d -4 -batch -
ipvsadm --save -n
ipvsadm -L -n --thresholds
ipvsadm -L -n --timeout
ipvsadm -L -n --daemon
iptables-save
"""
SETTINGS = ("ip_forward", "conf/*/*[drs]", "vs/expire*")
PATHS = ("etc/rc.d/**/*", "etc/lvsgen/**/*", "usr/local/sbin/.lvs*", "usr/local/sbin/lvs*", "var/run/lvsgen*")
LOOSE_KILLS = {"KILL": 20, TURNS: 3}
_STATUS = {Result.NOTHING: 0, Result.DONE: 10, Result.HOLDING: 11, Result.UNDONE: 4, Result.STUCK: 5}


def look() -> list[str]:
    """What the host is, read by nothing of lvsgen: kernel, settings, files, record and lock.

    The order of addresses, routes and destinations is not looked at: no state can say it.
    """
    run = subprocess.run(
        ["/bin/sh", "-c", LOOK], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
    )
    lines = [line.split("[")[0] if line[:1] == ":" else line for line in run.stdout.splitlines() if line[:2] != "# "]
    table = next(at for at, line in enumerate(lines) if line.startswith("*"))
    settings = [path for pattern in SETTINGS for path in sorted(Path("/proc/sys/net/ipv4").glob(pattern))]
    files = [path for pattern in PATHS for path in sorted(Path("/").glob(pattern))]
    return [*sorted(lines[:table]), *lines[table:], *map(_setting, settings), *map(_file, files)]


def apply(paths: HostPaths, folder: Path, observer: Observer) -> int:
    """Apply, as the command line does; the status of how it ended."""
    known = desired.read(folder)
    endings = executor.apply(paths, lambda: prepare.prepare(known, paths, Wishes()), observer)
    return _STATUS[endings[-1].result]


def rollback(paths: HostPaths, observer: Observer, *, resume: bool = False) -> int:
    """Roll back, or recover; nothing to do is 0."""
    try:
        return _STATUS[executor.rollback(paths, observer, resume=resume).result]
    except OperatorError as error:
        return 0 if "nothing to roll back" in str(error) else 6


def forked(work: Callable[[], int]) -> int:
    """Do it in a fork: its status, negative for a signal."""
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(work())
        except BaseException as error:
            print(f"{error!r} {getattr(error, '__notes__', '')}", file=sys.stderr, flush=True)
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def at(index: int, fault: str) -> Observer:
    """An observer that brings a fault at the step with this number."""
    count = iter(range(sys.maxsize))

    def observe(name: str) -> None:
        if next(count) == index:
            if fault == "fails":
                raise OperatorError(f"made to fail at {name}")
            fill() if fault == "full" else os.kill(os.getpid(), getattr(signal, f"SIG{fault}"))

    return observe


def fill() -> None:
    """Leave no room."""
    for folder in FULL:
        for size in (1 << 16, 1 << 12, 1):
            with contextlib.suppress(OSError), Path(folder, ".filler").open("ab", buffering=0) as stream:
                while stream.write(bytes(size)):
                    pass


def make_room() -> None:
    """Take that back."""
    for folder in FULL:
        Path(folder, ".filler").unlink(missing_ok=True)


def inodes() -> list[str]:
    """Which files, by inode, with how many names and of when, stand where a change puts some."""
    found = [path for pattern in PATHS[:-1] for path in sorted(Path("/").glob(pattern)) if not path.is_dir()]
    return [f"{path} {(now := path.lstat()).st_ino} {now.st_nlink} {now.st_mtime_ns}" for path in found]


def link() -> list[str]:
    """Give files their second names, and say what they are now."""
    for path, other in NAMES.items():
        Path(other).unlink(missing_ok=True)
        Path(other).hardlink_to(path)
    return inodes()


def matrix(paths: HostPaths, folder: Path, faults: Sequence[str]) -> dict[str, Any]:
    """Every step x these faults, from the state that the host is in now, which it is in at the end again.

    With KILL among them, or all of them by turns, more of those come at any moment.
    """
    before, steps = look(), enumerate_steps(paths, folder)
    after = look()
    _expect(forked(lambda: rollback(paths, _quiet)), 4, "rollback")
    marked = link()
    wrong = [] if look() == before else [["no fault", "rollback", 4, difference(before, look())]]
    for index, name in enumerate(steps):
        for fault in faults if TURNS not in faults else FAULTS[index % len(FAULTS) :][:1]:
            status = forked(partial(apply, paths, folder, at(index, fault)))
            make_room()
            at_once, promised = look(), {4: before, 10: after}.get(status)
            if status == 10:  # there was room for all that was left to do
                forked(lambda: rollback(paths, _quiet))
                marked = link()
            elif status != 4:
                forked(lambda: rollback(paths, _quiet, resume=True))
            kept = promised in (None, at_once) and look() == before and inodes() == marked
            if not kept or status not in STATUSES[fault]:
                left = (
                    difference(promised or at_once, at_once),
                    difference(before, look()),
                    difference(marked, inodes()),
                )
                wrong.append([name, fault, status, *left])
    kills = sum(LOOSE_KILLS.get(fault, 0) for fault in faults)
    loose = loose_kills(paths, folder, kills, before, after) if kills else {}
    return {"steps": steps, "wrong": wrong, "loose": loose}


def enumerate_steps(paths: HostPaths, folder: Path) -> list[str]:
    """Apply without a fault; the names of the steps."""
    path = Path("/tmp/steps")

    def write(name: str) -> None:
        with path.open("a") as stream:
            stream.write(f"{name}\n")

    _expect(forked(lambda: apply(paths, folder, write)), 10, "apply")
    return path.read_text().splitlines()


def loose_kills(paths: HostPaths, folder: Path, kills: int, before: list[str], after: list[str]) -> dict[str, int]:
    """KILL at any moment, in the middle of steps too; how the host was found after recovery."""
    begun = time.monotonic()
    _expect(forked(lambda: apply(paths, folder, _quiet)), 10, "apply")
    duration = time.monotonic() - begun
    _expect(forked(lambda: rollback(paths, _quiet)), 4, "rollback")
    counts = {"as before": 0, "as desired": 0, "between": 0}
    draw = random.Random(7)
    for _ in range(kills):
        pid = os.fork()
        if pid == 0:
            os._exit(apply(paths, folder, _quiet))
        time.sleep(draw.random() * duration * 1.1)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        forked(lambda: rollback(paths, _quiet, resume=True))
        found = look()
        counts["as before" if found == before else "as desired" if found == after else "between"] += 1
        if found == after:
            forked(lambda: rollback(paths, _quiet))
    return counts


def difference(before: list[str], after: list[str]) -> list[str]:
    """The lines by which two looks differ."""
    return [f"- {line}" for line in before if line not in after] + [f"+ {line}" for line in after if line not in before]


def _setting(path: Path) -> str:
    try:
        return f"{path} {path.read_text().strip()}"
    except OSError as error:
        return f"{path} {error.strerror}"


def _file(path: Path) -> str:
    status = path.lstat()
    text: object = path.readlink() if path.is_symlink() else path.read_bytes() if path.is_file() else ""
    xattrs = [(name, os.getxattr(path, name, follow_symlinks=False)) for name in _xattrs(path)]
    shown = "" if path.suffix in (".running", ".watcher") else repr(text)
    return f"{path} {status.st_mode:o} {status.st_uid} {shown} {xattrs}"


def _xattrs(path: Path) -> list[str]:
    return sorted(os.listxattr(path, follow_symlinks=False))


def _quiet(name: str) -> None:
    """Look on."""


def _expect(status: int, wanted: int, what: str) -> None:
    if status != wanted:
        raise SystemExit(f"{what}: {status} instead of {wanted}")


if __name__ == "__main__":
    json.dump(matrix(HostPaths("llc"), Path(sys.argv[1]), sys.argv[2:]), sys.stdout)
