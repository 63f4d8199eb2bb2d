"""The order in which a host's files are put, so that a boot after any of them brings its services up.

At each moment what is there is all that what starts needs: an engine comes before facts that only it can read, facts
before the script that asks for them, the script before the unit that calls it, the unit before the link that starts it.
So an old unit may call a new script, which finds all it needs, and an old script finds its own facts, which go last, as
does all that goes, in the opposite order. The list of what is there goes with the last of it. An undoing walks it
backwards, which is the same order seen from the other side: what had gone comes back first. The commands on the review
page copy in this order too.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, auto

from lvsgen import manifest
from lvsgen.host.files import FileChange, Kind
from lvsgen.platforms import layout


class Layer(IntEnum):
    """What a file is to a boot; what is further up needs what is further down."""

    ENGINE = auto()
    FACTS = auto()
    SCRIPT = auto()
    UNIT = auto()
    LINK = auto()


_FOLDERS = ((layout.ENGINES, Layer.ENGINE), (manifest.FOLDER, Layer.FACTS), ("/usr", Layer.SCRIPT))


def ordered(changes: Iterable[FileChange]) -> tuple[FileChange, ...]:
    """Put changes of files into the order in which they are to be made; reversed, in which they are undone."""
    return tuple(sorted(changes, key=_turn))


def layer(path: str, *, is_link: bool = False) -> Layer:
    """Say what a path on a host is to a boot."""
    known = (found for folder, found in _FOLDERS if path.startswith(f"{folder}/"))
    return Layer.LINK if is_link else next(known, Layer.UNIT)


def _turn(change: FileChange) -> tuple[int, int, str]:
    before, after = change.before.kind, change.after.kind
    place = layer(change.path, is_link=Kind.LINK in (before, after))
    if after is Kind.FOLDER:
        return 0, 0, change.path
    if change.path.startswith(f"{manifest.FOLDER}/") and change.path.endswith(f"/{manifest.NAME}"):
        return 3, 0, change.path
    return (2, -place, change.path) if after is Kind.ABSENT else (1, place, change.path)
