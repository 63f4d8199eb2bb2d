"""apply/term.py: what a watcher does about an open change, decided from what the journal and the lock say."""

from __future__ import annotations

import pytest

from lvsgen.apply import term
from lvsgen.apply.journal import Entry, Phase
from lvsgen.apply.term import Due, Term
from lvsgen.host.login import Moment

MAKER, OTHER = "100 1000 boot", "200 2000 boot"
TERM = Term(MAKER, 50.0)
CASES = {
    "time is left": (Phase.HOLDING, 49.9, "", "", Due.WAIT),
    "time is over": (Phase.HOLDING, 50.0, "", "", Due.UNDO),
    "its maker died": (Phase.BEGUN, 1.0, "", "", Due.UNDO),
    "its maker died while undoing": (Phase.UNDOING, 1.0, "", "", Due.UNDO),
    "its maker is at work": (Phase.BEGUN, 49.0, MAKER, "R", Due.WAIT),
    "its maker undoes it by itself": (Phase.BEGUN, 54.9, MAKER, "S", Due.WAIT),
    "its maker does not": (Phase.BEGUN, 55.0, MAKER, "S", Due.KILL),
    "its maker is stopped": (Phase.BEGUN, 55.0, MAKER, "T", Due.KILL),
    "its maker is stopped with the lock": (Phase.HOLDING, 55.0, MAKER, "T", Due.KILL),
    "its maker puts it back": (Phase.UNDOING, 99.0, MAKER, "S", Due.WAIT),
    "its maker is stopped at that": (Phase.UNDOING, 55.0, MAKER, "T", Due.KILL),
    "somebody else is at work": (Phase.HOLDING, 99.0, OTHER, "S", Due.WAIT),
    "somebody else is stopped": (Phase.BEGUN, 99.0, OTHER, "T", Due.WAIT),
}


@pytest.mark.parametrize(("phase", "now", "holder", "state", "due"), CASES.values(), ids=CASES.keys())
def test_what_is_due(phase: Phase, now: float, holder: str, state: str, due: Due) -> None:
    assert term.due(phase, TERM, now, holder, state) is due


def test_a_journal_has_the_deadline_from_its_beginning() -> None:
    begun = Entry(Phase.BEGUN, {"confirm": 20.0, "maker": MAKER, "deadline": 50.0})
    assert term.of((begun,)) == TERM
    assert term.of((begun, Entry(Phase.HOLDING, {"deadline": 50.0, "since": 31.0, "audited": 7}))) == TERM


def test_a_change_without_a_confirmation_has_no_time() -> None:
    assert not term.of((Entry(Phase.BEGUN, {"confirm": 0}),)).is_over(1e9)
    assert term.of(()) == term.NO_TERM


def test_a_journal_of_the_version_before_names_its_deadline_when_it_holds_and_nobody_to_kill() -> None:
    begun, holding = Entry(Phase.BEGUN, {"confirm": 20.0}), Entry(Phase.HOLDING, {"deadline": 50.0})
    assert term.of((begun, holding)) == Term("", 50.0)
    assert term.held_since((begun, holding)) == Moment(30.0, None)
    assert term.due(Phase.HOLDING, Term("", 50.0), 99.0, MAKER, "T") is Due.WAIT


def test_since_when_a_confirmation_is_awaited() -> None:
    entries = (
        Entry(Phase.BEGUN, {"confirm": 20.0, "maker": MAKER, "deadline": 50.0}),
        Entry(Phase.HOLDING, {"deadline": 50.0, "since": 31.0, "audited": 7}),
    )
    assert term.held_since(entries) == Moment(31.0, 7)
