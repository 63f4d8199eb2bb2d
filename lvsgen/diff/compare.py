"""What becomes of each host when one out/ takes the place of another: the plan from the one to the other, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lvsgen.diff.built import Built, Host, Place
from lvsgen.plan import marks
from lvsgen.plan.marks import Row
from lvsgen.plan.operation import part_of
from lvsgen.plan.plan import plan
from lvsgen.state.hoststate import HostState
from lvsgen.state.keys import Key, SysctlKey, TimeoutKey

_OTHERWISE = "what the scripts add is written otherwise: a label, a broadcast address or a route's source"


class Fate(StrEnum):
    """What becomes of a host; the value is said of it."""

    SAME = "no change"
    CHANGED = "changes"
    NEW = "new"
    GONE = "no longer described"


@dataclass(frozen=True, slots=True)
class FileChange:
    """A host's file beside its state, and what is done with it: add, change or remove."""

    path: str
    change: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the plan, and the place in the description that brings it about, "" for none: what is gone has none."""

    row: Row
    place: str = ""


@dataclass(frozen=True, slots=True)
class HostChange:
    """What a change means for one host."""

    host: str
    fate: Fate
    lines: tuple[Line, ...] = ()
    files: tuple[FileChange, ...] = ()


@dataclass(frozen=True, slots=True)
class ClusterChange:
    """What a change means for a cluster; `was` is its former name when it has another one now."""

    cluster: str
    was: str
    hosts: tuple[HostChange, ...]

    @property
    def differs(self) -> bool:
        """Whether anything is another than before."""
        return bool(self.was) or any(host.fate is not Fate.SAME for host in self.hosts)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change means for all that was described; `others` were built of descriptions that nobody named now."""

    against: str
    clusters: tuple[ClusterChange, ...]
    others: tuple[Built, ...]

    @property
    def differs(self) -> bool:
        """Whether anything is another than before."""
        return any(cluster.differs for cluster in self.clusters)


def compare(before: Mapping[str, Built], after: Mapping[str, Built], against: str) -> Difference:
    """Compare what was built, by cluster, with what descriptions make now; `against` is what the former is called."""
    rest = {name: built for name, built in before.items() if name not in after}
    was = {name: old for name, new in after.items() if name not in before and (old := _former(new, rest))}
    nothing = Built("", "", {})
    clusters = (
        _cluster(before.get(was.get(name, name), nothing), new, was.get(name, "")) for name, new in after.items()
    )
    others = tuple(built for name, built in rest.items() if name not in was.values())
    return Difference(against, tuple(clusters), others)


def _former(new: Built, rest: Mapping[str, Built]) -> str:
    """Give the name that a cluster had: that of one built from a description of this name, with a host of this one."""
    return next((name for name, old in rest.items() if is_renamed(old, new.description, new.hosts)), "")


def is_renamed(old: Built, description: str, hosts: Mapping[str, object]) -> bool:
    """Tell whether a cluster was built from what describes another one now: a host is never in two."""
    return bool(old.description) and old.description == description and not old.hosts.keys().isdisjoint(hosts)


def _cluster(old: Built, new: Built, was: str) -> ClusterChange:
    names = sorted({*old.hosts, *new.hosts})
    return ClusterChange(
        new.cluster, was, tuple(_host(name, old.hosts.get(name), new.hosts.get(name), new.place) for name in names)
    )


def _host(name: str, old: Host | None, new: Host | None, place: Place) -> HostChange:
    states = old.file.state if old else HostState(), new.file.state if new else HostState()
    lines = tuple(_lines(*states, lambda key: place(name, key)))
    files = tuple(_files(old.files if old else {}, new.files if new else {}))
    if old is None or new is None:
        return HostChange(name, Fate.GONE if old else Fate.NEW, lines, files)
    if not lines and not files and old.file.state != new.file.state:
        lines = (Line(Row(_OTHERWISE)),)
    return HostChange(name, Fate.CHANGED if lines or files else Fate.SAME, lines, files)


def _lines(old: HostState, new: HostState, place: Callable[[Key], str]) -> Iterator[Line]:
    for operation in plan(old, new):
        yield Line(marks.row(operation), place(part_of(operation).key))
    for name in _let_go(old, new):
        yield Line(Row(f"{name}: no longer set, goes back to what it was before"))


def _let_go(old: HostState, new: HostState) -> Iterator[str]:
    """Name the settings that are no longer said: a plan leaves them, the record of a host puts them back."""
    kept = {part.key for part in new}
    gone = (part.key for part in old if part.key not in kept)
    return (str(key) for key in gone if isinstance(key, SysctlKey | TimeoutKey))


def _files(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[FileChange]:
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) != new.get(path):
            yield FileChange(path, "change" if path in old and path in new else "add" if path in new else "remove")
