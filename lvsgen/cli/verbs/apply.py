"""lvsgen apply: make this host what out/ says, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lvsgen.cli import changereport, durations, here, progress
from lvsgen.cli.here import Where
from lvsgen.cli.options import OUT, ClusterName, Committed, HostName, Network, OutDir, RunningOnly, Style
from lvsgen.cli.outcome import Format, Outcome, end

if TYPE_CHECKING:
    from lvsgen.apply.change import Change
    from lvsgen.apply.prepare import Wishes

SHORT = "Make this host what out/ says, or leave it as it was."
EXAMPLE = "lvsgen apply --confirm 60s"

PlanFile = Annotated[
    Path | None, typer.Option("--plan", metavar="FILE", help="Refuse when the host has moved on since plan --save.")
]
RollbackOnFail = Annotated[
    bool, typer.Option("--rollback-on-fail/--no-rollback-on-fail", help="Put everything back when anything fails.")
]
Confirm = Annotated[
    str, typer.Option("--confirm", metavar="TIME", help="Undo it after TIME, unless `lvsgen confirm` comes first.")
]
Probe = Annotated[str, typer.Option("--probe", metavar="COMMAND", help="Undo it when this shell command fails.")]
Rehearse = Annotated[
    bool, typer.Option("--rehearse/--no-rehearse", help="Try it in a scratch network namespace first.")
]
AllowRouteLoss = Annotated[
    bool, typer.Option("--allow-route-loss", help="Go on where a route goes with its VIP and cannot be put back.")
]
TakeOver = Annotated[bool, typer.Option("--take-over", help="Bring VIPs up even where another host has them.")]


def apply(  # noqa: PLR0913, PLR0917
    out: OutDir = OUT,
    cluster: ClusterName = "",
    host: HostName = "",
    plan_file: PlanFile = None,
    rollback_on_fail: RollbackOnFail = True,
    confirm: Confirm = "",
    probe: Probe = "",
    rehearse: Rehearse = True,
    allow_route_loss: AllowRouteLoss = False,
    take_over: TakeOver = False,
    running_only: RunningOnly = False,
    network: Network = False,
    committed: Committed = False,
    style: Style = Format.TEXT,
) -> None:
    """Make this host what out/ says, in one transaction: it holds whole, or everything is put back."""
    from lvsgen.apply.prepare import Wishes

    wishes = Wishes(
        running_only, network, _to_confirm(confirm), probe, rollback_on_fail, rehearse, allow_route_loss, take_over
    )
    where = Where(out, cluster, host)
    end("apply", lambda: _apply(where, wishes, plan_file, style, committed=committed, rehearse=rehearse), style)


def _to_confirm(text: str) -> int:
    seconds = durations.seconds(text) if text else 0
    if text and not seconds:
        raise typer.BadParameter("nobody can confirm within no time")
    return seconds


def _apply(  # noqa: PLR0913
    where: Where, wishes: Wishes, plan_file: Path | None, style: Format, *, committed: bool, rehearse: bool
) -> Outcome:
    from lvsgen.apply import announcing, executor, planfile, prepare
    from lvsgen.apply.rehearse import change as rehearsed
    from lvsgen.host import drained

    def prepared() -> Change:
        warn(filter(None, [drained.warning(paths)]))
        change = prepare.prepare(desired, paths, wishes)
        if planned:
            planfile.check(planned, change)
        if rehearse:
            progress.say(style, rehearsed(change))
        warn(announcing.look(change.operations, take_over=wishes.take_over))
        return change

    def warn(lines: Iterable[str]) -> None:
        for line in lines:
            warnings.append(line)
            progress.say(style, [line])

    here.need_root()
    desired, paths = here.reviewed(where, committed=committed)
    planned = planfile.read(plan_file) if plan_file else None
    warnings: list[str] = []
    found = executor.apply(paths, prepared, progress.observer(style))
    return changereport.outcome(paths.cluster, found, warnings)
