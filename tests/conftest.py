"""What all tests share: how they are run, and the command line."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from lvsgen.cli import main
from lvsgen.host import signals
from tests import console, surroundings, tiers
from tests.console import Lvsgen, Run

EXAMPLE = Path(__file__).parent.parent / "examples" / "llclb1.yaml"


def pytest_configure(config: pytest.Config) -> None:
    """Leave the surroundings of whoever runs the tests; where workers do the work, each does so for itself."""
    if not config.getoption("numprocesses", None):
        surroundings.enter()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Look at all that was collected, before the tiers part; `tests/test_tiers.py` judges what was found."""
    config.stash[tiers.UNHELD] = list(tiers.unheld(items))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI runs, a test that would be skipped has failed: nothing is left out in silence."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} may not be skipped where CI runs: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    """A verb is at its end when its process is; here it is one test, and the next starts from what was before."""
    yield
    signals.PROCESS.forget()


@pytest.fixture
def lvsgen_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lvsgen:
    """Run the command line in this process, in a folder that holds the example as cluster.yaml."""
    shutil.copy(EXAMPLE, tmp_path / "cluster.yaml")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Run:
        monkeypatch.setattr(sys, "argv", ["lvsgen", *words])
        with pytest.raises(SystemExit) as ended:
            main.main()
        said, status = capsys.readouterr(), int(ended.value.code or 0)
        assert console.is_known_end(words, status)
        return Run(status, said.out, said.err)

    return run
