"""What stands in the rooms of checks, and in description/: every check, and every code that a finding can have."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from lvsgen import answers, checks, description, methods
from lvsgen.checks.check import Check
from lvsgen.findings import catalogue
from lvsgen.findings.code import Code, Severity

_ROOMS = (checks, methods, answers)


@functools.cache
def every_check() -> tuple[Check, ...]:
    """Give every check, in the order of their modules."""
    return tuple(dict.fromkeys(one for room in _ROOMS for one in catalogue.standing(room, Check)))


@functools.cache
def codes() -> Mapping[str, Code]:
    """Give every code by its number."""
    return catalogue.collected(description, *_ROOMS)


def warnings() -> tuple[str, ...]:
    """Give the numbers that a suppression can name."""
    return tuple(number for number, code in codes().items() if code.severity is Severity.WARNING)
