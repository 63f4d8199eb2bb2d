"""The routes that a way back has to leave: those of before the change, and what has come to hang on its VIPs since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lvsgen.apply import mending
from lvsgen.apply.change import Change
from lvsgen.apply.journal import Journal, Phase
from lvsgen.apply.mending import Lost
from lvsgen.errors import said
from lvsgen.host.live import dependents
from lvsgen.host.live.dependents import Dependent


@dataclass(frozen=True, slots=True)
class Missing:
    """Which routes are gone, and why of some that is not known."""

    lost: tuple[Lost, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def says(self) -> tuple[str, ...]:
        """Say it."""
        return (*map(mending.say, self.lost), *self.unknown)


@dataclass(frozen=True, slots=True)
class WayBack:
    """What stood there before, word for word, and what came since, which may lose its source for good."""

    before: tuple[Dependent, ...] = ()
    since: tuple[Dependent, ...] = ()

    def missing(self) -> Missing:
        """Read which of them are gone; never raises."""
        try:
            return Missing((*mending.lost_exactly(self.before), *mending.lost(self.since)))
        except Exception as error:
            return Missing((), (f"not known: the host's routes cannot be read: {said(error)}",))


def begun(change: Change, journal: Journal) -> WayBack:
    """Read what a way back begins with; one that was cut off may have lost some of that already. Never raises.

    What came in the place of a route of before, with another source perhaps, makes room for that.
    """
    known = {words for route in change.dependents for words in _forms(route)}
    found = {route.words: route for route in (*_earlier(journal), *_now(change)) if not _forms(route) & known}
    return WayBack(change.dependents, tuple(found.values()))


def _forms(route: Dependent) -> set[str]:
    return {route.words, route.without_source.words}


def _earlier(journal: Journal) -> Iterable[Dependent]:
    try:
        undoings = [entry.data for entry in journal.entries if entry.phase is Phase.UNDOING]
        return [route for data in undoings for route in data.get("dependents", ())]
    except Exception:  # whoever writes to the journal says so
        return ()


def _now(change: Change) -> Iterable[Dependent]:
    try:
        return dependents.read(change.scope)
    except Exception:  # whoever looks what is missing says so
        return ()
