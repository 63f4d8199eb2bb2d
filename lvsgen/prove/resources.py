"""What of the machine a kernel gets: a processor of its own, and a folder for its memory."""

from __future__ import annotations

import errno
import mmap
import os
import pathlib
import socket
import tempfile

from lvsgen.errors import OperatorError


def claim_processor() -> tuple[int, socket.socket] | None:
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


def memory_folder(megabytes: int) -> pathlib.Path:
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
