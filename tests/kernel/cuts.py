"""Runs in a lab host: the power fails after each file that an apply or its undoing puts, and the host boots from that.

`python -m tests.kernel.cuts OLDER NEWER EVERY` goes from the older files to the newer, and back, cut at each EVERY-th
file, and prints what it found as JSON; empty when after each cut the boot had brought the director up.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from lvsgen.apply.work import Observer
from lvsgen.host.live import reader
from lvsgen.outdir import desired
from lvsgen.state.hoststate import HostState
from lvsgen.state.scope import Scope, narrow
from tests.kernel.boots import EMPTY, without_open
from tests.kernel.matrix import apply, at, forked, rollback
from tests.kernel.trials import BOOT_ID, PATHS, run

LEVEL = Path("/etc/rc.d/rc3.d")
KILLED = -signal.SIGKILL.value
_FEWEST = 6
"""An engine, facts, a script, an init script and what goes: less is no change of version."""


def cuts(older: Path, newer: Path, every: int) -> list[Any]:
    """Cut the way there, and the way back, at each file; what was wrong."""
    versions = [desired.read(folder).file.state for folder in (older, newer)]
    run("for level in 0 1 2 3 4 5 6; do mkdir -p /etc/rc.d/rc$level.d; done")
    run(f"touch /tmp/boot && mount --bind /tmp/boot {BOOT_ID}")
    forked(lambda: apply(PATHS, older, _quiet))
    there = list(_cut(versions, every, "file", partial(apply, PATHS, newer)))
    forked(lambda: apply(PATHS, older, _quiet))
    back = list(_cut(versions, every, "undo: file", partial(_there_and_back, newer)))
    return [*there, *back]


def _there_and_back(newer: Path, observe: Observer) -> int:
    apply(PATHS, newer, _quiet)
    return rollback(PATHS, observe)


def _cut(versions: list[HostState], every: int, steps: str, go: Callable[[Observer], int]) -> Iterator[Any]:
    """Go, cut off before one step further each time, until nothing is left to cut; each time it is undone."""
    index, status = 0, KILLED
    while status == KILLED:
        status = forked(lambda: go(_only(steps, at(index, "KILL"))))  # noqa: B023 - called at once
        run(f"echo {index:08}-{len(steps)}-other-boot >/tmp/boot; {EMPTY}")
        if said := [*_boot(), *_differing(versions)]:
            yield [steps, index, status, said]
        forked(lambda: rollback(PATHS, _quiet, resume=True))
        index += every
    if index < _FEWEST:
        yield [steps, index, "steps are too few"]


def _only(steps: str, observe: Observer) -> Observer:
    """Look at these steps, and at the one that ends them: after the last file there is a cut, too."""
    looked_at = (steps, "journal: committed", "undo: journal: undone")
    return lambda name: observe(name) if name.startswith(looked_at) else None


def _boot() -> Iterator[str]:
    """Do what init does in this runlevel; what of it failed."""
    links = sorted(LEVEL.glob("S[0-9][0-9]lvs-director"))
    if len(links) != 1:
        yield f"{len(links)} links start the director"
    for link in links:
        done = subprocess.run([str(link), "start"], capture_output=True, text=True, check=False)
        said = without_open(done.stderr)
        if done.returncode or said:
            yield f"start: {done.returncode} {said}"


def _differing(versions: list[HostState]) -> Iterator[str]:
    """Say what of the director is as in neither version."""
    scope = Scope.of(versions[0]) | Scope.of(versions[1])
    found = narrow(reader.read(scope), scope)
    if found.services not in [version.services for version in versions]:
        yield f"services: {found.services}"
    if found.addresses not in [version.addresses for version in versions]:
        yield f"addresses: {found.addresses}"


def _quiet(name: str) -> None:
    """Look on."""


if __name__ == "__main__":
    json.dump(cuts(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])), sys.stdout)
