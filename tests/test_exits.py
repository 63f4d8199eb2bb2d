"""exits.py: the statuses, which verb ends with which, and where they are said."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvsgen import exits
from lvsgen.exits import Exit
from tests.console import Lvsgen

TOP = Path(__file__).parent.parent
VERBS = sorted(path.stem for path in (TOP / "lvsgen/cli/verbs").glob("*.py") if path.stem != "__init__")
HOST = {"apply", "confirm", "rollback", "drain", "undrain"}
SAID = {
    "build": "0 done, 1 description wrong (--strict: or a warning), 6 refused, 10 something differs (--check)",
    "schema": "0 done",
    "plan": "0 done, 6 refused, 10 something to do (--exit-code)",
    "apply": "0 done, 4 failed and put back, 5 failed and not put back, 6 refused",
    "rollback": "0 done, 5 failed and not put back, 6 refused",
    "status": "0 in sync, 6 refused, 10 something differs",
    "doctor": "0 no problem, 6 refused, 10 a problem",
}


def test_the_page_is_what_the_code_says() -> None:
    assert (TOP / "docs/exit-status.md").read_text() == exits.page(), "run `make docs`"


def test_the_page_knows_every_verb() -> None:
    assert sorted(exits.VERBS) == VERBS


def test_every_status_says_what_to_do_in_words_of_its_own() -> None:
    assert len({status.words for status in Exit}) == len({status.meaning for status in Exit}) == len(Exit)
    assert all(status.next_step for status in Exit)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_its_statuses_in_its_help_and_on_the_page(lvsgen_: Lvsgen, verb: str) -> None:
    said = " ".join(lvsgen_(verb, "--help").out.split())
    assert said.endswith(exits.epilog(verb))
    row = exits.epilog(verb).removeprefix("Exit status: ").removesuffix("; all: lvsgen explain exit-status.")
    assert f"| `{verb}` | {row} |\n" in exits.page()


@pytest.mark.parametrize(("verb", "said"), SAID.items(), ids=SAID.keys())
def test_a_verb_says_what_it_can_end_with_and_nothing_else(verb: str, said: str) -> None:
    assert exits.epilog(verb) == f"Exit status: {said}; all: lvsgen explain exit-status."


def test_only_a_verb_that_changes_a_host_can_leave_it_changed() -> None:
    assert {verb for verb in VERBS if exits.changes_a_host(verb)} == HOST


def test_only_the_author_of_a_description_can_have_it_wrong() -> None:
    assert {verb for verb in VERBS if Exit.AUTHOR in exits.of(verb)} == {"build", "check", "diff"}
