"""The links that start a service at boot: those that chkconfig or `systemctl enable` would make.

Made as links, not by these tools, so that they are put there and back as any other file is, each by one rename.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from lvsgen.host.files import ABSENT, Kind, Node
from lvsgen.platforms import layout

_WANTED_BY = re.compile(r"^WantedBy=(.+)$", re.MULTILINE)
_CHKCONFIG = re.compile(r"^# chkconfig: ([0-6]+) (\d\d) (\d\d)$", re.MULTILINE)
_LEVELS = "0123456"
_UNITS = PurePosixPath(layout.UNIT_DIR)


def links(wanted: Mapping[str, Node], root: Path) -> dict[str, Node]:
    """Give the links, by path, that are to be there or not so that the services among the files start at boot."""
    found: dict[str, Node] = {}
    for path, node in wanted.items():
        text = node.raw.decode(errors="replace")
        if path.startswith(f"{_UNITS}/"):
            found |= dict(_of_unit(path, text))
        elif "/init.d/" in path:
            found |= dict(_of_script(PurePosixPath(path), text, root))
    return found


def links_to(gone: Iterable[str], root: Path) -> Iterator[str]:
    """Give the links, by path, that start services whose files go."""
    for path in map(PurePosixPath, gone):
        if path.parent == _UNITS:
            yield from _found(root, _UNITS, f"*.wants/{path.name}")
        elif path.parent.name == "init.d":
            yield from _found(root, path.parent.parent, f"rc[0-6].d/[SK][0-9][0-9]{path.name}")


def _found(root: Path, folder: PurePosixPath, pattern: str) -> Iterator[str]:
    for link in sorted((root / str(folder).lstrip("/")).glob(pattern)):
        if link.is_symlink():
            yield f"/{link.relative_to(root)}"


def _of_unit(path: str, text: str) -> Iterator[tuple[str, Node]]:
    for targets in _WANTED_BY.findall(text):
        for target in targets.split():
            yield f"{_UNITS}/{target}.wants/{path.rpartition('/')[2]}", _link(path)


def _of_script(path: PurePosixPath, text: str, root: Path) -> Iterator[tuple[str, Node]]:
    head = _CHKCONFIG.search(text)
    if not head:
        return
    starts, first, last = head.groups()
    for level in _LEVELS:
        folder = path.parent.parent / f"rc{level}.d"
        place = root / str(folder).lstrip("/")
        if place.is_dir():
            letter, number = ("S", first) if level in starts else ("K", last)
            yield from _in_level(place, folder, path.name, letter, number)


def _in_level(place: Path, folder: PurePosixPath, name: str, letter: str, number: str) -> Iterator[tuple[str, Node]]:
    """Give one level's link; one that is there with another number is an administrator's choice and stays."""
    there = sorted(entry.name for entry in place.glob(f"[SK][0-9][0-9]{name}"))
    if not any(entry.startswith(letter) for entry in there):
        yield str(folder / f"{letter}{number}{name}"), _link(f"../init.d/{name}")
    yield from ((str(folder / entry), ABSENT) for entry in there if not entry.startswith(letter))


def _link(target: str) -> Node:
    return Node(Kind.LINK, target.encode())
