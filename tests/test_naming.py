"""naming.py: whatever a description is called, its build is refused in words, or every host takes what it makes."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lvsgen import naming
from lvsgen.build import build
from lvsgen.errors import AuthorError, OperatorError
from lvsgen.load import load_all
from lvsgen.outdir import desired, pick, reviewed
from tests.clusters import EXAMPLES
from tests.console import Lvsgen
from tests.tiers import many

EXAMPLE = (EXAMPLES / "llclb1.yaml").read_text()
UNPRINTABLE = [
    "a\nb",
    "a\x1b[2J",
    "a\tb",
    "\udcff",
    "caf\udce9.yaml",
    "a\u202eb",
    "a\u00a0b",
    "a\u2028b",
    "\x7f",
    "a\u009bb",
]
ODD = [
    "a b.yaml",
    "-x",
    "--out",
    "$(x)`x`.yaml",
    "'\"",
    "\\",
    "#x",
    "z\u00fcrich.yaml",
    "\u65e5\u672c",
    "x" * 255,
    "MANIFEST",
]


def _reviewed(top: Path, name: str) -> str:
    """Build a description of this name; why a host would not take it, "" when it would."""
    try:
        (top / name).write_text(EXAMPLE)
        build(load_all([top / name]), top / "out")
    except (OperatorError, AuthorError):
        assert not (top / "out").exists()
        return "refused at build"
    found = desired.read(pick.choose(top / "out", host="llclb1"))
    reviewed.check(found, committed=False)
    (top / name).write_text(f"{EXAMPLE}# a comment\n")
    with pytest.raises(OperatorError, match="has changed since"):
        reviewed.check(found, committed=False)
    return ""


@pytest.mark.parametrize("name", ODD)
def test_an_odd_name_of_a_description_is_built_and_taken(tmp_path: Path, name: str) -> None:
    assert _reviewed(tmp_path, name) == ""


@pytest.mark.parametrize("name", UNPRINTABLE)
@pytest.mark.parametrize("verb", [["check"], ["build"], ["build", "--check"]], ids=" ".join)
def test_a_name_that_no_line_can_say_is_refused_and_nothing_is_written(
    lvsgen_: Lvsgen, verb: list[str], name: str
) -> None:
    Path("cluster.yaml").rename(name)
    run = lvsgen_(*verb, "--", name)
    assert (run.status, run.out) == (6, "")
    said = f"a description cannot be called {name!a}: out/ is to name it, in a line that every tool reads alike"
    assert run.err == f"lvsgen: {said}\n  = help: rename the file, to letters, digits and the like\n"
    assert not Path("out").exists()


NAMES = st.one_of(st.binary(min_size=1, max_size=40), st.text(min_size=1, max_size=40).map(os.fsencode))


def _is_name(raw: bytes) -> bool:
    return not {ord("/"), 0} & set(raw) and raw not in (b".", b"..", b"out")


@settings(max_examples=many(20), deadline=None)
@given(NAMES.filter(_is_name))
@example(b"\xff")
@example(b"a\nb")
def test_any_name_is_refused_at_the_build_or_taken_by_every_host(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as top:
        refused = _reviewed(Path(top), os.fsdecode(raw))
    assert bool(refused) == (not naming.is_file(os.fsdecode(raw)))


def test_the_folder_of_what_all_hosts_have_is_no_host(tmp_path: Path) -> None:
    (tmp_path / "llclb1.yaml").write_text(EXAMPLE)
    build(load_all([tmp_path / "llclb1.yaml"]), tmp_path / "out")
    shutil.copytree(tmp_path / "out/llc/llclb1", tmp_path / "out/llc/common", dirs_exist_ok=True)
    with pytest.raises(OperatorError, match="no host 'common' in"):
        pick.choose(tmp_path / "out", host="common")


def test_a_terminal_gets_no_escapes_by_the_name_of_a_folder(lvsgen_: Lvsgen) -> None:
    Path("o\x1b[2J").mkdir()
    assert "\x1b" not in lvsgen_("build", "--out", "o\x1b[2J").out
    shutil.copy("cluster.yaml", "o\x1b[2J/c.yaml")
    assert lvsgen_("check", "o\x1b[2J/c.yaml").out == "o\\x1b[2J/c.yaml: cluster llc, no findings\n"
