"""What a run costs, and how it is found out."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_MEBI = 1024
_LEAST = 0.001
"""Seconds of a processor that a run has at least: the kernel may count none at all for a short one."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of a clock and of the processor, the latter outside of the kernel and in all, and MiB at their most.

    What runs in the lab has only the first.
    """

    wall: float
    user: float = 0
    processor: float = 0
    memory: float = 0


def of(argv: Sequence[str], folder: Path) -> Cost:
    """Run a command in a folder, in silence, and measure it with all that it waits for. RuntimeError when it fails."""
    with (folder / "said").open("w+") as said:
        begun = time.monotonic()
        process = subprocess.Popen(argv, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{' '.join(argv)}: status {process.returncode}\n{said.read()}")
    user = max(used.ru_utime, _LEAST)
    return Cost(wall, user, user + used.ru_stime, used.ru_maxrss / _MEBI)
