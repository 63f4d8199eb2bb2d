"""Method: how a director forwards what comes for a VIP, a module each.

What cannot work with a method, or will bite, is a check that stands in its module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from lvsgen.description.model import Director
from lvsgen.methods import direct
from lvsgen.state.parts import Forward, Sysctl


class Method(Protocol):
    """What differs between the methods."""

    ABOUT: str
    """What the review page says of it, in a sentence."""

    IS_ANSWERED: bool
    """Whether packets reach a realserver with the VIP as their destination, so that it has to take that."""

    def sysctls(self, director: Director) -> Iterable[Sysctl]:
        """Give the settings that it needs on a director."""


METHODS: Mapping[Forward, Method] = {"direct": direct}
