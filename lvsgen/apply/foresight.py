"""Foresee what becomes of the routes that hang on VIPs which go: the kernel is asked, in a scratch namespace.

Where none can be had, or none is wished, what is said is what will be tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lvsgen import process
from lvsgen.apply import mending, scratch
from lvsgen.apply.mending import Lost
from lvsgen.errors import OperatorError
from lvsgen.host.live import dependents
from lvsgen.host.live.dependents import Dependent
from lvsgen.plan import commands
from lvsgen.plan.operation import Add, Operation, Remove, part_of
from lvsgen.state.parts import HostRoute, VipAddress

_STAYS, _SOURCELESS, _LOST = "stays", "without its source", "lost"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A route that does not stay as it is, and whether it cannot even be put back without its source."""

    route: Dependent
    is_lost: bool = False

    @property
    def says(self) -> str:
        """Say it in a line."""
        return f"route {self.route.words}: {'lose' if self.is_lost else 'put back without its source'}"

    @property
    def dangerous(self) -> str:
        """Say why that is dangerous."""
        if self.is_lost:
            return "the kernel drops it with the address it hangs on, and takes it back in no form"
        return f"the kernel drops it with its source {self.route.source}, which goes"


def of(routes: Sequence[Dependent], operations: Sequence[Operation], *, rehearse: bool = True) -> tuple[Foreseen, ...]:
    """Say which routes do not stay as they are when these operations are run."""
    moves = tuple(one for one in operations if isinstance(part_of(one), VipAddress | HostRoute))
    if not routes or not any(isinstance(one, Remove) and isinstance(one.part, VipAddress) for one in moves):
        return ()
    try:
        return _rehearsed(routes, moves) if rehearse else _tried(routes, moves)
    except OperatorError:
        return _tried(routes, moves)


def refuse_loss(foreseen: Sequence[Foreseen], *, allowed: bool) -> None:
    """Refuse what loses a route, unless that is allowed."""
    lost = next((one for one in foreseen if one.is_lost), None)
    if lost and not allowed:
        raise OperatorError(
            f"route {lost.route.words} would be lost: {lost.dangerous}",
            "give it another source or device first; or, if it may go, repeat with --allow-route-loss",
        )


def _tried(routes: Sequence[Dependent], moves: Sequence[Operation]) -> tuple[Foreseen, ...]:
    left = Counter(dependents.addresses())
    for one in moves:
        match one:
            case Add(VipAddress(address)):
                left[str(address)] += 1
            case Remove(VipAddress(address)):
                left[str(address)] -= 1
    return tuple(Foreseen(route) for route in routes if route.source and not left[route.source])


def _rehearsed(routes: Sequence[Dependent], moves: Sequence[Operation]) -> tuple[Foreseen, ...]:
    furniture, objects = scratch.furniture(), dependents.nexthops()
    fates: dict[str, str] = scratch.inside(lambda: _play(furniture, objects, routes, moves))
    unknown = [route for route in routes if route.words not in fates]
    changed = (route for route in routes if fates.get(route.words, _STAYS) != _STAYS)
    return (*(Foreseen(route, fates[route.words] == _LOST) for route in changed), *_tried(unknown, moves))


def _play(
    furniture: scratch.Furniture,
    objects: Sequence[str],
    routes: Sequence[Dependent],
    moves: Sequence[Operation],
) -> dict[str, str]:
    """Run the moves; returns what becomes of the routes that could be made here, by their words."""
    scratch.furnish(furniture)
    for words in objects:
        process.run(("ip", "nexthop", "add", *words.split()))
    _put_back(mending.lost_exactly(routes))
    before = dependents.there({route.words for route in routes})
    for command in commands.commands(moves):
        process.run(command.argv, command.stdin)
    made = [route for route in routes if route.words in before]
    _put_back(mending.lost(made))
    after = dependents.there({words for route in made for words in (route.words, route.without_source.words)})
    return {route.words: _fate(route, after) for route in made}


def _put_back(lost: Sequence[Lost]) -> None:
    for step in mending.steps(lost, forgiving=True):
        step.do()


def _fate(route: Dependent, after: frozenset[str]) -> str:
    if route.words in after:
        return _STAYS
    return _SOURCELESS if route.without_source.words in after else _LOST
