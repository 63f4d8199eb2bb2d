"""Runs in a lab host: apply and the script's reload, each from the same live state, and what the two leave there.

`python -m tests.kernel.alike FOLDER...` goes from one out/<cluster>/<host> to the next, each time in both ways and with
hands at work before, and prints what it found as JSON; empty when all is well.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from lvsgen.apply import journal as journals
from lvsgen.errors import OperatorError
from lvsgen.host import drained, files
from lvsgen.host.live import reader
from lvsgen.outdir import desired
from lvsgen.plan import describe
from lvsgen.plan.plan import plan
from lvsgen.state.scope import Scope, narrow
from tests.kernel.matrix import apply, difference, forked, look, rollback
from tests.kernel.scenes import DIRECTOR
from tests.kernel.trials import PATHS, foreign

_SILENT = (0, "", "")


def alike(folder: Path, draw: Random) -> list[Any]:
    """After hands were at work, bring a state about by apply; go back, and do it with the script."""
    foreign(draw)
    _drain(folder, draw)
    before, status = look(), _apply(folder)
    applied = look()
    found = [("apply", status, 10), ("left", left(folder), []), ("again", _again(folder), (0, 0))]
    found += [("reload after apply", _reload(), _SILENT), ("and left", difference(applied, look()), [])]
    forked(lambda: rollback(PATHS, _quiet))
    found.append(("back", difference(before, look()), []))
    _install(folder)
    done, reloaded = _reload(), look()
    alike = difference(*(_without_sources(lines, before) for lines in (applied, reloaded)))
    return [one for one in (*found, ("reload", done[::2], (0, "")), ("alike", alike, [])) if one[1] != one[2]]


def _apply(folder: Path) -> int:
    return forked(lambda: apply(PATHS, folder, _quiet))


def left(folder: Path) -> list[str]:
    """What is left to plan, within the scope of what is wanted."""
    wanted = drained.desired(desired.read(folder).file, PATHS)
    scope = Scope.of(wanted)
    return [describe.say(one) for one in plan(narrow(reader.read(scope), scope), wanted)]


def _again(folder: Path) -> tuple[int, int]:
    """Apply where there is nothing to do: the status, and how many transactions that has written."""
    count = len(journals.all_of(PATHS.journals))
    status = forked(lambda: apply(PATHS, folder, _fail))
    return status, len(journals.all_of(PATHS.journals)) - count


def _drain(folder: Path, draw: Random) -> None:
    """Let some realservers be drained, or none."""
    names = [server.name for server in desired.read(folder).file.realservers]
    drained.file(PATHS).write_text(drained.text(draw.sample(names, min(len(names), draw.randint(0, 2)))))


def _install(folder: Path) -> None:
    """Put the files on the host as an administrator does, with the links that chkconfig would make."""
    for change in desired.file_changes(desired.read(folder), PATHS.root, network=False):
        files.put(PATHS.root / change.path.lstrip("/"), change.after)


def _reload() -> tuple[int, str, str]:
    done = subprocess.run([DIRECTOR, "reload"], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def _without_sources(lines: list[str], before: list[str]) -> list[str]:
    """Leave out the source of a route that was there before: nothing compares it, and apply may write it anew."""
    there = {line.partition(" src ")[0].rstrip() for line in before}
    parts = ((line, line.partition(" src ")[0].rstrip()) for line in lines)
    return [route if " scope link" in route and route in there else line for line, route in parts]


def _quiet(name: str) -> None:
    """Look on."""


def _fail(name: str) -> None:
    raise OperatorError(f"there should be nothing to do, but: {name}")


def main(argv: Sequence[str]) -> None:
    """Go from the first folder to the last; hands and drains are those of its number in the row."""
    first, *others = map(Path, argv)
    status = _apply(first)
    found = [[number, *alike(folder, Random(number))] for number, folder in enumerate(others)]
    json.dump([status, *(one for one in found if one[1:])], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
