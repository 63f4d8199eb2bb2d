"""Whether one has logged in since a moment: a confirmation is to show that one still can.

An open connection shows nothing of it: a rule that drops new ones leaves it alone, and ssh's ControlMaster opens as
many sessions in it as one likes. So what counts is when the connection began, or the login at a console: that process
is looked for among our ancestors. The kernel's audit, where it is on, counts logins upwards, and what tmux, screen or
nohup keep from an old one has the old number. Names of sessions and terminals say nothing of when.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from lvsgen.errors import OperatorError
from lvsgen.host import processes
from lvsgen.host.processes import Process

_CONNECTIONS = ("sshd", "sshd-session", "sshd-auth", "dropbear")
_CONSOLES = ("login",)
_NOBODY = ("cron", "crond", "atd", "anacron", "fcron")
"""What starts things for those who are not there; the kernel's audit takes it for a login."""

_HINT = "log in anew, which shows that you still can, and confirm there; or add --same-session"


class Login(Enum):
    """When the login began that a process belongs to."""

    SINCE = "after"
    BEFORE = "before"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment: `seconds` since boot, and the latest number of a login then; None in journals of former versions."""

    seconds: float
    audited: int | None = None


def now(seconds: float) -> Moment:
    """Give this moment."""
    return Moment(seconds, processes.latest_audited())


def refuse_older(moment: Moment) -> None:
    """Refuse a confirmation from a login that had begun by a moment, or of which nobody can tell."""
    match judge(tuple(processes.line(os.getpid())), processes.audited(), moment):
        case Login.BEFORE:
            raise OperatorError("this login began before the change was awaiting confirmation", _HINT)
        case Login.UNKNOWN:
            raise OperatorError("it cannot be told here when one has logged in: there is no sshd above this", _HINT)
        case _:
            return


def judge(line: Sequence[Process], audited: int, moment: Moment) -> Login:
    """Tell when a login began: `line` is a process and its ancestors, `audited` the number of its login, 0 for none."""
    if any(process.name in _NOBODY for process in line):
        return Login.UNKNOWN
    began = _began(line)
    is_counted = audited > 0 and moment.audited is not None
    if (began is not None and began > moment.seconds) or (is_counted and audited > (moment.audited or 0)):
        return Login.SINCE
    return Login.UNKNOWN if began is None and not is_counted else Login.BEFORE


def _began(line: Sequence[Process]) -> float | None:
    """Say when the connection or the login at a console began that a process descends from, in seconds since boot."""
    connections = [process for process in line if process.name in _CONNECTIONS]
    if connections:  # the outermost of several is the one that listens
        return connections[max(0, len(connections) - 2)].seconds
    below = [one for one, above in pairwise(line) if above.name in _CONSOLES]
    return below[-1].seconds if below else None  # getty becomes login, and may have waited since the boot
