"""Runs in a lab host: KILL where a transaction writes to the disk, another boot, and the script starts from that.

`python -m tests.kernel.boots OLDER NEWER EVERY` looks at each EVERY-th of those places, and prints what it found as
JSON; empty when all is well.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from lvsgen.apply.work import Observer
from tests.kernel.alike import left
from tests.kernel.matrix import apply, at, forked, rollback
from tests.kernel.scenes import DIRECTOR
from tests.kernel.trials import BOOT_ID, PATHS, run

EMPTY = "ipvsadm -C; ip addr flush to 129.129.190.54/31 dev eth0"
"""What a boot leaves of a director; the record of the boot before is still there, as on el4."""


def boots(older: Path, newer: Path, every: int) -> list[Any]:
    """Go from the older files to the newer, killed some steps later each time, until it is done."""
    forked(lambda: apply(PATHS, older, _quiet))
    run(f"touch /tmp/boot && mount --bind /tmp/boot {BOOT_ID}")
    wrong, index, status = [], 0, -signal.SIGKILL.value
    while status == -signal.SIGKILL:
        status = forked(lambda: apply(PATHS, newer, _on_disk(at(index, "KILL"))))  # noqa: B023 - called at once
        run(f"echo {index:08}-other-boot >/tmp/boot; {EMPTY}")
        said = _started(before_recovery=index % 2 == 1)
        rest = left(newer if status == 10 else older)
        wrong += [[index, status, said, rest]] if any(said) or rest or status not in (-9, 10) else []
        index += every
    return wrong or ([] if index > 4 else [index, "steps are too few"])


def _started(*, before_recovery: bool) -> list[str]:
    """Boot and recover, in this or the other order; what of it complained."""
    said = [_script("start")] if before_recovery else []
    recovered = forked(lambda: rollback(PATHS, _quiet, resume=True))
    said += [_script("reload" if before_recovery else "start"), _script("check")]
    return [*said, "" if recovered in (0, 4) else str(recovered)]


def _script(verb: str) -> str:
    """Run the script; what it complains of, "" when all is well. A check that finds nothing is silent."""
    done = subprocess.run([DIRECTOR, verb], capture_output=True, text=True, check=False)
    complaint = without_open(done.stderr) + (done.stdout if verb == "check" else "")
    return f"{verb}: {done.returncode} {complaint}" if done.returncode or complaint else ""


_OPEN = re.compile(r".*: change \d+ of cluster llc is open \((begun|undoing)\): lvsgen rollback, or .* ends it\n")


def without_open(said: str) -> str:
    """Leave out that a script names the change that nobody has brought to an end."""
    return _OPEN.sub("", said)


def _on_disk(observe: Observer) -> Observer:
    """Look only at steps that write to the disk."""
    return lambda name: observe(name) if name.startswith(("journal", "file")) else None


def _quiet(name: str) -> None:
    """Look on."""


if __name__ == "__main__":
    json.dump(boots(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])), sys.stdout)
