"""The exit statuses of lvsgen; docs/exit-status.md is made from them."""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class Exit(IntEnum):
    """How a command ended; `meaning` says it in words, `next_step` what to do about it."""

    meaning: str
    next_step: str

    def __new__(cls, status: int, meaning: str, next_step: str) -> Self:
        """Give the number its words."""
        member = int.__new__(cls, status)
        member._value_ = status
        member.meaning, member.next_step = meaning, next_step
        return member

    DONE = 0, "done; with --check: nothing differs", "nothing"
    AUTHOR = 1, "the description is wrong; nothing was written", "mend what the findings point at"
    USAGE = 2, "the command line is wrong", "see lvsgen VERB --help"
    BUG = 3, "a bug of lvsgen", "report it with the file that the message names"
    UNDONE = 4, "failed, and the host is verified back as it was", "mend what the message names, and repeat"
    STUCK = 5, "failed, and the host is not as it was", "do what the message says: lvsgen rollback, in most cases"
    REFUSED = 6, "refused, or the system would not let us", "do what the message says, and repeat"
    DIFFERS = (
        10,
        "something differs, is left, or is in the way: build --check, status, drain, doctor",
        "read what is printed",
    )
    INTERRUPTED = 130, "interrupted; every file is whole, old or new", "repeat the command"
    CLOSED = 141, "whoever read the output stopped reading", "nothing"


def table() -> str:
    """The text of docs/exit-status.md."""
    rows = "".join(f"| {int(status)} | {status.meaning} | {status.next_step} |\n" for status in Exit)
    return _HEAD + rows + _FOOT


_HEAD = """# Exit status

Generated from lvsgen/exits.py. Every command ends with one of these.

| status | means | what to do |
| --- | --- | --- |
"""
_FOOT = """
With `--format json` the same number is the field `status` of the document on standard output.
"""


def epilog() -> str:
    """The statuses in a line, for help texts."""
    return "Exit status: 0 done, 1 description wrong, 6 refused, 10 differs (--check); all in docs/exit-status.md."
