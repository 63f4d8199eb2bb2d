"""lvsgen status: whether this host is as out/ says."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from lvsgen.cli import here
from lvsgen.cli.here import Where
from lvsgen.cli.options import OUT, ClusterName, HostName, OutDir
from lvsgen.cli.outcome import Format, Outcome, end
from lvsgen.exits import Exit

if TYPE_CHECKING:
    from lvsgen.host.paths import HostPaths
    from lvsgen.outdir.desired import Desired

SHORT = "Say whether this host is as out/ says."
EXAMPLE = "lvsgen status --watch; lvsgen status --format prometheus > lvsgen.prom"


class StatusFormat(StrEnum):
    """Who reads a status."""

    TEXT = "text"
    JSON = "json"
    PROMETHEUS = "prometheus"


StatusStyle = Annotated[
    StatusFormat, typer.Option("--format", help="prometheus is a textfile for node_exporter, and exits 0.")
]
Watch = Annotated[bool, typer.Option("--watch", help="Look again and again, until interrupted.")]
Interval = Annotated[float, typer.Option("--interval", metavar="SECONDS", min=0.1, help="How often.")]


def status(  # noqa: PLR0913, PLR0917
    out: OutDir = OUT,
    cluster: ClusterName = "",
    host: HostName = "",
    style: StatusStyle = StatusFormat.TEXT,
    watch: Watch = False,
    interval: Interval = 2.0,
) -> None:
    """Say whether this host is as out/ says, running and at its next boot, and what goes where; changes nothing."""
    if watch and style is not StatusFormat.TEXT:
        raise typer.BadParameter("--watch is for people: it goes with --format text")
    where, form = Where(out, cluster, host), Format.JSON if style is StatusFormat.JSON else Format.TEXT
    end("status", lambda: _watch(where, interval) if watch else _status(where, style), form)


def _status(where: Where, style: StatusFormat) -> Outcome:
    from lvsgen.status import data, look, prometheus, text

    found = look.look(*_seen(where))
    if style is StatusFormat.PROMETHEUS:
        return Outcome(text=prometheus.text(found))
    return Outcome(Exit.DONE if found.in_sync else Exit.DIFFERS, text.text(found), data.data(found))


def _watch(where: Where, interval: float) -> Outcome:
    from lvsgen.cli import watching
    from lvsgen.status import look

    seen = _seen(where)
    watching.watch(lambda: look.look(*seen), interval)
    return Outcome()


def _seen(where: Where) -> tuple[Desired, HostPaths]:
    """Read what the host is to be, for who may see all of it."""
    found = here.read(where)
    here.need_root("reading a host")
    return found
