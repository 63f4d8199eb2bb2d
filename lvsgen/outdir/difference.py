"""How out/<cluster>/ differs from what its description makes, as a unified diff that a terminal can be shown."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from lvsgen.outdir.disk import Found, Kind
from lvsgen.outdir.survey import Entry, Status, Survey
from lvsgen.phrasing import visible

_NOTHING = "/dev/null"
_NO_END = "\n\\ No newline at end of file"


def diff(survey: Survey) -> str:
    """The whole difference: `-` lines are on the disk, `+` lines are what a build makes; empty when there is none."""
    lines = [f"{obstacle.path} {obstacle.reason}" for obstacle in survey.obstacles]
    lines += [f"{path} is left of an interrupted build" for path in survey.litter]
    for entry in survey.entries:
        if entry.status is not Status.UNCHANGED:
            lines += entry_diff(survey, entry)
    return "".join(f"{_shown(line)}\n" for line in lines)


def entry_diff(survey: Survey, entry: Entry) -> Iterator[str]:
    """The difference of one path, in lines without their ends."""
    path, found = f"{survey.root}/{entry.path}", entry.found
    yield from _unlike(path, found)
    if found.kind is Kind.FILE and entry.raw is not None and found.executable != entry.executable:
        yield f"old mode {_mode(found.executable)} {path}"
        yield f"new mode {_mode(entry.executable)} {path}"
    old, new = (path if found.kind is Kind.FILE else _NOTHING), (_NOTHING if entry.raw is None else path)
    for line in difflib.unified_diff(_lines(found.raw), _lines(entry.raw or b""), old, new, lineterm=""):
        yield from line.split("\n")


def _unlike(path: str, found: Found) -> Iterator[str]:
    if found.kind is Kind.LINK:
        yield f"{path} is a link to {found.target}"
    elif found.kind not in (Kind.FILE, Kind.ABSENT):
        yield f"{path} is {found.kind}"


def _mode(executable: bool) -> str:
    return "100755" if executable else "100644"


def _lines(raw: bytes) -> list[str]:
    *lines, last = raw.decode("utf-8", "backslashreplace").split("\n")
    return [*lines, last + _NO_END] if last else lines


def _shown(line: str) -> str:
    return "\t".join(visible(part) for part in line.split("\t"))
