"""The order in which a host's files are put: what starts finds, after each of them, all that it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvsgen.host.files import ABSENT, FileChange, Kind, Node
from lvsgen.outdir import order
from lvsgen.outdir.order import Layer
from lvsgen.platforms import layout
from lvsgen.platforms.platform import Init, Role
from lvsgen.platforms.table import PLATFORMS
from tests.tiers import many

OLD, NEW = Node(Kind.FILE, b"old", 0o644), Node(Kind.FILE, b"new", 0o644)
FOLDER, LINK = Node(Kind.FOLDER, b"", 0o755), Node(Kind.LINK, b"../init.d/lvs-director")
ENGINES = tuple(f"{layout.ENGINES}/engine-{number}.sh" for number in (1, 2))
FACTS = ("/etc/lvsgen/llc/ipvs.rules", "/etc/lvsgen/llc/host")
SCRIPT = "/usr/local/sbin/lvs-director"
UNITS = ("/etc/rc.d/init.d/lvs-director", "/etc/systemd/system/lvs-director.service")
LINKS = ("/etc/rc.d/rc3.d/S92lvs-director", "/etc/systemd/system/multi-user.target.wants/lvs-director.service")
LIST = "/etc/lvsgen/llc/MANIFEST"

Files = dict[str, Node]
"""What stands at which path."""


def _upwards(files: Iterable[str]) -> list[tuple[str, ...]]:
    """A version's files, by what needs the ones before it."""
    kinds = (ENGINES, FACTS, (SCRIPT,), UNITS, LINKS)
    return [tuple(path for path in kind if path in files) for kind in kinds]


@st.composite
def versions(draw: st.DrawFn) -> Files:
    """Draw a host's files: one or no file of each kind, each of any version."""
    kinds = [draw(st.sampled_from(kind)) for kind in (ENGINES, FACTS, (SCRIPT,), UNITS)]
    link = LINKS[UNITS.index(kinds[-1])]
    versions = {path: Node(Kind.FILE, draw(st.binary(min_size=1, max_size=1)), 0o644) for path in (*kinds, LIST)}
    return versions | {link: LINK}


def _between(before: Files, after: Files) -> tuple[FileChange, ...]:
    paths = sorted(before.keys() | after.keys(), reverse=True)
    changes = (FileChange(path, before.get(path, ABSENT), after.get(path, ABSENT)) for path in paths)
    return order.ordered(change for change in changes if change.is_needed)


def _walk(files: Files, changes: Iterable[FileChange], *, back: bool = False) -> Iterator[Files]:
    """Give what stands there after each change."""
    there = dict(files)
    for change in changes:
        there[change.path] = change.before if back else change.after
        yield {path: node for path, node in there.items() if node is not ABSENT}


def _lacks(there: Files, before: Files, after: Files) -> list[str]:
    """Say what of these files lacks what it needs: each is of one of both versions, and needs those below it there.

    A newer file may be below an older one, as an older script may read newer facts; never the other way round.
    """
    lacks = []
    for version, other in ((before, after), (after, before)):
        kinds = _upwards(version)
        for at, kind in enumerate(kinds):
            for path in kind:
                is_of_it = there.get(path) == version[path] and version[path] != other.get(path)
                below = [name for names in kinds[:at] for name in names] if is_of_it else []
                lacks += [f"{path} without {name}" for name in below if name not in there]
                if version is after:
                    lacks += [f"{path} over the older {name}" for name in below if there.get(name) != after[name]]
    return lacks


@settings(max_examples=many(200), deadline=None)
@given(versions(), versions())
def test_after_each_file_what_starts_finds_what_it_needs_and_on_the_way_back(before: Files, after: Files) -> None:
    changes = _between(before, after)
    for there in _walk(before, changes):
        assert _lacks(there, before, after) == []
    for there in _walk(after, reversed(changes), back=True):
        assert _lacks(there, before, after) == []


def test_folders_come_first_then_each_kind_then_what_goes_and_last_the_list_of_it_all() -> None:
    before = {FACTS[0]: OLD, ENGINES[0]: OLD, UNITS[0]: OLD, LINKS[0]: LINK, SCRIPT: OLD, LIST: OLD}
    after = {FACTS[1]: NEW, ENGINES[1]: NEW, UNITS[1]: NEW, LINKS[1]: LINK, SCRIPT: NEW, LIST: NEW, "/etc/a": FOLDER}
    assert [change.path for change in _between(before, after)] == [
        "/etc/a",
        *(ENGINES[1], FACTS[1], SCRIPT, UNITS[1], LINKS[1]),
        *(LINKS[0], UNITS[0], FACTS[0], ENGINES[0]),
        LIST,
    ]


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize("role", Role)
def test_each_platforms_files_are_of_their_layers(name: str, role: Role) -> None:
    where = layout.paths(PLATFORMS[name], role, "llc")
    found = [order.layer(path) for path in (ENGINES[0], where.facts, where.script, where.service)]
    assert found == [Layer.ENGINE, Layer.FACTS, Layer.SCRIPT, Layer.UNIT]
    assert (PLATFORMS[name].init is Init.SYSTEMD) == where.service.startswith(layout.UNIT_DIR)
