"""apply/planfile.py: a plan is written to a file of its own, and read before anybody is kept waiting, or refused."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvsgen.apply import planfile
from lvsgen.apply.change import Change
from lvsgen.errors import OperatorError
from lvsgen.state.hoststate import HostState
from lvsgen.state.scope import Scope
from tests.test_change import CHANGE

GOOD = {
    "format": 1,
    "cluster": "llc",
    "host": "lb",
    "desired": "a" * 64,
    "live": "b" * 64,
    "operations": [],
    "files": [],
}
NONE = {
    "no JSON": "x",
    "no object": "[]",
    "nothing": "",
    "another format": json.dumps({**GOOD, "format": 2}),
    "a format that is none": json.dumps({**GOOD, "format": True}),
    "no digest": json.dumps({name: value for name, value in GOOD.items() if name != "live"}),
    "a digest that is none": json.dumps({**GOOD, "live": ["b"]}),
    "a name twice": '{"format": 1, "format": 1}',
    "depth": "[" * 200_000 + "]" * 200_000,
    "a number without end": '{"format": ' + "9" * 10_000 + "}",
}


def _refusal(path: Path) -> str:
    with pytest.raises(OperatorError) as refused:
        planfile.read(path)
    assert f"lvsgen plan --save {path}" in refused.value.hint
    return str(refused.value)


def test_a_plan_is_read(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    path.write_text(json.dumps(GOOD))
    assert planfile.read(path) == planfile.PlanFile(path, "lb", "llc", "a" * 64, "b" * 64)


@pytest.mark.parametrize("text", NONE.values(), ids=NONE.keys())
def test_what_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan").write_text(text)
    assert _refusal(tmp_path / "plan") == f"{tmp_path / 'plan'} is no plan of this version"


def test_nobody_waits_for_a_pipe_nor_reads_without_end(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    os.mkfifo(path)
    assert _refusal(path) == f"{path} is no file"
    assert _refusal(Path("/dev/zero")) == "/dev/zero is no file"
    path.unlink()
    path.touch()
    os.truncate(path, planfile.MOST + 1)
    assert _refusal(path) == f"{path} is larger than 16 MiB: no plan is"


def test_a_plan_holds_while_its_two_sides_do(tmp_path: Path) -> None:
    nothing = HostState()
    change = Change("b", "llc", "lb", "now", "s", Scope(), nothing, nothing, nothing)
    path = tmp_path / "plan"
    planfile.write(path, change)
    good = planfile.read(path)
    planfile.check(good, change)
    for wrong, said in (
        (replace(good, desired="0"), f"what the host is to be has changed since {path} was made"),
        (replace(good, live="0"), f"the host, or the files to put there, have changed since {path} was made"),
        (replace(good, host="lb2"), f"{path} is a plan for lb2 of llc, this is lb of llc"),
    ):
        with pytest.raises(OperatorError) as refused:
            planfile.check(wrong, change)
        assert str(refused.value) == said


@given(st.binary(max_size=300))
def test_no_bytes_are_more_than_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "plan"
    path.write_bytes(raw)
    assert _refusal(path) == f"{path} is no plan of this version"


def _linked(path: Path, other: Path) -> None:
    path.symlink_to(other)


def _doubled(path: Path, other: Path) -> None:
    path.hardlink_to(other)


def _pipe(path: Path, other: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("plant", [_linked, _doubled, _pipe])
def test_a_plan_is_written_through_nothing_that_others_have_planted(
    tmp_path: Path, plant: Callable[[Path, Path], None]
) -> None:
    other = tmp_path / "passwd"
    other.write_text("root\n")
    plant(tmp_path / "change.plan", other)
    with pytest.raises(OperatorError, match=r"cannot write .*change\.plan: "):
        planfile.write(tmp_path / "change.plan", CHANGE)
    assert other.read_text() == "root\n"


def test_a_plan_is_written_over_a_former_one(tmp_path: Path) -> None:
    (tmp_path / "change.plan").write_text("x" * 100_000)
    planfile.write(tmp_path / "change.plan", CHANGE)
    assert (tmp_path / "change.plan").read_text() == planfile.render(CHANGE)
