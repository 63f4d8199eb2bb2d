"""The half of the bench that runs in the lab: that it still runs."""

from __future__ import annotations

from pathlib import Path

from bench import inlab
from bench.sizes import TINY
from lvsgen.prove.lab import Lab


def test_each_way_puts_the_same_table_there(empty_lab: Lab, tmp_path: Path) -> None:
    runs = inlab.runs(tmp_path, TINY, empty_lab)
    tables = []
    for run in runs.values():
        assert run().wall > 0
        tables.append(sorted(empty_lab["lb"].run("ipvsadm", "-Sn").stdout.splitlines()))
    services, each = TINY.applied
    assert tables == [tables[0]] * 3
    assert len(tables[0]) == services * (each + 1)
    assert {name for row in inlab.ROWS for name in (row.ours, row.peer)} == set(runs)
