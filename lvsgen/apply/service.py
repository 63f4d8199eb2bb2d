"""Tell systemd how our service stands: it does not see what is done beside it.

A unit that is not active cannot be reloaded, and does not follow the firewall's own; one that is, but whose file was
taken away, would keep the next installation from starting it. Its start finds everything done, and takes the lock: so
all this comes last, when the lock is free again, and what fails here undoes nothing.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator

from lvsgen import process
from lvsgen.apply import change as changes
from lvsgen.apply import journal as journals
from lvsgen.apply.ending import Ending, Result
from lvsgen.apply.journal import Journal
from lvsgen.apply.work import Observer
from lvsgen.errors import OperatorError
from lvsgen.host.paths import HostPaths
from lvsgen.platforms import layout

_UNIT = re.compile(rf"{re.escape(layout.UNIT_DIR)}/(lvs-[a-z]+\.service)")


def tell(paths: HostPaths, endings: Iterable[Ending], observer: Observer) -> None:
    """Have the units that changes put active when that is done, and those that are gone not."""
    if not paths.has_systemd:
        return
    with contextlib.suppress(Exception):  # how a change ended stands, whatever becomes of this
        calls = [call for ending in endings for call in _calls(paths, ending)]
        _make(calls, observer)


def _make(calls: Iterable[tuple[str, str]], observer: Observer) -> None:
    for verb, unit in calls:
        with contextlib.suppress(OperatorError, OSError):
            observer(f"systemctl {verb} {unit}")
            process.output(("systemctl", verb, unit))


def _calls(paths: HostPaths, ending: Ending) -> Iterator[tuple[str, str]]:
    for path, unit in _units(Journal(journals.path_of(paths.journals, ending.number))):
        if not (paths.root / path.lstrip("/")).exists():
            yield "stop", unit
        elif ending.result is Result.DONE:
            yield "start", unit


def _units(journal: Journal) -> Iterator[tuple[str, str]]:
    for entry in journal.entries[:1]:
        with journal.understood(1):
            paths = changes.outline(entry.data).paths
        for path in paths:
            if found := _UNIT.fullmatch(path):
                yield path, found[1]
