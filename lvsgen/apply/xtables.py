"""Write iptables chains: through python-iptables where it is and iptables is legacy, else through iptables-restore.

The library reaches legacy xtables only, and crashes take the process along: so it runs in a child, which holds the lock
of xtables and commits each table once. What it cannot say, and every rollback, goes through iptables-restore.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from lvsgen import process
from lvsgen.apply.xtables_child import CANNOT
from lvsgen.errors import OperatorError
from lvsgen.plan.commands import Command, commands
from lvsgen.plan.operation import Add, Change, Operation, Remove
from lvsgen.state.netfilter import Chain


def has_library() -> bool:
    """Tell whether the library is installed, and reaches what iptables writes here."""
    if importlib.util.find_spec("iptc") is None:
        return False
    return "nf_tables" not in process.output(("iptables", "-V"))


def waiting(argv: tuple[str, ...]) -> tuple[str, ...]:
    """Let iptables-restore wait for others that hold the lock of xtables."""
    return (argv[0], "-w", "10", *argv[1:]) if argv[0].endswith("tables-restore") else argv


def through_library(operations: Sequence[Operation], running: int) -> tuple[Command, ...]:
    """Write chains in a child; gives the commands that do it otherwise, when the library cannot."""
    text = json.dumps([_pair(operation) for operation in operations])
    done = process.run((sys.executable, "-m", "lvsgen.apply.xtables_child"), text, keep=(running,))
    if done.status == CANNOT:
        return commands(operations)
    if done.status:
        raise OperatorError(f"python-iptables: {done.complaint}")
    return ()


def _pair(operation: Operation) -> tuple[dict[str, object] | None, dict[str, object] | None]:
    match operation:
        case Add(Chain() as chain):
            return None, asdict(chain)
        case Change(Chain() as before, Chain() as after):
            return asdict(before), asdict(after)
        case Remove(Chain() as chain):
            return asdict(chain), None
        case _:
            raise TypeError(operation)
