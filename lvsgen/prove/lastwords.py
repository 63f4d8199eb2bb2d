"""What is known about a kernel's death, from what it printed."""

from __future__ import annotations

import re

KNOWN = {
    r"ptrace set fp regs failed, errno = 14": (
        "this processor has more registers than this kernel knows (AMX), and the library that mends it was not "
        "preloaded"
    ),
    r"ptrace: Operation not permitted": (
        "it runs its processes by ptrace, which this machine forbids: see kernel.yama.ptrace_scope, and the seccomp "
        "profile of the container"
    ),
    r"clone failed, errno = 11": (
        "this user may start no more processes: see ulimit -u, and the pids limit of the container"
    ),
    r"Bus error - the host /dev/shm or /tmp": "the folder that holds its memory is full: set TMPDIR to a larger one",
    r"UML ran out of memory on the host side": (
        "the machine has no more memory for it, or its memory is in more pieces than vm.max_map_count allows"
    ),
    r"Requested init .* failed \(error -?\d+\)": "the Python that is to be its first process cannot be started in it",
    r"version `GLIBC_[\d.]+' not found": "it is Debian 12's, and this machine's C library is older than that",
    r"modprobe: FATAL: Module \S+ not found": "its modules are not where they were unpacked: fetch it again",
    r"Attempted to kill init!": "its first process, the lab's agent, has ended",
}
"""Parts of what a dying kernel prints, and what each means; where several are met, the first here says the most."""


def meaning(console: str) -> str:
    """What is known about the death of a kernel that printed this, in one sentence; "" when nothing is."""
    return next((meaning for said, meaning in KNOWN.items() if re.search(said, console)), "")
