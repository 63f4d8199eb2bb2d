"""process.py: other programs are run to their end, or it is said why not."""

from __future__ import annotations

import resource
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


def test_of_what_a_program_prints_without_end_so_much_is_kept_and_memory_stays_small() -> None:
    argv = ("/bin/sh", "-c", "head -c 300000000 /dev/zero; head -c 3000000 /dev/zero >&2; exit 4")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = process.run(argv, most=1000)
    assert (done.status, len(done.stdout), len(done.stderr), done.is_cut) == (4, 1000, 1000, True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_output_that_is_needed_is_whole_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MOST", 2**20)
    argv = ("head", "-c", str(2**20), "/dev/zero")
    assert len(process.output(argv)) == 2**20
    argv = ("head", "-c", str(2**20 + 1), "/dev/zero")
    assert _refusal(lambda: process.output(argv)) == (f"{' '.join(argv)}: prints more than 1 MiB", "see what it is")


def test_a_program_may_print_more_than_a_pipe_holds_before_it_reads_and_may_read_nothing() -> None:
    much = "x" * 1_000_000
    assert process.run(("/bin/sh", "-c", "head -c 1000000 /dev/zero; wc -c"), much).stdout.endswith("1000000\n")
    assert process.run(("true",), much) == process.Done(0, "", "")


def test_a_program_that_prints_without_end_is_killed_in_time() -> None:
    began = time.monotonic()
    said, _ = _refusal(lambda: process.run(("cat", "/dev/zero"), timeout=1, most=10))
    assert (said, time.monotonic() - began < 10) == ("cat is not done after 1 s", True)
