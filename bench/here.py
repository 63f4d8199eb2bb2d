"""What is measured on this machine: compiling, checking, starting up."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from bench import clusters, cost, packages, peers
from bench.cost import Cost
from bench.rows import Row, Runs
from bench.sizes import GROWTH, Size

_LVSGEN = (sys.executable, "-m", "lvsgen")
_EXAMPLE = Path(__file__).parent.parent / "examples" / "llclb1.yaml"
_IMPORTS = "import typer, pydantic, jinja2"

ROWS = (
    Row("compile", "lvsgen build", "user", 1, "ferm -n"),
    Row("compile, grown", "lvsgen build, grown", "user", 1.1, "lvsgen build", times=GROWTH),
    Row("compile, grown: MiB", "lvsgen build, grown", "memory", 400),
    Row("check", "lvsgen check", "user", 5, "keepalived -t"),
    Row("start up", "lvsgen build llclb1", "user", 2, "imports"),
)


def runs(folder: Path, size: Size) -> Runs:
    """Lay out all that is read, and give what to run, peers next to ours."""
    count, each = size.compiled
    (folder / "cluster.yaml").write_text(clusters.text(count, each))
    (folder / "grown.yaml").write_text(clusters.text(count * GROWTH, each))
    table = clusters.state(folder / "cluster.yaml")
    (folder / "rules.ferm").write_text(peers.ferm(table))
    (folder / "keepalived.conf").write_text(peers.keepalived(table))
    shutil.copy(_EXAMPLE, folder)
    ferm = packages.ferm()

    def run(*argv: str) -> Cost:
        return cost.of(argv, folder)

    def build(file: str) -> Cost:
        shutil.rmtree(folder / "out", ignore_errors=True)
        return run(*_LVSGEN, "build", file)

    return {
        "lvsgen build": lambda: build("cluster.yaml"),
        "ferm -n": lambda: run(ferm, "-n", "rules.ferm"),
        "lvsgen build, grown": lambda: build("grown.yaml"),
        "lvsgen check": lambda: run(*_LVSGEN, "check", "cluster.yaml"),
        "keepalived -t": lambda: run("keepalived", "-t", "-f", "keepalived.conf"),
        "lvsgen build llclb1": lambda: build(_EXAMPLE.name),
        "imports": lambda: run(sys.executable, "-c", _IMPORTS),
    }
