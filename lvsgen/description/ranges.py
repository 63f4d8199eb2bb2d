"""Numbers and lengths of time, each within what the kernel takes."""

from __future__ import annotations

import re
from collections.abc import Callable

from lvsgen import phrasing
from lvsgen.description.kinds import kind, refuse, wrong_type
from lvsgen.findings.code import Code

DURATION = r"[1-9][0-9]*[smhd]"
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST_TIMEOUT = 31 * 86400
_TIMEOUT_RULE = "write 90s, 15m, 72h or 1d, or leave the key out to keep what the kernel has"

OUT_OF_RANGE = Code(
    "LVS207",
    "A number out of range",
    "The kernel or ipvsadm would refuse it, or take it for something else: port 0 is every port, and a timeout of "
    "0 means unchanged.",
    "Use a number in the range that the message names.",
)


def between(low: int, high: int, what: str, hint: str) -> Callable[[object], int]:
    """Give the check that takes a whole number in a range."""

    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            wrong_type(f"{what} must be a whole number, not {kind(value)}", f"write a number of {low} to {high}")
        if not low <= value <= high:
            refuse(OUT_OF_RANGE, f"{what} is {low} to {high}, not {phrasing.quote(value)}", hint)
        return value

    return check


NO_TIME = Code(
    "LVS208",
    "Not a length of time",
    "A timeout is a whole number of seconds, or one with a unit: s, m, h or d.",
    "Write 90s, 15m, 72h or 1d.",
)


def seconds(value: object) -> int:
    """Take a timeout: a number of seconds, or one with a unit."""
    if isinstance(value, int) and not isinstance(value, bool):
        return between(1, LONGEST_TIMEOUT, "a timeout in seconds", _TIMEOUT_RULE)(value)
    if not isinstance(value, str):
        wrong_type(f"a timeout must be a number or a length of time, not {kind(value)}", "write it like 72h")
    if not re.fullmatch(r"(0|[1-9][0-9]{0,10})[smhd]", value, re.ASCII):
        refuse(NO_TIME, f"{phrasing.quote(value)} is not a length of time", _TIMEOUT_RULE)
    return _seconds(value[-1], int(value[:-1]))


def _seconds(unit: str, count: int) -> int:
    most = LONGEST_TIMEOUT // SECONDS[unit]
    if not 1 <= count <= most:
        refuse(OUT_OF_RANGE, f"a timeout is 1{unit} to {most}{unit}, not {count}{unit}", _TIMEOUT_RULE)
    return count * SECONDS[unit]
