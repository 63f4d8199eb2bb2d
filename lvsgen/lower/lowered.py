"""Lowered: one host of a cluster, ready to be rendered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lvsgen.findings.finding import Path
from lvsgen.platforms.platform import Role
from lvsgen.state.forms import RealServer
from lvsgen.state.hoststate import HostState
from lvsgen.state.ip import Address
from lvsgen.state.keys import Key
from lvsgen.state.parts import Part


@dataclass(frozen=True, slots=True)
class Lowered:
    """What a host is to hold.

    `vips` are those that a realserver answers for, `realservers` are whom a director can drain; `placed` are the parts
    of the state, each with where in the description that stands which brings it about.
    """

    role: Role
    state: HostState
    vips: tuple[Address, ...] = ()
    realservers: tuple[RealServer, ...] = ()
    placed: Sequence[tuple[Part, Path]] = ()

    @property
    def origins(self) -> dict[Key, Path]:
        """Give these places by the parts' keys; worked out when it is asked for, since a build has no use for them."""
        return {part.key: path for part, path in self.placed}
