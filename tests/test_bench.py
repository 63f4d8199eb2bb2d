"""The bench: that it still runs and what it says, never how fast anything is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import clusters, cost, here, inlab, peers, table
from bench.cost import Cost
from bench.rows import Row, measure, result
from bench.sizes import TINY
from lvsgen.state.hoststate import HostState

RATIO = Row("compile", "ours", "user", 2, "theirs", times=2)
BOUND = Row("memory", "ours", "memory", 400)
MEASURED = {
    "ours": [Cost(9, user=3, memory=500), Cost(9, user=5, memory=700), Cost(9, user=8, memory=600)],
    "theirs": [Cost(9, user=1), Cost(9, user=2), Cost(9, user=2)],
}


def test_it_runs_on_a_few_services_and_has_its_rows(capsys: pytest.CaptureFixture[str]) -> None:
    bench.main(["--tiny", "--only", "here", "--rounds", "1", "--format", "json"])
    said = json.loads(capsys.readouterr().out)
    assert [(row["what"], row["goal"]) for row in said] == [(row.what, row.goal) for row in here.ROWS]
    assert [row["what"] for row in said if not row["ours"] > 0] == []
    assert [row["what"] for row in said if bool(row["ratio"]) != bool(row["measured"]["peer"])] == []


def test_a_ratio_is_of_one_round_and_the_middle_of_all() -> None:
    """So a machine that is busy in one round slows both sides of it."""
    found = result(RATIO, MEASURED)
    assert (found.ours, found.peer, found.ratio, found.low, found.high) == (5, 4, 1.5, 1.25, 2)
    assert found.reached
    alone = result(BOUND, MEASURED)
    assert (alone.ours, alone.peer, alone.ratio, alone.low, alone.high) == (600, None, None, 500, 700)
    assert not alone.reached


def test_the_table_says_what_was_compared_and_where_a_goal_is_missed() -> None:
    assert table.text([result(row, MEASURED) for row in (RATIO, BOUND)]) == (
        "what     ours     peer    ratio  spread     goal           measured\n"
        "compile  5.00 s   4.00 s  1.50   1.25-2.00  2              ours / theirs 2 times, user\n"
        "memory   600 MiB                 500-700    400 MiB  over  ours, memory\n"
    )


def test_all_is_run_once_in_every_round_side_by_side() -> None:
    done: list[str] = []

    def run(name: str) -> Cost:
        done.append(name)
        return Cost(len(done))

    said: list[str] = []
    measured = measure({"ours": lambda: run("ours"), "theirs": lambda: run("theirs")}, 2, said.append)
    assert done == ["ours", "theirs"] * 2
    assert measured == {"ours": [Cost(1), Cost(3)], "theirs": [Cost(2), Cost(4)]}
    assert said[0] == "round 1 of 2: ours"


def test_what_fails_ends_the_bench_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"status 3\nno such thing"):
        cost.of(["sh", "-c", "echo no such thing; exit 3"], tmp_path)


@pytest.fixture
def state(tmp_path: Path) -> HostState:
    """A table of 300 services with 4 destinations each."""
    (tmp_path / "cluster.yaml").write_text(clusters.text(300, 4))
    return clusters.state(tmp_path / "cluster.yaml")


def test_the_peers_get_what_ipvsadm_gets(state: HostState) -> None:
    assert (len(state.services), {len(found) for found in state.by_service().values()}) == (300, {4})
    assert peers.ferm(state).count(" ACCEPT;\n") == 300 * 5
    written = peers.keepalived(state)
    assert (written.count("\nvirtual_server "), written.count("    real_server ")) == (299, 300 * 4)
    assert peers.keepalived(HostState(services=state.services[:1], destinations=state.destinations[:4])) == KEEPALIVED


KEEPALIVED = """\
virtual_server 10.2.0.1 1000 {
    lb_algo wlc
    lb_kind DR
    protocol TCP
    real_server 10.1.0.1 1000 {
        weight 1
    }
    real_server 10.1.0.2 1000 {
        weight 2
    }
    real_server 10.1.0.3 1000 {
        weight 3
    }
    real_server 10.1.0.4 1000 {
        weight 4
    }
}
"""


def test_every_row_is_of_runs_that_there_are(tmp_path: Path) -> None:
    known = set(here.runs(tmp_path, TINY))
    assert {name for row in here.ROWS for name in (row.ours, row.peer) if name} <= known
    assert {row.by for row in (*here.ROWS, *inlab.ROWS)} <= set(table.UNITS)
