"""What the verbs that change a host say: their steps as they go, and how it ended."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from lvsgen import exits, phrasing
from lvsgen.cli import patience
from lvsgen.cli.outcome import Format, Outcome
from lvsgen.errors import OperatorError
from lvsgen.exits import Exit
from lvsgen.plan import marks
from lvsgen.plan.marks import Row
from lvsgen.plan.plan import plan

if TYPE_CHECKING:
    from lvsgen.apply.change import Change
    from lvsgen.apply.ending import Ending
    from lvsgen.apply.history import Past
    from lvsgen.apply.journal import Journal

_PATIENCE = 2.0
_UNDO = "undo: "


def need_root(what: str = "changing a host") -> None:
    """Refuse who may not change a host, or may not see all of it: the kernel shows IPVS and netfilter to root alone."""
    if os.geteuid() != 0:
        raise OperatorError(f"{what} needs root", "repeat it as root, by sudo for example")


def observer(style: Format) -> Callable[[str], None]:
    """Say each step before it is done; nobody to read it ends a change, but never its undoing.

    Where nothing can be written for a while, as on a terminal that ^S has stopped, the change goes on without words.
    """
    is_open = patience.patience(_PATIENCE)

    def observe(name: str) -> None:
        with contextlib.suppress(*((OSError,) if name.startswith(_UNDO) else ())), _to_output():
            if is_open():
                print(f"+ {phrasing.visible(name)}", flush=True)

    return observe if style is Format.TEXT else lambda name: None


@contextlib.contextmanager
def _to_output() -> Iterator[None]:
    """Let an error of a full disk say what it is about; that nobody reads has a status of its own."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        error.filename = "standard output"
        raise


def say(style: Format, lines: Iterable[str]) -> None:
    """Say something on the way."""
    if style is Format.TEXT:
        for line in lines:
            print(phrasing.visible(line), flush=True)


def remark(style: Format, lines: Iterable[str]) -> None:
    """Say what is worth knowing beside the result, to people."""
    if style is Format.TEXT:
        for line in lines:
            print(f"lvsgen: note: {phrasing.visible(line)}", file=sys.stderr, flush=True)


def outcome(cluster: str, endings: Sequence[Ending], warnings: Sequence[str] | None = None) -> Outcome:
    """How an apply or a confirmation ended; what it brought to an end before is told, too."""
    last = endings[-1]
    before = "".join(f"change {one.number}, {one.reason}: {one.result.value}\n" for one in endings[:-1])
    data: dict[str, object] = {"endings": [ending_data(one) for one in endings]}
    data |= {} if warnings is None else {"notes": list(warnings)}
    match last.result.name:
        case "NOTHING":
            return Outcome(text=f"{before}{cluster}: {last.result.value}\n", data=data)
        case "DONE":
            return Outcome(text=f"{before}{cluster}: change {last.number} is done\n", data=data)
        case "HOLDING":
            return Outcome(text=before + _holding(cluster, last), data=data)
        case "UNDONE":
            hint = "repeat it" if last.signal else "mend that, and repeat"
            return Outcome(_status(last), before, data, (), f"{last.reason}\n{_back(last)}", hint)
        case "LEFT":
            return _left(cluster, last, data)
        case _:
            return _stuck(cluster, last.reason, last, data)


def rolled_back(cluster: str, ending: Ending) -> Outcome:
    """How a rollback that was asked for ended."""
    data: dict[str, object] = {"endings": [ending_data(ending)]}
    if ending.left:
        return _stuck(cluster, f"change {ending.number} could not be undone", ending, data)
    return Outcome(text=f"{cluster}: change {ending.number} is undone: {_back(ending)}\n", data=data)


def ending_data(ending: Ending) -> dict[str, object]:
    """An ending for programs."""
    return asdict(ending) | {"result": ending.result.name.lower()}


def plan_text(change: Change, notes: Iterable[str]) -> str:
    """A plan for people: `x` before what drops connections, `!` before what is dangerous, with the reason."""
    lines = [row.line for row in _rows(change)] + [f"  file {file.path}: {_said(file)}" for file in change.files]
    nothing = [] if lines else [f"{change.host}: nothing to do"]
    return "".join(f"{phrasing.visible(line)}\n" for line in (*lines, *nothing, *notes))


def plan_data(change: Change) -> dict[str, object]:
    """A plan for programs."""
    files = [{"path": file.path, "change": _said(file)} for file in change.files]
    return {
        "cluster": change.cluster,
        "host": change.host,
        "operations": [asdict(row) for row in _rows(change)],
        "files": files,
    }


def said_of_open(journal: Journal) -> str:
    """What a change that is not at its end means for the next one."""
    if journal.phase.name == "HOLDING":
        return f"change {journal.number} awaits confirmation: until that, or its end, nothing else is done"
    return f"change {journal.number} was left {journal.phase}, and is undone first"


def history_text(past: Sequence[Past]) -> str:
    """The changes for people, a line each, and then what somebody must know of them."""
    rows = (
        f"{one.number:>5}  {one.when}  {one.host}  {one.phase:<9}  {_counted(one.operations, 'operation')}, "
        f"{_counted(one.files, 'file')}{f'; {one.reason}' if one.reason else ''}"
        for one in past
    )
    return "".join(
        f"{phrasing.visible(row)}\n" for row in (*rows, *(f"  {said}" for one in past for said in one.remarks))
    )


def _counted(things: Sequence[object], noun: str) -> str:
    return f"{len(things)} {noun}" if len(things) == 1 else f"{len(things)} {noun}s"


def past_data(past: Past) -> dict[str, object]:
    """One change for programs."""
    return asdict(past)


def _rows(change: Change) -> list[Row]:
    operations = (marks.row(one) for one in plan(change.snapshot, change.target))
    return [*operations, *(Row(one.says, dangerous=one.dangerous) for one in change.foreseen)]


def _said(file: object) -> str:
    before, after = (str(getattr(file, side).kind) for side in ("before", "after"))
    return {("absent", after): f"add {after}", (before, "absent"): f"remove {before}"}.get((before, after), "change")


def _holding(cluster: str, ending: Ending) -> str:
    return (
        f"{cluster}: change {ending.number} runs, and is undone in {ending.seconds} s, unless, from a new login:\n"
        f"    lvsgen confirm --cluster {cluster}\n"
    )


def _back(ending: Ending) -> str:
    if ending.other_boot:
        return "its files are as they were; the kernel was booted since, so it was left alone: reload the script"
    return ending.result.value


def _stuck(cluster: str, reason: str, ending: Ending, data: dict[str, object]) -> Outcome:
    trouble = [f"in the way: {line}" for line in dict.fromkeys(ending.trouble)]
    said = "\n".join((reason, "NOT as it was; what differs:", *ending.left, *trouble))
    return Outcome(Exit.STUCK, "", data, (), said, f"put it back: lvsgen rollback --resume --cluster {cluster}")


def _left(cluster: str, ending: Ending, data: dict[str, object]) -> Outcome:
    said = "\n".join((ending.reason, "left as it is, as you wished; what differs:", *ending.left))
    return Outcome(Exit.STUCK, "", data, (), said, f"look at it, then undo it: lvsgen rollback --cluster {cluster}")


def _status(ending: Ending) -> Exit:
    if ending.reason.startswith("[Errno 32]"):
        return Exit.CLOSED
    return exits.by_signal(ending.signal) if ending.signal else Exit.UNDONE
