"""apply/planfile.py: a plan is written to a file of its own, and through nothing that others have put at its place."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lvsgen.apply import planfile
from lvsgen.errors import OperatorError
from tests.test_change import CHANGE


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
