"""Write iptables chains: through python-iptables where it is and iptables is legacy, else through iptables-restore.

The library reaches legacy xtables only, and crashes take the process along: so it runs in a child, which holds the lock
of xtables and makes one commit. What it cannot say, and every rollback, goes through iptables-restore.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import asdict

from lvsgen import process
from lvsgen.commands import Command, commands
from lvsgen.errors import OperatorError
from lvsgen.hoststate import Chain
from lvsgen.operations import DeleteChain, SetChain

CANNOT = 9
"""The status of a child that has touched nothing, because the library cannot say a rule."""


def has_library() -> bool:
    """Tell whether the library is installed, and reaches what iptables writes here."""
    if importlib.util.find_spec("iptc") is None:
        return False
    return "nf_tables" not in process.output(("iptables", "-V"))


def waiting(argv: tuple[str, ...]) -> tuple[str, ...]:
    """Let iptables-restore wait for others that hold the lock of xtables."""
    return (argv[0], "-w", "10", *argv[1:]) if argv[0] == "iptables-restore" else argv


def through_library(operation: SetChain | DeleteChain, running: int) -> Command | None:
    """Write a chain in a child; gives the command that does it otherwise, when the library cannot."""
    chains = (operation.before, operation.after) if isinstance(operation, SetChain) else (operation.chain, None)
    text = json.dumps([_data(chain) for chain in chains])
    done = process.run((sys.executable, "-m", "lvsgen.apply.xtables_child"), text, keep=(running,))
    if done.status == CANNOT:
        return commands((operation,))[0]
    if done.status:
        raise OperatorError(f"python-iptables: {done.complaint}")
    return None


def _data(chain: Chain | None) -> dict[str, object] | None:
    return None if chain is None else asdict(chain)
