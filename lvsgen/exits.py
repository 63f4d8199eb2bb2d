"""The exit statuses of lvsgen, and which verb ends with which; docs/exit-status.md and help texts are made of this."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from enum import IntEnum
from typing import Self

_AS_IT_WAS = "every file is whole, old or new, and a host that was being changed is as it was"


def _ended_by(number: signal.Signals) -> tuple[int, str, str, str]:
    """How a shell says it, too: 128 and the signal's number."""
    name = number.name.removeprefix("SIG")
    return 128 + number, f"ended by {name}", f"ended by the signal {name}; {_AS_IT_WAS}", "repeat the command"


class Exit(IntEnum):
    """How a command ended: in a few words, as `meaning` in a sentence, and `next_step`, what to do about it."""

    words: str
    meaning: str
    next_step: str

    def __new__(cls, status: int, words: str, meaning: str, next_step: str) -> Self:
        """Give the number its words."""
        member = int.__new__(cls, status)
        member._value_ = status
        member.words, member.meaning, member.next_step = words, meaning, next_step
        return member

    DONE = 0, "done", "done; where a difference was looked for, there is none", "nothing"
    AUTHOR = 1, "description wrong", "the description is wrong; nothing was written", "mend what the findings point at"
    USAGE = 2, "command line wrong", "the command line is wrong", "see lvsgen VERB --help"
    BUG = (
        3,
        "a bug",
        "a bug of lvsgen; a host that was being changed is put back, if it can be",
        "report it with the file it names",
    )
    UNDONE = (
        4,
        "failed and put back",
        "failed, and the host is verified back as it was",
        "mend what the message names, and repeat",
    )
    STUCK = (
        5,
        "failed and not put back",
        "failed, and the host is not as it was; what differs is listed",
        "mend what is in the way, then lvsgen rollback --resume; after --no-rollback-on-fail: lvsgen rollback",
    )
    REFUSED = (
        6,
        "refused",
        "refused before anything was touched, or the system would not let us",
        "do what the message says, and repeat",
    )
    DIFFERS = 10, "differs", "something differs, is left, or is in the way", "read what is printed"
    HANGUP = _ended_by(signal.SIGHUP)
    INTERRUPTED = 130, "interrupted", f"interrupted; {_AS_IT_WAS}", "repeat the command"
    QUIT = _ended_by(signal.SIGQUIT)
    USR1 = _ended_by(signal.SIGUSR1)
    USR2 = _ended_by(signal.SIGUSR2)
    CLOSED = (
        141,
        "not read",
        "whoever read the output stopped reading; a host that was being changed is as it was",
        "nothing, or repeat the command",
    )
    ALARM = _ended_by(signal.SIGALRM)
    TERMINATED = _ended_by(signal.SIGTERM)
    CPU = _ended_by(signal.SIGXCPU)
    TIMER = _ended_by(signal.SIGVTALRM)


BY_SIGNAL = frozenset(status for status in Exit if status > 128)
"""How a verb ends that a signal, or a reader that left, has ended before it was done."""
EVERY = frozenset({Exit.USAGE, Exit.BUG, Exit.REFUSED}) | BY_SIGNAL
"""How any verb may end; it is refused when its output cannot be written."""

_CHANGE: dict[Exit, str] = dict.fromkeys((Exit.DONE, Exit.UNDONE, Exit.STUCK, Exit.REFUSED), "")
_WRONG = "description wrong (--strict: or a warning)"
_OWN: Mapping[str, Mapping[Exit, str]] = {
    "init": {Exit.DONE: "", Exit.REFUSED: ""},
    "build": {Exit.DONE: "", Exit.AUTHOR: _WRONG, Exit.REFUSED: "", Exit.DIFFERS: "something differs (--check)"},
    "check": {Exit.DONE: "", Exit.AUTHOR: _WRONG, Exit.REFUSED: ""},
    "diff": {Exit.DONE: "no host changes", Exit.AUTHOR: "", Exit.REFUSED: "", Exit.DIFFERS: "a host changes"},
    "schema": {Exit.DONE: ""},
    "explain": {Exit.DONE: "", Exit.REFUSED: ""},
    "plan": {Exit.DONE: "", Exit.REFUSED: "", Exit.DIFFERS: "something to do (--exit-code)"},
    "apply": _CHANGE,
    "confirm": _CHANGE,
    "rollback": {Exit.DONE: "", Exit.STUCK: "", Exit.REFUSED: ""},
    "history": {Exit.DONE: "", Exit.REFUSED: ""},
    "status": {Exit.DONE: "in sync", Exit.REFUSED: "", Exit.DIFFERS: "something differs"},
    "drain": {**_CHANGE, Exit.DIFFERS: "connections left after --timeout", Exit.INTERRUPTED: "interrupted but drained"},
    "undrain": _CHANGE,
    "doctor": {Exit.DONE: "no problem", Exit.REFUSED: "", Exit.DIFFERS: "a problem"},
}
"""How each verb ends of its own, and what that is for it when the status' own words do not say it."""

VERBS = tuple(_OWN)


def of(verb: str) -> frozenset[Exit]:
    """Give every status with which a verb may end."""
    return EVERY | _OWN[verb].keys()


def by_signal(number: int) -> Exit:
    """Give the status of what a signal has ended."""
    return next(status for status in BY_SIGNAL if status == 128 + number)


def changes_a_host(verb: str) -> bool:
    """Tell whether a verb changes the host that it runs on."""
    return Exit.STUCK in _OWN.get(verb, {})


def epilog(verb: str) -> str:
    """The statuses of a verb in a line, for its help text."""
    return f"Exit status: {', '.join(_said(verb))}; all: lvsgen explain exit-status."


def page() -> str:
    """The text of docs/exit-status.md."""
    return _HEAD + explained()


def explained() -> str:
    """What each status means, and which verb ends how."""
    rows = "".join(f"| {int(status)} | {status.meaning} | {status.next_step} |\n" for status in Exit)
    verbs = "".join(f"| `{verb}` | {', '.join(_said(verb))} |\n" for verb in _OWN)
    every = ", ".join(f"{int(status)} {status.words}" for status in sorted(EVERY - BY_SIGNAL - {Exit.REFUSED}))
    return _TABLE + rows + _VERBS + verbs + _FOOT.format(every=every)


def _said(verb: str) -> list[str]:
    return [f"{int(status)} {own or status.words}" for status, own in _OWN[verb].items()]


_HEAD = """# Exit status

Generated from lvsgen/exits.py. Every command ends with one of these.

"""
_TABLE = """\
| status | means | what to do |
| --- | --- | --- |
"""
_VERBS = """
## Which verb ends how

| verb | exit status |
| --- | --- |
"""
_FOOT = """
Each of them may also end with {every}, with 6 when its output cannot be written, and with
a status over 128 when a signal has ended it. A verb that changes a host says how that ended, whatever becomes of its
output: over 128 only when everything is as it was. A signal that comes when a change is done changes nothing of that:
the status is 0, or what else the change came to. What waits after its change, `drain`, is ended by a signal then.

With `--format json` the same number is the field `status` of the document on standard output.
"""
