"""Put back the routes of others that went with an address."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lvsgen import process
from lvsgen.apply.system import Step
from lvsgen.errors import OperatorError
from lvsgen.host.live import dependents
from lvsgen.host.live.dependents import Dependent


@dataclass(frozen=True, slots=True)
class Lost:
    """A route that is gone, as it is to be put back; `instead` is what stands in its place and goes first, "" if none.

    A route of before stands where it stood: before what else leads to its destination, or behind it.
    """

    route: Dependent
    instead: str = ""

    @property
    def command(self) -> tuple[str, ...]:
        """What puts it back."""
        return ("ip", "route", "prepend" if self.route.leads else "append", *self.route.words.split(" "))

    def put_back(self) -> None:
        """Put it back; OperatorError when the kernel does not take it."""
        if self.instead:
            _run(("ip", "route", "del", *self.instead.split(" ")))
        _run(self.command)


def lost(routes: Iterable[Dependent]) -> tuple[Lost, ...]:
    """Read which routes are gone; one whose source this host no longer has is to stand there without it."""
    routes = tuple(routes)
    here = dependents.addresses() if routes else ()
    goals = [route if route.source in here or not route.source else route.without_source for route in routes]
    now = dependents.there({route.words for route in (*routes, *goals)}) if routes else frozenset()
    gone = (goal for route, goal in zip(routes, goals, strict=True) if not {route.words, goal.words} & now)
    return _in_order(Lost(goal) for goal in gone)


def lost_exactly(routes: Iterable[Dependent]) -> tuple[Lost, ...]:
    """Read which routes are not there word for word; what was put in the place of one has to go."""
    routes = tuple(routes)
    wanted = {one.words for route in routes for one in (route, route.without_source)}
    now = dependents.there(wanted) if routes else frozenset()
    gone = (route for route in routes if route.words not in now)
    return _in_order(Lost(route, _stand_in(route, now)) for route in gone)


def steps(found: Iterable[Lost], *, forgiving: bool = False) -> Iterator[Step]:
    """Say how routes are put back; with `forgiving` one that the kernel does not take is let go."""
    for one in found:
        yield Step(" ".join(one.command), _forgiven(one) if forgiving else one.put_back)


def say(one: Lost) -> str:
    """Say what is left to do."""
    return f"route {one.route.words}: put back"


def _stand_in(route: Dependent, now: Iterable[str]) -> str:
    words = route.without_source.words
    return words if route.source and not route.has_twin and words in now else ""


def _in_order(found: Iterable[Lost]) -> tuple[Lost, ...]:
    """Sort so that what leads to gateways comes first, and that each goes before, or behind, the one put last."""
    gone = tuple(found)
    ordered = (*(one for one in reversed(gone) if one.route.leads), *(one for one in gone if not one.route.leads))
    return tuple(sorted(ordered, key=lambda one: " via " in one.route.words))


def _forgiven(one: Lost) -> Callable[[], None]:
    def put_back() -> None:
        with contextlib.suppress(OperatorError):
            one.put_back()

    return put_back


def _run(argv: tuple[str, ...]) -> None:
    done = process.run(argv)
    if done.status:
        raise OperatorError(f"{' '.join(argv)}: {done.complaint}")
