"""Two hundred broken descriptions and more: each ends in findings, in time, and writes nothing."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lvsgen.cli import main
from lvsgen.errors import AuthorError
from lvsgen.findings.finding import Finding
from lvsgen.load import read
from tests import broken

VARIANTS = broken.variants()
LIMIT = 5.0
AS_PROCESSES = ("without vips", "alias bomb", "deep in flow", "10 MB of name", "binary", "UTF-16", "the lockout")


def _findings(raw: bytes) -> tuple[Finding, ...]:
    with pytest.raises(AuthorError) as caught:
        read("broken.yaml", raw)
    return caught.value.findings


def test_there_are_two_hundred_different_ones() -> None:
    assert len({name for name, _ in VARIANTS}) == len(VARIANTS) >= 200
    assert len({raw for _, raw in VARIANTS}) >= 200
    assert broken.variants() == VARIANTS


def test_each_ends_in_findings_with_a_place_and_a_sentence_in_time() -> None:
    for name, raw in VARIANTS:
        began = time.monotonic()
        found = _findings(raw)
        assert time.monotonic() - began < LIMIT, name
        for each in found:
            assert each.message, name
            assert len(each.message) < 300, name
            assert each.hint, name
            assert each.spans[0].line >= 1, name
            assert max(len(span.source) for span in each.spans) < 120, name


def test_the_command_ends_with_1_says_it_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "broken.yaml"
    monkeypatch.setattr(sys, "argv", ["lvsgen", "build", "broken.yaml", "--out", "out"])
    for name, raw in VARIANTS:
        file.write_bytes(raw)
        with pytest.raises(SystemExit) as ended:
            main.main()
        said = capsys.readouterr()
        assert (ended.value.code, said.out) == (1, ""), name
        assert said.err.startswith("broken.yaml:"), name
        assert "Traceback" not in said.err, name
        assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.yaml"], name


@pytest.mark.parametrize("name", AS_PROCESSES)
def test_a_real_process_does_the_same(tmp_path: Path, name: str) -> None:
    file = tmp_path / "broken.yaml"
    file.write_bytes(dict(VARIANTS)[name])
    command = [sys.executable, "-m", "lvsgen", "build", file.name, "--out", "out"]
    run = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("broken.yaml:")
    assert "Traceback" not in run.stderr
    assert os.listdir(tmp_path) == ["broken.yaml"]  # noqa: PTH208  (hidden files too)
