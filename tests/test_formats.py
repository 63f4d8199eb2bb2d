"""What former versions wrote is read, and what none of them wrote is refused: journals and records, whole or broken."""

from __future__ import annotations

import contextlib
import copy
import json
import shutil
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lvsgen.apply import change as changes
from lvsgen.apply import executor, history, system
from lvsgen.apply import journal as journals
from lvsgen.apply.change import Change
from lvsgen.apply.journal import Journal, Phase
from lvsgen.errors import OperatorError
from lvsgen.host import drained, record
from lvsgen.host.paths import HostPaths
from lvsgen.state import statefile
from lvsgen.state.keys import SysctlKey

FORMER = Path(__file__).parent / "formats" / "1"
BOOT = "8163b91a-15c3-4b3a-a08f-be1d66630797"
MANY = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
PHASES = {
    1: [Phase.BEGUN, Phase.COMMITTED],
    2: [Phase.BEGUN, Phase.HOLDING, Phase.COMMITTED],
    3: [Phase.BEGUN, Phase.COMMITTED, Phase.UNDOING, Phase.UNDONE],
    4: [Phase.BEGUN, Phase.UNDOING, Phase.UNDONE],
    5: [Phase.BEGUN, Phase.LEFT],
}
"""What the journals of the first format say: an apply, one that was confirmed, a drain that was rolled back, ..."""

HOSTILE: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        -1,
        0,
        2**70,
        0.5,
        "",
        " ",
        "x",
        "..",
        "../../etc/passwd",
        "/etc/../srv/x",
        "etc/x",
        "/",
        "//x",
    ),
    *("net/../../etc/passwd", "-6", "--help", "a b", "a\nb", "a\tb", "\x1b[31m", "\0", "\ud800", "ü", "1.2.3.4", "0x1"),
    *([], {}, [[]], [None], {"x": 1}, "٣", "1.2.3.4/32", "x" * 5000, ["tcp", "1.2.3.4", "-6"]),
)


@pytest.fixture
def paths(tmp_path: Path) -> HostPaths:
    """A host as the former version left it."""
    found = HostPaths("llc", tmp_path / "run", tmp_path / "lib", tmp_path)
    shutil.copytree(FORMER / "transactions", found.journals)
    found.run.mkdir()
    shutil.copy(FORMER / "lvsgen-llc.state", found.record)
    shutil.copy(FORMER / "drained", drained.file(found))
    for path in (*tmp_path.rglob("*"),):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return found


def _data(number: int) -> dict[str, Any]:
    """What the first record of a journal of the first format says."""
    first = (FORMER / "transactions" / f"{number:06}.journal").read_bytes().split(b"\n")[0]
    data: dict[str, Any] = json.loads(first.split(b" ", 2)[2])
    del data["phase"]
    return data


def test_what_the_first_format_says_is_read(paths: HostPaths) -> None:
    found = journals.all_of(paths.journals)
    assert {one.number: [entry.phase for entry in one.entries] for one in found} == PHASES
    read = {one.number: changes.from_data(one.entries[0].data) for one in found}
    assert [change.confirm for change in read.values()] == [0, 600, 0, 0, 0]
    assert all(change.snapshot.sysctls and change.target.chains for number, change in read.items() if number != 3)
    assert (len(read[1].files), read[3].files[0].path) == (7, "/var/lib/lvsgen/llc/drained")
    assert [past.number for past in history.past(paths)] == list(PHASES)
    kept = record.parse(paths.record.read_text(), BOOT)
    assert (len(kept.before), len(kept.puts)) == (3, 10)
    assert drained.names(paths) == ("llc5",)
    assert statefile.read((FORMER / "state.json").read_bytes()).host == "llclb1"


def test_a_change_that_was_held_by_the_former_version_is_held_by_this_one(paths: HostPaths) -> None:
    held = Journal(journals.path_of(paths.journals, 2))
    held.path.write_bytes(b"".join(held.path.read_bytes().splitlines(keepends=True)[:2]))
    assert [one.number for one in history.unfinished(paths)] == [2]
    with pytest.raises(OperatorError, match="the time to confirm change 2 is over"):
        executor.confirm(paths, lambda name: None)


@pytest.mark.parametrize("number", PHASES)
def test_what_is_written_now_has_a_number_and_all_that_the_first_format_had(number: int) -> None:
    """So an older version, which looks for no number, reads what it knows."""
    former = _data(number)
    written = changes.to_data(changes.from_data(former))
    assert written["format"] == 2
    assert {name: written[name] for name in former} == former


@pytest.mark.parametrize("found", [0, 1, 3, "2", None, True, 2.5])
def test_another_format_is_refused(found: object) -> None:
    with pytest.raises(ValueError, match=r"format: .*, but this version reads those up to 2"):
        changes.from_data({**_data(5), "format": found})


def _places_in(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every container and key or index in it."""
    pairs: list[tuple[Any, Any]] = list(data.items()) if isinstance(data, dict) else list(enumerate(data))
    for key, value in pairs:
        yield data, key
        if isinstance(value, dict | list):
            yield from _places_in(value)


def _break(data: Any, draw: Random) -> Any:
    """Break it in one to three paths."""
    broken = copy.deepcopy(data)
    for _ in range(draw.randint(1, 3)):
        container, key = draw.choice(list(_places_in(broken)))
        match draw.randrange(5):
            case 0:
                del container[key]
            case 1 if isinstance(container, dict):
                container[draw.choice(("x", "phase", "", "path", "kind"))] = draw.choice(HOSTILE)
            case 2 if isinstance(container, list):
                container.append(copy.deepcopy(container[key]))
            case 3 if isinstance(container[key], str):
                container[key] = _spoilt(container[key], draw)
            case _:
                container[key] = draw.choice(HOSTILE)
        if not list(_places_in(broken)):
            break
    return broken


def _spoilt(text: str, draw: Random) -> str:
    at = draw.randint(0, len(text))
    return text[:at] + draw.choice(("/..", "\n", "\t", " ", "-", "9", "\0", '"', ",")) + text[at + draw.randint(0, 3) :]


def _holds_together(change: Change) -> bool:
    """A change that was believed is one that could be written, and leads to no path but whole ones."""
    paths = [file.path for file in change.files]
    whole = all(path.startswith("/") and ".." not in path.split("/") and path.isprintable() for path in paths)
    settings = [part.key for state in (change.snapshot, change.target) for part in state.sysctls]
    inside = all(".." not in key.path.split("/") for key in (*settings, *change.scope.kind(SysctlKey)))
    return whole and inside and changes.from_data(changes.to_data(change)) == change


@MANY
@given(st.integers(0, 2**32), st.sampled_from([3, 4, 5]))
def test_a_broken_change_is_refused_or_is_another_whole_one(seed: int, number: int) -> None:
    broken = _break(_data(number), Random(seed))
    try:
        change = changes.from_data(broken)
    except ValueError:
        return
    assert _holds_together(change)


@MANY
@given(st.integers(0, 2**32))
def test_a_broken_state_in_a_change_is_refused_or_is_another_whole_one(seed: int) -> None:
    data = _data(5)
    data["snapshot"] = json.dumps(_break(json.loads(data["snapshot"]), Random(seed)))
    try:
        change = changes.from_data(data)
    except ValueError:
        return
    assert _holds_together(change)


def _line(text: bytes) -> bytes:
    return b"%d %08x %s\n" % (len(text), zlib.crc32(text), text)


def _readers(paths: HostPaths) -> tuple[Callable[[], object], ...]:
    return (
        lambda: list(history.past(paths)),
        lambda: history.unfinished(paths),
        lambda: [one.entries for one in journals.all_of(paths.journals)],
        lambda: executor.rollback(paths, lambda name: None),
    )


WHOLE_BUT_WRONG = {
    "no JSON": b"x",
    "no object": b"[]",
    "nothing": b"",
    "no phase": b"{}",
    "an unknown phase": b'{"phase":"paused"}',
    "a phase that is none": b'{"phase":["begun"]}',
    "an unknown key": b'{"phase":"committed","by":"me"}',
    "a key twice": b'{"phase":"committed","phase":"undone"}',
    "a reason that is none": b'{"phase":"undoing","reason":[]}',
    "no deadline": b'{"phase":"holding"}',
    "half of a moment": b'{"phase":"holding","deadline":1,"since":1}',
    "a deadline that never comes": b'{"phase":"holding","deadline":Infinity}',
    "a deadline that is none": b'{"phase":"holding","deadline":1e999}',
    "a deadline before time": b'{"phase":"holding","deadline":-1}',
    "a deadline without end": b'{"phase":"holding","deadline":%s}' % (b"9" * 5000),
    "a second beginning": b'{"phase":"begun"}',
    "a path that leads away": b'{"phase":"committed","kept":["/etc/../srv"]}',
    "routes that are none": b'{"phase":"undoing","dependents":[["a"]]}',
    "depth": b'{"phase":"undoing","reason":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "bytes that are no text": b'{"phase":"undoing","reason":"\xff"}',
}


@pytest.mark.parametrize("text", WHOLE_BUT_WRONG.values(), ids=WHOLE_BUT_WRONG.keys())
def test_a_whole_record_that_is_none_of_ours_is_refused_with_its_place(paths: HostPaths, text: bytes) -> None:
    path = journals.path_of(paths.journals, 5)
    path.write_bytes(path.read_bytes() + _line(text))
    before = {one: one.read_bytes() for one in paths.state.rglob("*.journal")}
    for read in _readers(paths):
        with pytest.raises(OperatorError, match=r"000005\.journal, record 3: ") as refused:
            read()
        assert "another version of lvsgen wrote it: use that one" in refused.value.hint
    assert {one: one.read_bytes() for one in paths.state.rglob("*.journal")} == before


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("cluster", "other", "about another host"),
        ("files", [{"path": "/etc/../x", "before": {}, "after": {}}], "has no .. in it"),
        ("files", [{"path": "x", "before": {}, "after": {}}], "begins with /"),
        ("record", "boot\tb\nput\tservice -t 1.2.3.4:80 -6\n", None),
        ("scope", {}, "sysctls: missing"),
        ("words", "all", "must be a list"),
        ("rollback", "no", "must be true or false"),
        ("confirm", -1, "must be a number from 0 on"),
    ],
)
def test_a_beginning_that_is_none_of_ours_is_refused_with_its_place(
    paths: HostPaths, name: str, value: object, said: str | None
) -> None:
    path = journals.path_of(paths.journals, 6)
    data = {**_data(5), "phase": "begun", name: value}
    if said is None:
        data["boot"], said = "b", "record: the record of what was put on this host says"
    path.write_bytes(_line(json.dumps(data).encode()))
    with pytest.raises(OperatorError, match=rf"000006\.journal, record 1: .*{said}"):
        executor.rollback(paths, lambda name: None)
    assert path.read_bytes() == _line(json.dumps(data).encode())


def test_a_journal_of_another_cluster_is_not_taken_for_ours(paths: HostPaths) -> None:
    moved = HostPaths("web", paths.run, paths.state, paths.root)
    shutil.copytree(paths.journals, moved.journals)
    with pytest.raises(OperatorError, match="cluster: llc, but it lies among those of web"):
        executor.rollback(moved, lambda name: None)


@MANY
@given(st.binary(max_size=200))
def test_no_bytes_are_more_than_refused(paths: HostPaths, raw: bytes) -> None:
    path = journals.path_of(paths.journals, 5)
    for text in (raw, b'{"phase":' + raw, b'{"phase":"left","reason":' + raw + b"}"):
        path.write_bytes(_line(text))
        for read in _readers(paths)[:3]:
            with contextlib.suppress(OperatorError):
                read()


@MANY
@given(st.integers(0, 2**32))
def test_a_broken_record_is_refused_or_is_another_whole_one(seed: int) -> None:
    draw, text = Random(seed), (FORMER / "lvsgen-llc.state").read_text()
    for _ in range(draw.randint(1, 3)):
        text = _spoilt(text, draw)
    try:
        found = record.parse(text, BOOT)
    except OperatorError:
        return
    assert record.parse(record.render(found), BOOT) == found
    assert all(".." not in key.path.split("/") for key in found.scope.kind(SysctlKey))


BAD_LINES = (
    *("put\tservice -t 192.0.2.1:80 -6", "put\tservice -6 192.0.2.1:80", "put\tservice -t 192.0.2.1:080"),
    *(
        "put\tservice -t 192.0.2.1:65536",
        "put\tservice -t 192.0.2.1:-1",
        "put\tservice -f 0",
        "put\tservice -t [::1]:80",
    ),
    *("put\taddress 192.0.2.1/24 eth0", "put\taddress 192.0.2.1 eth0", "put\taddress 192.0.2.1/32 eth0 x"),
    *("put\taddress 192.0.2.1/32 ../x", "put\taddress 192.0.2.1/32 " + "x" * 16, "put\taddress  192.0.2.1/32 eth0"),
    *("put\taddress 192.0.2.1/32 .", "put\taddress 192.0.2.01/32 eth0", "put\taddress 192.0.2.1/32 eth0 "),
    *("put\troute 192.0.2.1", "put\troute 192.0.2.1/32 eth0", "put\tdaemon both", "put\tdaemon", "put\tchain nat"),
    *("put\tchain nat -F", "put\tchain moon lvsgen-a", "put\tjump nat NOWHERE lvsgen-a", "put\tjump nat lvsgen-a"),
    *("put\ttable ip6tables lvsgen", "put\ttable ip ../x", "put\ttable ip", "put\t", "put\tsysctl", "\t", ""),
    *(
        "before\tsysctl net/../../etc/passwd\t0\t1",
        "before\tsysctl /proc/sys/net/x\t0\t1",
        "before\tsysctl kernel/x\t0\t1",
    ),
    *(
        "before\tsysctl net//x\t0\t1",
        "before\tsysctl net/x\t0",
        "before\tsysctl net/x\t0\t1\t2",
        "before\tsysctl net/x\t\x1b\t1",
    ),
    *(
        "before\ttimeout tcp\t-1\t5",
        "before\ttimeout tcp\t900\t",
        "before\ttimeout tcp\t٣\t5",
        "before\tdaemon master\t0\t1",
    ),
)


@pytest.mark.parametrize("line", BAD_LINES)
def test_a_line_of_a_record_that_says_nothing_of_ours_is_refused(line: str) -> None:
    with pytest.raises(OperatorError, match="what was put on this host says"):
        record.parse(f"boot\tb1\n{line}\nput\tservice -t 192.0.2.1:80\n", "b1")


def test_a_setting_that_was_found_twice_is_refused() -> None:
    with pytest.raises(OperatorError, match="what was put on this host says"):
        record.parse("boot\tb1\nbefore\ttimeout tcp\t900\t60\nbefore\ttimeout tcp\t1\t60\n", "b1")


def test_a_record_that_was_cut_off_is_refused() -> None:
    with pytest.raises(OperatorError, match="the record of what was put on this host ends in the middle of a line"):
        record.parse("boot\tb1\nput\tservice -t 192.0.2.1:8", "b1")


def test_no_setting_outside_of_the_kernels_own_is_ever_written() -> None:
    with pytest.raises(OperatorError, match="is no kernel setting"):
        system._write("net/../../tmp/x", "1")
