"""apply/journal.py: whatever a crash leaves is read up to its last whole record."""

import os
from pathlib import Path

import pytest

from lvsgen.apply import journal
from lvsgen.apply.journal import Journal, Phase
from lvsgen.errors import OperatorError


def _phases(path: Path) -> list[Phase]:
    return [entry.phase for entry in Journal(path).entries]


def _size(one: Journal) -> int:
    """How many bytes its records have."""
    return len(one.path.read_bytes().rstrip(b"\0"))


def test_records_come_back_in_order(tmp_path: Path) -> None:
    one = journal.following(tmp_path / "llc" / "transactions")
    one.append(Phase.BEGUN, words=["a\nb", "ü"])
    one.append(Phase.COMMITTED)
    assert [(entry.phase, entry.data) for entry in one.entries] == [
        (Phase.BEGUN, {"words": ["a\nb", "ü"]}),
        (Phase.COMMITTED, {}),
    ]
    assert (one.number, one.phase, one.phase.is_open) == (1, Phase.COMMITTED, False)
    assert journal.following(one.path.parent).number == 2


def test_a_journal_torn_at_any_byte_is_read_up_to_its_last_whole_record(tmp_path: Path) -> None:
    whole = Journal(tmp_path / "000001.journal")
    ends = {0: 0}
    for number, phase in enumerate((Phase.BEGUN, Phase.UNDOING, Phase.UNDONE), start=1):
        whole.append(phase, reason="x" * 10)
        ends[_size(whole)] = number
    raw = whole.path.read_bytes()[: _size(whole)]
    torn = Journal(tmp_path / "000002.journal")
    for size in range(len(raw) + 1):
        torn.path.write_bytes(raw[:size])
        known = max(number for end, number in ends.items() if end <= size)
        assert len(torn.entries) == known, size
        torn.append(Phase.UNDONE)
        assert len(torn.entries) == known + 1, size


def test_a_changed_byte_ends_the_reading_there(tmp_path: Path) -> None:
    one = Journal(tmp_path / "000001.journal")
    one.append(Phase.BEGUN)
    first = _size(one)
    one.append(Phase.COMMITTED)
    raw = bytearray(one.path.read_bytes()[: _size(one)])
    for place in range(first, len(raw)):
        changed = bytes(raw[:place]) + bytes([raw[place] ^ 1]) + bytes(raw[place + 1 :])
        one.path.write_bytes(changed)
        assert _phases(one.path) == [Phase.BEGUN], place


def test_a_journal_that_never_began_needs_no_undoing(tmp_path: Path) -> None:
    assert Journal(tmp_path / "000001.journal").phase is Phase.UNDONE


def test_what_stood_behind_a_broken_record_never_comes_back(tmp_path: Path) -> None:
    one = Journal(tmp_path / "000001.journal")
    one.append(Phase.BEGUN)
    first = _size(one)
    one.append(Phase.UNDOING, reason="a")
    one.append(Phase.COMMITTED)
    raw = bytearray(one.path.read_bytes())
    raw[first] ^= 1
    one.path.write_bytes(raw)
    one.append(Phase.UNDOING, reason="b")
    assert _phases(one.path) == [Phase.BEGUN, Phase.UNDOING]


def test_old_journals_go_but_never_one_that_is_open(tmp_path: Path) -> None:
    for number in range(1, 7):
        one = journal.following(tmp_path)
        one.append(Phase.BEGUN)
        if number != 2:
            one.append(Phase.COMMITTED)
    journal.prune(tmp_path, 3)
    assert [one.number for one in journal.all_of(tmp_path)] == [2, 4, 5, 6]
    assert journal.following(tmp_path).number == 7


def test_a_record_that_could_not_be_read_again_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Journal(tmp_path / "000001.journal")
    one.append(Phase.BEGUN)
    monkeypatch.setattr(journal, "MOST", one.path.stat().st_size + 50)
    with pytest.raises(OperatorError, match="would be larger than"):
        one.append(Phase.UNDOING, reason="x" * (journal.ROOM + 50))
    assert _phases(one.path) == [Phase.BEGUN]


def test_a_change_is_closed_without_a_byte_more_on_the_disk(tmp_path: Path) -> None:
    one = Journal(tmp_path / "000001.journal")
    one.append(Phase.BEGUN, words=["x"] * 999)
    size = one.path.stat().st_size
    for phase in (Phase.HOLDING, Phase.UNDOING, Phase.UNDONE):
        one.append(phase, reason="No space left on device " * 9)
    assert (one.path.stat().st_size, one.phase) == (size, Phase.UNDONE)


def test_a_record_torn_in_its_room_at_any_byte_is_as_if_it_had_never_been_written(tmp_path: Path) -> None:
    one = Journal(tmp_path / "000001.journal")
    one.append(Phase.BEGUN)
    first, room = _size(one), one.path.read_bytes()
    one.append(Phase.COMMITTED)
    raw = one.path.read_bytes()
    for size in range(first, _size(one)):
        one.path.write_bytes(raw[:size] + room[size:])
        assert _phases(one.path) == [Phase.BEGUN], size
        one.append(Phase.UNDOING)
        assert _phases(one.path) == [Phase.BEGUN, Phase.UNDOING], size


def test_the_names_of_all_that_is_made_reach_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(str(Path(f"/proc/self/fd/{handle}").readlink())))
    one = Journal(tmp_path / "lib/lvsgen/llc/transactions/000001.journal")
    (tmp_path / "lib").mkdir()
    one.append(Phase.BEGUN)
    assert synced == [str(one.path), *map(str, one.path.parents[:4])]
