"""The verbs that change the host one is on, or say what would: plan, apply, confirm, rollback, history."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lvsgen.cli import durations
from lvsgen.cli.once import Once
from lvsgen.cli.outcome import Format, Outcome, end
from lvsgen.exits import Exit, epilog

if TYPE_CHECKING:
    from lvsgen.apply.change import Change
    from lvsgen.apply.prepare import Wishes
    from lvsgen.host.paths import Places
    from lvsgen.outdir.desired import Desired

Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where build has written.")]
ClusterName = Annotated[str, typer.Option("--cluster", metavar="NAME", help="Which cluster, if there are several.")]
HostName = Annotated[str, typer.Option("--host", metavar="NAME", help="Which host this is, if not by its own name.")]
RunningOnly = Annotated[bool, typer.Option("--running-only", help="Leave files alone: the next boot is as before.")]
Network = Annotated[bool, typer.Option("--network", help="Also put network files; they work from the next boot on.")]
Committed = Annotated[bool, typer.Option("--require-committed", help="Refuse an out/ that git has not committed.")]
Style = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]
_OUT = Path("out")


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    _add(app, plan, "Say what apply would do.", "lvsgen plan; lvsgen plan --save change.plan")
    _add(app, apply, "Make this host what out/ says, or leave it as it was.", "lvsgen apply --confirm 60s")
    _add(app, confirm, "Keep a change that awaits it.", "lvsgen confirm")
    _add(app, rollback, "Undo the last change.", "lvsgen rollback")
    _add(app, history, "List what was done.", "lvsgen history --format json")


def _add(app: typer.Typer, verb: Callable[..., None], short: str, example: str) -> None:
    app.command(cls=Once, short_help=short, epilog=f"Example: {example}. {epilog(verb.__name__)}")(verb)


@dataclass(frozen=True, slots=True)
class _Where:
    out: Path
    cluster: str
    host: str
    committed: bool


def plan(  # noqa: PLR0913, PLR0917
    out: Out = _OUT,
    cluster: ClusterName = "",
    host: HostName = "",
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FILE", help="Write the plan to FILE, for apply --plan.")
    ] = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 10 when something differs.")] = False,
    running_only: RunningOnly = False,
    network: Network = False,
    committed: Committed = False,
    style: Style = Format.TEXT,
) -> None:
    """Say what apply would do to this host, in words; changes nothing.

    What drops connections is marked x, what is dangerous !.
    """
    where = _Where(out, cluster, host, committed)
    end("plan", lambda: _plan(where, (running_only, network), save, exit_code=exit_code), style)


def apply(  # noqa: PLR0913, PLR0917
    out: Out = _OUT,
    cluster: ClusterName = "",
    host: HostName = "",
    plan_file: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", help="Refuse when the host has moved on since plan --save."),
    ] = None,
    rollback_on_fail: Annotated[
        bool, typer.Option("--rollback-on-fail/--no-rollback-on-fail", help="Put everything back when anything fails.")
    ] = True,
    confirm: Annotated[
        str, typer.Option("--confirm", metavar="TIME", help="Undo it after TIME, unless `lvsgen confirm` comes first.")
    ] = "",
    probe: Annotated[
        str, typer.Option("--probe", metavar="COMMAND", help="Undo it when this shell command fails.")
    ] = "",
    rehearse: Annotated[
        bool, typer.Option("--rehearse/--no-rehearse", help="Try it in a scratch network namespace first.")
    ] = True,
    allow_route_loss: Annotated[
        bool, typer.Option("--allow-route-loss", help="Go on where a route goes with its VIP and cannot be put back.")
    ] = False,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Bring VIPs up even where another host has them.")
    ] = False,
    running_only: RunningOnly = False,
    network: Network = False,
    committed: Committed = False,
    style: Style = Format.TEXT,
) -> None:
    """Make this host what out/ says, in one transaction: it holds whole, or everything is put back."""
    from lvsgen.apply.prepare import Wishes

    wishes = Wishes(
        running_only, network, _seconds(confirm), probe, rollback_on_fail, rehearse, allow_route_loss, take_over
    )
    where = _Where(out, cluster, host, committed)
    end("apply", lambda: _apply(where, wishes, plan_file, style, rehearse=rehearse), style)


def confirm(
    cluster: ClusterName = "",
    same_session: Annotated[
        bool, typer.Option("--same-session", help="Also from a login that began before the change was made.")
    ] = False,
    style: Style = Format.TEXT,
) -> None:
    """Keep the change that awaits confirmation; its files are written now, so that the next boot keeps it, too."""
    end("confirm", lambda: _confirm(cluster, style, same_session=same_session), style)


def rollback(
    cluster: ClusterName = "",
    resume: Annotated[bool, typer.Option("--resume", help="Only end what was left half done.")] = False,
    style: Style = Format.TEXT,
) -> None:
    """Undo the last change that is not yet undone; or one that is half done, or awaits confirmation.

    Undone is what it changed: what others did in the meantime outside of that stays.
    """
    end("rollback", lambda: _rollback(cluster, style, resume=resume), style)


def history(cluster: ClusterName = "", style: Style = Format.TEXT) -> None:
    """List the changes that were made on this host, and how each ended."""
    end("history", lambda: _history(cluster), style)


def _seconds(text: str) -> float:
    try:
        seconds = durations.seconds(text) if text else 0
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if text and not seconds:
        raise typer.BadParameter("nobody can confirm within no time")
    return seconds


def _read(where: _Where) -> tuple[Desired, Places]:
    from lvsgen.host.paths import Places
    from lvsgen.outdir import desired, pick, reviewed

    found = desired.read(pick.choose(where.out, where.cluster, where.host), whole=where.committed)
    reviewed.check(found, committed=where.committed)
    return found, Places(found.file.cluster)


def _plan(where: _Where, files: tuple[bool, bool], save: Path | None, *, exit_code: bool) -> Outcome:
    from lvsgen.apply import history, planfile, prepare
    from lvsgen.cli import changereport
    from lvsgen.host import drained

    desired, places = _read(where)
    changereport.need_root("reading a host")
    change = prepare.prepare(desired, places, prepare.Wishes(*files))
    if save:
        planfile.write(save, change)
    notes = [changereport.said_of_open(journal) for journal in history.unfinished(places)]
    notes += filter(None, [drained.warning(places)])
    differs = exit_code and bool(change.words or change.files)
    data = changereport.plan_data(change) | planfile.digests(change) | {"notes": notes}
    return Outcome(Exit.DIFFERS if differs else Exit.DONE, changereport.plan_text(change, notes), data)


def _apply(where: _Where, wishes: Wishes, plan_file: Path | None, style: Format, *, rehearse: bool) -> Outcome:
    from lvsgen.apply import announcing, executor, planfile, prepare, rehearsal
    from lvsgen.cli import changereport
    from lvsgen.host import drained

    def prepared() -> Change:
        warn(filter(None, [drained.warning(places)]))
        change = prepare.prepare(desired, places, wishes)
        if planned:
            planfile.check(planned, change)
        if rehearse:
            changereport.say(style, rehearsal.of(change))
        warn(announcing.look(change.operations, take_over=wishes.take_over))
        return change

    def warn(lines: Iterable[str]) -> None:
        for line in lines:
            warnings.append(line)
            changereport.say(style, [line])

    changereport.need_root()
    desired, places = _read(where)
    planned = planfile.read(plan_file) if plan_file else None
    warnings: list[str] = []
    found = executor.apply(places, prepared, changereport.observer(style))
    return changereport.outcome(places.cluster, found, warnings)


def _confirm(cluster: str, style: Format, *, same_session: bool) -> Outcome:
    from lvsgen.apply import executor, history
    from lvsgen.cli import changereport
    from lvsgen.host.paths import Places

    changereport.need_root()
    name = history.cluster(cluster)
    ending = executor.confirm(Places(name), changereport.observer(style), same_session=same_session)
    return changereport.outcome(name, (ending,))


def _rollback(cluster: str, style: Format, *, resume: bool) -> Outcome:
    from lvsgen.apply import executor, history
    from lvsgen.cli import changereport
    from lvsgen.host.paths import Places

    changereport.need_root()
    name = history.cluster(cluster)
    ending = executor.rollback(Places(name), changereport.observer(style), resume=resume)
    return changereport.rolled_back(name, ending)


def _history(cluster: str) -> Outcome:
    from lvsgen.apply import history
    from lvsgen.cli import changereport
    from lvsgen.host.paths import Places

    changereport.need_root("reading what was done")
    name = history.known(cluster)
    past = list(history.past(Places(name))) if name else []
    text = changereport.history_text(past) if past else f"{history.none(cluster)}\n"
    return Outcome(text=text, data={"changes": [changereport.past_data(one) for one in past]})
