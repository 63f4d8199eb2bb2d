"""How a change of a host ended, said to people and to programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from lvsgen import exits
from lvsgen.cli.outcome import Outcome
from lvsgen.exits import Exit

if TYPE_CHECKING:
    from lvsgen.apply.ending import Ending


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
