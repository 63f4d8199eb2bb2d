"""lvsgen plan: what apply would do to this host."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lvsgen import phrasing
from lvsgen.cli import here
from lvsgen.cli.here import Where
from lvsgen.cli.options import OUT, ClusterName, Committed, HostName, Network, OutDir, RunningOnly, Style
from lvsgen.cli.outcome import Format, Outcome, end
from lvsgen.exits import Exit

if TYPE_CHECKING:
    from lvsgen.apply.change import Change
    from lvsgen.apply.journal import Journal
    from lvsgen.plan.marks import Row

SHORT = "Say what apply would do."
EXAMPLE = "lvsgen plan; lvsgen plan --save change.plan"

Save = Annotated[Path | None, typer.Option("--save", metavar="FILE", help="Write the plan to FILE, for apply --plan.")]
ExitCode = Annotated[bool, typer.Option("--exit-code", help="Exit 10 when something differs.")]


def plan(  # noqa: PLR0913, PLR0917
    out: OutDir = OUT,
    cluster: ClusterName = "",
    host: HostName = "",
    save: Save = None,
    exit_code: ExitCode = False,
    running_only: RunningOnly = False,
    network: Network = False,
    committed: Committed = False,
    style: Style = Format.TEXT,
) -> None:
    """Say what apply would do to this host, in words; changes nothing.

    What drops connections is marked x, what is dangerous !.
    """
    where, files = Where(out, cluster, host), (running_only, network)
    end("plan", lambda: _plan(where, files, save, committed=committed, exit_code=exit_code), style)


def _plan(where: Where, files: tuple[bool, bool], save: Path | None, *, committed: bool, exit_code: bool) -> Outcome:
    from lvsgen.apply import history, planfile, prepare
    from lvsgen.host import drained

    desired, paths = here.reviewed(where, committed=committed)
    here.need_root("reading a host")
    change = prepare.prepare(desired, paths, prepare.Wishes(*files))
    if save:
        planfile.write(save, change)
    notes = [*map(_said_of_open, history.unfinished(paths)), *filter(None, [drained.warning(paths)])]
    differs = exit_code and bool(change.words or change.files)
    data = _data(change) | planfile.digests(change) | {"notes": notes}
    return Outcome(Exit.DIFFERS if differs else Exit.DONE, _text(change, notes), data)


def _text(change: Change, notes: Iterable[str]) -> str:
    """A plan for people: `x` before what drops connections, `!` before what is dangerous, with the reason."""
    lines = [row.line for row in _rows(change)] + [f"  file {file.path}: {_said_of(file)}" for file in change.files]
    nothing = [] if lines else [f"{change.host}: nothing to do"]
    return "".join(f"{phrasing.visible(line)}\n" for line in (*lines, *nothing, *notes))


def _data(change: Change) -> dict[str, object]:
    """A plan for programs."""
    files = [{"path": file.path, "change": _said_of(file)} for file in change.files]
    return {
        "cluster": change.cluster,
        "host": change.host,
        "operations": [asdict(row) for row in _rows(change)],
        "files": files,
    }


def _rows(change: Change) -> list[Row]:
    from lvsgen.plan import marks
    from lvsgen.plan.plan import plan

    operations = (marks.row(one) for one in plan(change.snapshot, change.target))
    return [*operations, *(marks.Row(one.says, dangerous=one.dangerous) for one in change.foreseen)]


def _said_of(file: object) -> str:
    before, after = (str(getattr(file, side).kind) for side in ("before", "after"))
    return {("absent", after): f"add {after}", (before, "absent"): f"remove {before}"}.get((before, after), "change")


def _said_of_open(journal: Journal) -> str:
    """What a change that is not at its end means for the next one."""
    if journal.phase.name == "HOLDING":
        return f"change {journal.number} awaits confirmation: until that, or its end, nothing else is done"
    return f"change {journal.number} was left {journal.phase}, and is undone first"
