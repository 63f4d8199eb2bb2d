"""Load nftables text: through the nftables library where it is installed, in a child, else through `nft -f -`."""

from __future__ import annotations

import importlib.util
import sys

from lvsgen.plan.commands import Command

_CHILD = ("-m", "lvsgen.apply.nft_child")


def through(command: Command) -> Command:
    """Give the command that loads what `nft -f -` would; any other one as it is."""
    if command.argv != ("nft", "-f", "-") or importlib.util.find_spec("nftables") is None:
        return command
    return Command((sys.executable, *_CHILD), command.stdin)
