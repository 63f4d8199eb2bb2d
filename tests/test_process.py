"""process.py: other programs are run to their end, or it is said why not."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lvsgen import process
from lvsgen.errors import OperatorError


def _refusal(work: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(OperatorError) as refused:
        work()
    return str(refused.value), refused.value.hint


def test_a_program_is_given_its_input_and_speaks_plain_words() -> None:
    done = process.run(("/bin/sh", "-c", 'cat; echo "$LC_ALL" >&2; exit 3'), "a\n")
    assert done == process.Done(3, "a\n", "C\n")


def test_what_a_program_complains_of_is_one_line_fit_for_a_terminal() -> None:
    assert process.Done(1, "", "a\n\n b\x1b[2J\n").complaint == "a / b\\x1b[2J"
    assert process.Done(1, "said on the wrong side\n", "").complaint == "said on the wrong side"
    assert process.Done(-9, "", "").complaint == "status -9"


def test_a_program_that_is_not_there_is_refused() -> None:
    said = ("there is no lvsgen-none on this host", "install it: lvsgen-none")
    assert _refusal(lambda: process.run(("lvsgen-none",))) == said
    assert process.find("lvsgen-none") == ""


def test_a_file_that_is_no_program_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("\0")
    (tmp_path / "text").chmod(0o755)
    said = (f"cannot run {tmp_path}/text: Exec format error", "see what is in the way")
    assert _refusal(lambda: process.run((f"{tmp_path}/text",))) == said


def test_a_program_that_fails_is_refused_where_its_output_is_needed() -> None:
    argv = ("/bin/sh", "-c", "echo no such table >&2; exit 1")
    said = (f"{' '.join(argv)}: no such table", "`lvsgen doctor` says what this host lacks")
    assert _refusal(lambda: process.output(argv)) == said


def test_a_program_that_does_not_end_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    argv = ("/bin/sh", "-c", f"(sleep 1; touch {tmp_path}/late) & sleep 60")
    said = ("/bin/sh is not done after 0.2 s", f"see why: {' '.join(argv)}")
    assert _refusal(lambda: process.run(argv, timeout=0.2)) == said
    time.sleep(1.2)
    assert not (tmp_path / "late").exists()
