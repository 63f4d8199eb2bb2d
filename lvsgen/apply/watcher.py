"""Start the process that waits for a confirmation: see watch.

It outlives the login session that made the change: systemd runs it where there is systemd, otherwise it has a session
of its own. It starts before the first change, so it also ends what its maker's death left half done.
"""

from __future__ import annotations

import os
import sys
import time

from lvsgen import process
from lvsgen.apply.places import Places
from lvsgen.errors import OperatorError
from lvsgen.host import believed

_PATIENCE = 15.0
_MOST = 2**10


def now() -> float:
    """Seconds since boot: no clock that is set, nor a suspended host, moves a deadline."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def start(places: Places, number: int) -> None:
    """Start the process and wait until it watches; OperatorError when it does not."""
    places.watcher.unlink(missing_ok=True)
    argv = (sys.executable, "-m", "lvsgen.apply.watch", places.cluster, str(number))
    variables = {name: os.environ[name] for name in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
    if places.has_systemd and process.find("systemd-run"):
        settings = (f"--setenv={name}={value}" for name, value in variables.items())
        unit = f"lvsgen-confirm-{places.cluster}-{number}"
        process.output(("systemd-run", "--quiet", "--collect", f"--unit={unit}", *settings, *argv))
    else:
        process.detach(argv)
    end = now() + _PATIENCE
    while believed.read(places.watcher, 0, _MOST) is None:
        if now() > end:
            raise OperatorError("the process that would undo an unconfirmed change does not start", "see lvsgen doctor")
        time.sleep(0.05)
