"""The services database that comes with lvsgen: the same names mean the same ports wherever it runs.

services.txt holds one service a line: its name, port/protocol, and other names. The builder's /etc/services was
rejected: it differs between machines, and the same description would build different files.
"""

from __future__ import annotations

import functools
from pathlib import Path

_FILE = Path(__file__).with_name("services.txt")


def number(port: int | str, protocol: str) -> int:
    """Give the port's number; KeyError for a name that the protocol does not have."""
    return port if isinstance(port, int) else by_name()[port][protocol]


@functools.cache
def by_name() -> dict[str, dict[str, int]]:
    """Give every known name, with its port for each protocol that has it."""
    known: dict[str, dict[str, int]] = {}
    for line in _FILE.read_text(encoding="ascii").splitlines():
        if line and not line.startswith("#"):
            _remember(known, line)
    return known


def _remember(known: dict[str, dict[str, int]], line: str) -> None:
    name, where, *others = line.split()
    port, _, protocol = where.partition("/")
    for each in (name, *others):
        known.setdefault(each, {}).setdefault(protocol, int(port))
