"""The system calls that Python 3.11 has no names for."""

from __future__ import annotations

import ctypes
import functools
import os

NEWNS, NEWUTS, NEWIPC, NEWPID, NEWNET = 0x00020000, 0x04000000, 0x08000000, 0x20000000, 0x40000000
_FS = 0x00000200
_POWER_OFF = 0x4321FEDC

BIND, MOVE, REC, PRIVATE, RDONLY, REMOUNT = 4096, 8192, 16384, 1 << 18, 1, 32
_DETACH = 2


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """mount(2)."""
    words = (source.encode(), target.encode(), kind.encode() or None, flags, options.encode() or None)
    _check(_libc().mount(*words), f"mount {kind} {source} on {target} ({options})")


def detach(target: str) -> None:
    """Take a mount out of sight; it ends with its last user."""
    _check(_libc().umount2(target.encode(), _DETACH), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    """Make `new` the root; the present one is then at `old`, which lies below `new`."""
    _check(_libc().pivot_root(new.encode(), old.encode()), f"pivot_root {new}")
    os.chdir("/")


def unshare(flags: int) -> None:
    """Give this thread namespaces of its own, and its own root and working directory, which they need."""
    _check(_libc().unshare(flags | _FS), "unshare")


def enter(descriptor: int, flags: int) -> None:
    """Move this thread into namespaces: of a process (pidfd, several flags), or the one that is open (one flag)."""
    _check(_libc().unshare(_FS), "unshare")
    _check(_libc().setns(descriptor, flags), "setns")


def power_off() -> None:
    """End the kernel."""
    _check(_libc().reboot(_POWER_OFF), "reboot")
