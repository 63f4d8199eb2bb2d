"""The two tiers of the tests, and that nothing is left out of both."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import tiers

TOP = Path(__file__).parent.parent
MODULE = """\
import pytest

def test_short(): pass

@pytest.mark.long("test_short")
def test_long(): pass

@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.long)])
def test_some_of_many(n): pass

@pytest.mark.parametrize("n", [pytest.param(n, marks=pytest.mark.long) for n in (1, 2)])
def test_all_of_many(n): pass

@pytest.mark.long
def test_alone(): pass

@pytest.mark.long("test_short", "test_gone")
def test_held_by_one_of_two(): pass

@pytest.mark.long("test_gone")
def test_held_by_nobody(): pass

@pytest.mark.long("test_long")
def test_held_by_a_long_one(): pass

def test_skipped(): pytest.skip("no reason")
"""
RULE = """\
from tests import tiers

def test_rule(pytestconfig): raise ValueError(pytestconfig.stash[tiers.UNHELD])
"""
UNHELD = [
    "test_it.py::test_all_of_many[1]: test_all_of_many is no test that `make test` runs",
    "test_it.py::test_all_of_many[2]: test_all_of_many is no test that `make test` runs",
    "test_it.py::test_alone: test_alone is no test that `make test` runs",
    "test_it.py::test_held_by_nobody: test_gone is no test that `make test` runs",
    "test_it.py::test_held_by_a_long_one: test_long is no test that `make test` runs",
]


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A module of tests in a folder of its own, with this project's rules for running them."""
    shutil.copy(TOP / "pyproject.toml", tmp_path)
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n")
    (tmp_path / "test_it.py").write_text(MODULE)
    return tmp_path


def _run(folder: Path, *words: str, ci: str = "") -> tuple[int, str]:
    environment = {**os.environ, "PYTHONPATH": str(TOP), "CI": ci, "COLUMNS": "1000"}
    argv = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "-q", *words]
    done = subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_each_promise_is_held_in_make_test(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.stash[tiers.UNHELD] == []


def test_a_long_test_that_no_other_holds_in_short_is_found(module: Path) -> None:
    (module / "test_rule.py").write_text(RULE)
    status, said = _run(module, "test_rule.py", "test_it.py")
    assert (status, re.findall("'(test_it.*?)'", said)[: len(UNHELD)]) == (1, UNHELD), said


def test_each_test_is_in_one_of_the_tiers(module: Path) -> None:
    short, long = (_run(module, "test_it.py", *tier)[1].splitlines()[-1] for tier in ((), ("-m", "long")))
    assert re.match(r"2 passed, 1 skipped, 8 deselected in", short)
    assert re.match(r"8 passed, 3 deselected in", long)


def test_what_would_be_skipped_fails_in_ci(module: Path) -> None:
    status, said = _run(module, "test_it.py", ci="true")
    assert status == 1
    assert re.search(r"^FAILED test_it\.py::test_skipped - .*may not be skipped where CI runs: .*no reason", said, re.M)


def test_ci_runs_the_two_commands_that_the_readme_names() -> None:
    commands = [line for line in (TOP / ".ci/run").read_text().splitlines() if line.startswith("make")]
    assert commands == ["make test", "make test-long"]
    readme = (TOP / "README.md").read_text()
    assert all(f"    {command}" in readme for command in commands)


def test_make_runs_both_tiers_whole() -> None:
    makefile = (TOP / "Makefile").read_text()
    recipes = dict(re.findall(r"^(test|test-long): .*\n\t(.*)", makefile, re.MULTILINE))
    assert recipes == {"test": "$(PYTEST)", "test-long": "$(PYTEST) -m 'long or hypothesis' --hypothesis-profile=long"}
