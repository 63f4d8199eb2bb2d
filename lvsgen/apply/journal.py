"""The journal of a transaction: what a crash, at any byte, leaves readable.

A file of whole records: `LENGTH CHECKSUM JSON`, a line each, on the disk before what it announces is done. Reading
stops at the first line that is not whole, and what is appended then takes its place: so a torn tail is as if it had
never been written. The first record is the transaction, whatever comes after it is a phase. Behind the first one stand
zeros, which later ones are written over: so a change is closed on a full disk, too. Not SQLite, whose library a rescue
system may lack, and not a file for each phase: their names reach the disk in any order.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from lvsgen import phrasing
from lvsgen.apply import change as changes
from lvsgen.errors import OperatorError
from lvsgen.host import believed, storage, strict
from lvsgen.host.strict import Read

KEPT = 20
"""How many transactions are remembered; each may hold a table of ten thousand services twice."""
MOST = 2**28
"""How many bytes a journal may have: a table of a million destinations twice."""
_HINT = "another version of lvsgen wrote it: use that one; or, once you know what the change has done, move it away"
ROOM = 2**13
"""How many zeros are written behind the first record: room for the phases."""
_SUFFIX = ".journal"
_OURS = 3
"""How many of the folders above a journal are ours: transactions/, that of the cluster, and lvsgen/."""


_NAME = re.compile(rf"[0-9]{{1,18}}{re.escape(_SUFFIX)}")
_APPENDED = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Phase(StrEnum):
    """How far a transaction came, by its last record; `left` is a failure that was not to be undone."""

    BEGUN = "begun"
    HOLDING = "holding"
    COMMITTED = "committed"
    LEFT = "left"
    UNDOING = "undoing"
    UNDONE = "undone"

    @property
    def is_open(self) -> bool:
        """Whether somebody has to bring it to an end."""
        return self in (Phase.BEGUN, Phase.HOLDING, Phase.UNDOING)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record: its phase and what it says."""

    phase: Phase
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal of one transaction."""

    path: Path

    @property
    def number(self) -> int:
        """The transaction's number; later ones have higher ones."""
        return int(self.path.name.removesuffix(_SUFFIX))

    @property
    def cluster(self) -> str:
        """The cluster whose folder it lies in."""
        return self.path.parent.parent.name

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every whole record, oldest first; OperatorError when one of them is none of ours."""
        return tuple(self._entry(number, text) for number, (text, _) in enumerate(_whole(self._raw()), 1))

    @property
    def phase(self) -> Phase:
        """The last record's, which alone is understood: the first may be large. None at all: nothing ever began."""
        return self.last.phase if self.last else Phase.UNDONE

    @property
    def last(self) -> Entry | None:
        """The last record; None when there is none."""
        texts = [text for text, _ in _whole(self._raw())]
        return self._entry(len(texts), texts[-1]) if texts else None

    @contextmanager
    def understood(self, number: int) -> Iterator[None]:
        """Turn a ValueError within, about the record of this number, into an OperatorError."""
        try:
            yield
        except ValueError as error:
            said = f"{self.path}, record {number}: {phrasing.visible(str(error))}"
            raise OperatorError(said, _HINT) from error

    def append(self, phase: Phase, **data: Any) -> None:
        """Write a record, and return when it is on the disk."""
        raw = self._raw()
        end = max((end for _, end in _whole(raw)), default=0)
        line, rest = _line({"phase": str(phase), **data}) + bytes(0 if end else ROOM), raw[end:]
        if end + len(line) > MOST:
            raise OperatorError(f"{self.path} would be larger than {MOST} bytes", "make the change in several parts")
        with storage.naming(self.path), self._opened() as handle:
            if rest.strip(b"\0"):  # what stands behind a torn record never comes back
                os.ftruncate(handle, end)
            storage.write(handle, line, end)
            os.fsync(handle)
        for folder in self.path.parents[: _OURS + 1]:  # one above those that we made has the name of the first
            storage.sync(folder)

    def _entry(self, number: int, text: bytes) -> Entry:
        with self.understood(number):
            entry = _entry(strict.load(text))
            if number > 1 and entry.phase is Phase.BEGUN:
                raise ValueError("it begins a second time")
            return entry

    def _raw(self) -> bytes:
        return believed.read(self.path, _OURS, MOST) or b""

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """Open it to be written; it is made where there is none."""
        _make_folders(self.path)
        with believed.folder(self.path.parent, _OURS) as above:
            handle = os.open(self.path.name, _APPENDED, 0o600, dir_fd=above)
        try:
            believed.check(handle, self.path)
            yield handle
        finally:
            os.close(handle)


def all_of(folder: Path) -> tuple[Journal, ...]:
    """Every journal in a folder, oldest first; OperatorError when the folder cannot be believed."""
    try:
        with believed.folder(folder, _OURS) as handle:
            names = [entry.name for entry in os.scandir(handle)]
    except FileNotFoundError:
        return ()
    found = (Journal(folder / name) for name in names if _NAME.fullmatch(name))
    return tuple(sorted(found, key=lambda journal: journal.number))


def following(folder: Path) -> Journal:
    """The journal of the next transaction, not yet there."""
    found = all_of(folder)
    return Journal(path_of(folder, found[-1].number + 1 if found else 1))


def path_of(folder: Path, number: int) -> Path:
    """Where the journal of a transaction is."""
    return folder / f"{number:06}{_SUFFIX}"


def prune(folder: Path, keep: int = KEPT) -> None:
    """Remove all but the latest journals; one that is open stays, however old."""
    for journal in all_of(folder)[:-keep]:
        if not journal.phase.is_open:
            journal.path.unlink(missing_ok=True)


def _line(data: dict[str, Any]) -> bytes:
    text = json.dumps(data, separators=(",", ":")).encode()
    return b"%d %08x %s\n" % (len(text), zlib.crc32(text), text)


def _whole(raw: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the JSON of each whole record, and where the record ends."""
    end = 0
    for line in raw.splitlines(keepends=True):
        end += len(line)
        length, _, rest = line.partition(b" ")
        checksum, _, text = rest.removesuffix(b"\n").partition(b" ")
        if not line.endswith(b"\n") or length != b"%d" % len(text) or checksum != b"%08x" % zlib.crc32(text):
            return
        yield text, end


def _entry(data: Any) -> Entry:
    """Read a record; what the first one says is read by whoever needs it: see change."""
    phase = strict.some(data, {"phase": strict.one_of(Phase)})["phase"]
    said = {name: value for name, value in data.items() if name != "phase"}
    if phase is Phase.BEGUN:
        return Entry(phase, said | strict.some(said, {name: _FIRST[name] for name in _FIRST if name in said}))
    if ("since" in said) != ("audited" in said):
        raise ValueError("since and audited stand together")
    return Entry(phase, strict.known(said, _SAID, optional=_OPTIONAL[phase]))


def _make_folders(path: Path) -> None:
    """Make what of the folders above a journal is not there: scripts read in the upper ones, root alone in the last."""
    inner, *outer = path.parents[:_OURS]
    for place in reversed(outer):
        place.mkdir(mode=0o755, parents=True, exist_ok=True)
    inner.mkdir(mode=0o700, exist_ok=True)


_FIRST: dict[str, Read] = {"maker": strict.line, "deadline": strict.number, "confirm": strict.number}
"""What is looked at in the first record without reading all of it."""
_SAID: dict[str, Read] = {
    "reason": strict.text,
    "deadline": strict.number,
    "since": strict.number,
    "audited": strict.whole(2**63),
    "dependents": changes.dependents_from,
    "kept": strict.each(strict.path),
}
_OPTIONAL = {phase: [name for name in _SAID if (phase, name) != (Phase.HOLDING, "deadline")] for phase in Phase}
"""What a record may say that is not the first one; who awaits a confirmation must say until when."""
