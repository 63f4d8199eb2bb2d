"""What tests of the command line share."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from lvsgen.cli import verbs
from tests import console
from tests.console import Lvsgen, Run

EXAMPLE = Path(__file__).parent.parent / "examples" / "llclb1.yaml"


@pytest.fixture
def lvsgen_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lvsgen:
    """Run the command line in this process, in a folder that holds the example as cluster.yaml."""
    shutil.copy(EXAMPLE, tmp_path / "cluster.yaml")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Run:
        monkeypatch.setattr(sys, "argv", ["lvsgen", *words])
        with pytest.raises(SystemExit) as ended:
            verbs.main()
        said, status = capsys.readouterr(), int(ended.value.code or 0)
        assert console.is_known_end(words, status)
        return Run(status, said.out, said.err)

    return run
