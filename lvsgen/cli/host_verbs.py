"""The verbs about the host one is on: status, drain, undrain, doctor."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lvsgen.cli import durations
from lvsgen.cli.once import Once
from lvsgen.cli.outcome import Format, Outcome, end
from lvsgen.exits import Exit, by_signal, epilog

if TYPE_CHECKING:
    from lvsgen.apply.change import Change
    from lvsgen.host.paths import Places
    from lvsgen.outdir.desired import Desired

Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where build has written.")]
ClusterName = Annotated[str, typer.Option("--cluster", metavar="NAME", help="Which cluster, if DIR holds several.")]
HostName = Annotated[str, typer.Option("--host", metavar="NAME", help="Which host this is, if not by its own name.")]
Style = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]
_OUT = Path("out")


class StatusFormat(StrEnum):
    """Who reads a status."""

    TEXT = "text"
    JSON = "json"
    PROMETHEUS = "prometheus"


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    watching = "lvsgen status --watch; lvsgen status --format prometheus > lvsgen.prom"
    _add(app, status, "Say whether this host is as out/ says.", watching)
    _add(app, drain, "Let a realserver run dry.", "lvsgen drain llc6 --timeout 2h")
    _add(app, undrain, "Take a drain back.", "lvsgen undrain llc6")
    _add(app, doctor, "Say what this host can do.", "lvsgen doctor --format json")


def _add(app: typer.Typer, verb: Callable[..., None], short: str, example: str) -> None:
    app.command(cls=Once, short_help=short, epilog=f"Example: {example}. {epilog(verb.__name__)}")(verb)


def status(  # noqa: PLR0913, PLR0917
    out: Out = _OUT,
    cluster: ClusterName = "",
    host: HostName = "",
    style: Annotated[
        StatusFormat, typer.Option("--format", help="prometheus is a textfile for node_exporter, and exits 0.")
    ] = StatusFormat.TEXT,
    watch: Annotated[bool, typer.Option("--watch", help="Look again and again, until interrupted.")] = False,
    interval: Annotated[float, typer.Option("--interval", metavar="SECONDS", min=0.1, help="How often.")] = 2.0,
) -> None:
    """Say whether this host is as out/ says, running and at its next boot, and what goes where; changes nothing."""
    if watch and style is not StatusFormat.TEXT:
        raise typer.BadParameter("--watch is for people: it goes with --format text")
    form = Format.JSON if style is StatusFormat.JSON else Format.TEXT
    if watch:
        end("status", lambda: _watch(out, cluster, host, interval), form)
    end("status", lambda: _status(out, cluster, host, style), form)


def drain(  # noqa: PLR0913, PLR0917
    name: Annotated[str, typer.Argument(metavar="REALSERVER", help="Its name in the description.")],
    timeout: Annotated[
        str, typer.Option("--timeout", metavar="TIME", help="How long to wait: 90s, 2h; 0 not at all. Else for ever.")
    ] = "",
    refuse_clients: Annotated[
        bool, typer.Option("--refuse-clients", help="Even where a scheduler would refuse clients meanwhile.")
    ] = False,
    out: Out = _OUT,
    cluster: ClusterName = "",
    host: HostName = "",
    style: Style = Format.TEXT,
) -> None:
    """Give a realserver weight 0 in every service, and wait until its connections are gone.

    It gets no new connections; that stays so through reload, apply and reboot, until undrain. Interrupting the wait
    leaves it drained. Schedulers that hash (dh; sh and mh without their fallback flag) would refuse the clients that
    they point at it: that is refused.
    """
    patience, where = _patience(timeout), (out, cluster, host)
    end("drain", lambda: _drain(name, patience, where, style, refuse_clients=refuse_clients), style)


def undrain(
    name: Annotated[str, typer.Argument(metavar="REALSERVER", help="Its name in the description.")],
    out: Out = _OUT,
    cluster: ClusterName = "",
    host: HostName = "",
    style: Style = Format.TEXT,
) -> None:
    """Give a drained realserver the weights again that out/ says."""
    end("undrain", lambda: _undrain(name, (out, cluster, host), style), style)


def doctor(
    out: Out = _OUT,
    cluster: ClusterName = "",
    host: HostName = "",
    style: Style = Format.TEXT,
) -> None:
    """Say what this host can do and what is in the way, each with the next step; mends nothing.

    Where out/ has this host, only what that needs is looked at.
    """
    end("doctor", lambda: _doctor(out, cluster, host), style)


def _patience(timeout: str) -> float | None:
    try:
        return durations.seconds(timeout) if timeout else None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _here(out: Path, cluster: str, host: str) -> tuple[Desired, Places]:
    from lvsgen.host.paths import Places
    from lvsgen.outdir import desired, pick

    found = desired.read(pick.choose(out, cluster, host))
    return found, Places(found.file.cluster)


def _seen(out: Path, cluster: str, host: str) -> tuple[Desired, Places]:
    """As _here, for who may see all of a host."""
    from lvsgen.cli import changereport

    found = _here(out, cluster, host)
    changereport.need_root("reading a host")
    return found


def _status(out: Path, cluster: str, host: str, style: StatusFormat) -> Outcome:
    from lvsgen.status import data, look, prometheus, text

    found = look.look(*_seen(out, cluster, host))
    if style is StatusFormat.PROMETHEUS:
        return Outcome(text=prometheus.text(found))
    return Outcome(Exit.DONE if found.in_sync else Exit.DIFFERS, text.text(found), data.data(found))


def _watch(out: Path, cluster: str, host: str, interval: float) -> Outcome:
    from lvsgen.cli import watching
    from lvsgen.status import look

    here = _seen(out, cluster, host)
    watching.watch(lambda: look.look(*here), interval)
    return Outcome()


def _drain(
    name: str, patience: float | None, where: tuple[Path, str, str], style: Format, *, refuse_clients: bool
) -> Outcome:
    from lvsgen.apply import draining
    from lvsgen.cli import changereport, waiting
    from lvsgen.host import signals
    from lvsgen.outdir import reviewed

    desired, places = _here(*where)
    doubt = reviewed.doubt(desired)
    changereport.say(style, [f"note: out/ is taken as it stands: {doubt}"] if doubt else [])
    failed = _change(places, lambda: draining.drain(desired, places, name, refuse_clients=refuse_clients), style)
    if failed:
        return failed
    cautions = draining.cautions(desired, places, name)
    changereport.remark(style, cautions)
    try:
        with signals.PROCESS.heard():
            left = waiting.until_none(
                lambda: draining.left(desired, places, name), lambda found: f"{name}: {found.words} left", patience
            )
    except signals.SignalError as ended:
        hint = f"wait on: lvsgen drain {name}; or take it back: lvsgen undrain {name}"
        return Outcome(by_signal(ended.number), error=f"interrupted; {name} stays drained", hint=hint)
    data = {
        "realserver": name,
        "connections": left.connections,
        "flows": left.flows,
        "cautions": list(cautions),
        "notes": [doubt] if doubt else [],
    }
    if left:
        error = f"{name} is drained, but {left.words} still open"
        return Outcome(Exit.DIFFERS, data=data, error=error, hint=f"wait on: lvsgen drain {name}")
    return Outcome(text=f"{name} is drained, and no connection is left\n", data=data)


def _undrain(name: str, where: tuple[Path, str, str], style: Format) -> Outcome:
    from lvsgen.apply import draining
    from lvsgen.outdir import reviewed

    desired, places = _here(*where)
    reviewed.check(desired, committed=False)
    failed = _change(places, lambda: draining.undrain(desired, places, name), style)
    return failed or Outcome(text=f"{name} is not drained\n", data={"realserver": name})


def _change(places: Places, prepare: Callable[[], Change], style: Format) -> Outcome | None:
    """Make a change; gives what to say when it failed."""
    from lvsgen.apply import executor
    from lvsgen.cli import changereport
    from lvsgen.host import drained

    changereport.need_root()
    changereport.say(style, filter(None, [drained.warning(places)]))
    done = changereport.outcome(places.cluster, executor.apply(places, prepare, changereport.observer(style)))
    return None if done.status is Exit.DONE else done


def _doctor(out: Path, cluster: str, host: str) -> Outcome:
    from lvsgen.doctor import examine
    from lvsgen.doctor.line import Verdict

    lines = list(examine.examine(_known(out, cluster, host)))
    status = Exit.DIFFERS if any(line.verdict is Verdict.PROBLEM for line in lines) else Exit.DONE
    return Outcome(status, examine.text(lines), {"lines": examine.data(lines)})


def _known(out: Path, cluster: str, host: str) -> Desired | None:
    """Read what the host is to be; only when nobody has said where, there may be nothing to read."""
    from lvsgen.errors import OperatorError
    from lvsgen.outdir import desired, pick

    try:
        folder = pick.choose(out, cluster, host)
    except OperatorError:
        if (out, cluster, host) != (_OUT, "", ""):
            raise
        return None
    return desired.read(folder)
