"""lvsgen confirm: keep a change that awaits it."""

from __future__ import annotations

from typing import Annotated

import typer

from lvsgen.cli import changereport, here, progress
from lvsgen.cli.options import ClusterName, Style
from lvsgen.cli.outcome import Format, Outcome, end

SHORT = "Keep a change that awaits it."
EXAMPLE = "lvsgen confirm"

SameSession = Annotated[
    bool, typer.Option("--same-session", help="Also from a login that began before the change was made.")
]


def confirm(cluster: ClusterName = "", same_session: SameSession = False, style: Style = Format.TEXT) -> None:
    """Keep the change that awaits confirmation; its files are written now, so that the next boot keeps it, too."""
    end("confirm", lambda: _confirm(cluster, style, same_session=same_session), style)


def _confirm(cluster: str, style: Format, *, same_session: bool) -> Outcome:
    from lvsgen.apply import executor, history
    from lvsgen.host.paths import HostPaths

    here.need_root()
    name = history.cluster(cluster)
    ending = executor.confirm(HostPaths(name), progress.observer(style), same_session=same_session)
    return changereport.outcome(name, (ending,))
