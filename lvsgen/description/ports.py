"""Ports, by number or by name; of the services database that comes with lvsgen: a name means the same wherever it runs.

services.txt holds one service a line: its name, port/protocol, and other names. The builder's /etc/services was
rejected: it differs between machines, and the same description would build different files.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

from lvsgen import phrasing
from lvsgen.description.kinds import kind, refuse, wrong_type
from lvsgen.description.ranges import between
from lvsgen.findings.code import Code

NAME = r"(?=[^a-zA-Z]*[a-zA-Z])[A-Za-z0-9]([A-Za-z0-9_.+-]{0,30}[A-Za-z0-9])?"
_FILE = Path(__file__).with_name("services.txt")

NO_PORT = Code(
    "LVS213",
    "Not a port",
    "A port is a number from 1 to 65535 or the name of a service.",
    "Write it like 22 or ssh.",
)


def port(value: object) -> int | str:
    """Take a port number or the name of a service, known or not."""
    if isinstance(value, int) and not isinstance(value, bool):
        return between(1, 65535, "a port", "write the port's number, like 22, or its name, like ssh")(value)
    if not isinstance(value, str):
        wrong_type(f"a port must be a number or a name, not {kind(value)}", "write it like 22 or ssh")
    shown = phrasing.quote(value)
    if value.isascii() and value.isdigit():
        wrong_type(f"a port's number is written without quotes, not {shown}", f"write port: {int(value[:9])}")
    if not re.fullmatch(NAME, value, re.ASCII):
        refuse(NO_PORT, f"{shown} is not a port", "write its number, 1 to 65535, or its name, like ssh")
    return value


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
