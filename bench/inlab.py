"""What is measured in the lab's kernel: a whole table put there by apply, by the script, and by ipvsadm alone."""

from __future__ import annotations

import time
from pathlib import Path

from bench import clusters
from bench.cost import Cost
from bench.rows import Row, Runs
from bench.sizes import Size
from lvsgen import build
from lvsgen.load import load
from lvsgen.prove.lab import Host, Lab
from lvsgen.prove.topology import Machine, Nic
from lvsgen.state.ipvsrules import rules
from tests.kernel import guests

_RULES = "/tmp/rules"  # noqa: S108 - a path of the host, whose /tmp is its own
_RESTORE = f"ipvsadm --restore < {_RULES} && ipvsadm --save --numeric > /dev/null"
_PATIENCE = 1800

ROWS = (
    Row("apply", "lvsgen apply", "wall", 1.5, "ipvsadm --restore, --save"),
    Row("script", "lvs-director start", "wall", 3, "ipvsadm --restore, --save"),
)


def runs(folder: Path, size: Size, lab: Lab) -> Runs:
    """Build the cluster that is applied, and give what to run, each on a host with nothing of lvsgen in its kernel."""
    (folder / "cluster.yaml").write_text(clusters.text(*size.applied))
    build.build([load(folder / "cluster.yaml")], folder / "out")
    table = "".join(f"{line}\n" for line in rules(clusters.state(folder / "cluster.yaml")))

    def host() -> Host:
        address = f"{clusters.DIP}/{clusters.PREFIX}"
        lab.build([Machine(clusters.DIRECTOR, (Nic("eth0", "lan", address),), str(clusters.GATEWAY))])
        lab[clusters.DIRECTOR].run("modprobe", "--all", "ip_vs", f"ip_vs_{clusters.SCHEDULER}")
        lab[clusters.DIRECTOR].write(_RULES, table)
        return lab[clusters.DIRECTOR]

    def apply() -> Cost:
        words = ("-m", "lvsgen", "apply", "--out", guests.folder(folder / "out"), "--host", clusters.DIRECTOR)
        return _timed(host(), guests.PYTHON, *words, **guests.environment())

    def script() -> Cost:
        made = host()
        made.install(folder / "out" / clusters.NAME / clusters.DIRECTOR)
        return _timed(made, "/usr/local/sbin/lvs-director", "start")

    return {
        "lvsgen apply": apply,
        "ipvsadm --restore, --save": lambda: _timed(host(), "/bin/sh", "-c", _RESTORE),
        "lvs-director start": script,
    }


def _timed(host: Host, *argv: str, **environment: str) -> Cost:
    begun = time.monotonic()
    host.run(*argv, env=environment, timeout=_PATIENCE)
    return Cost(time.monotonic() - begun)
