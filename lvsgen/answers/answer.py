"""Answer: how a realserver takes what comes for a VIP, a module each.

What cannot work with an answer, or will bite, is a check that stands in its module.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lvsgen.answers import redirect
from lvsgen.description.model import RealServer
from lvsgen.platforms.platform import Platform
from lvsgen.state.hoststate import HostState
from lvsgen.state.ip import Address


class Answer(Protocol):
    """What differs between the answers."""

    ABOUT: str
    """What the review page says of it, in a sentence that begins with the realserver."""

    def state(self, cluster: str, platform: Platform, vips: Sequence[Address]) -> HostState:
        """Give what a realserver's kernel is to hold to take these VIPs, of which there is one at least."""


def of(_: RealServer) -> Answer:
    """Give the answer of a realserver: there is one today."""
    return redirect
