"""lvsgen rollback: undo the last change."""

from __future__ import annotations

from typing import Annotated

import typer

from lvsgen.cli import changereport, here, progress
from lvsgen.cli.options import ClusterName, Style
from lvsgen.cli.outcome import Format, Outcome, end

SHORT = "Undo the last change."
EXAMPLE = "lvsgen rollback"

Resume = Annotated[bool, typer.Option("--resume", help="Only end what was left half done.")]


def rollback(cluster: ClusterName = "", resume: Resume = False, style: Style = Format.TEXT) -> None:
    """Undo the last change that is not yet undone; or one that is half done, or awaits confirmation.

    Undone is what it changed: what others did in the meantime outside of that stays.
    """
    end("rollback", lambda: _rollback(cluster, style, resume=resume), style)


def _rollback(cluster: str, style: Format, *, resume: bool) -> Outcome:
    from lvsgen.apply import executor, history
    from lvsgen.host.paths import HostPaths

    here.need_root()
    name = history.cluster(cluster)
    ending = executor.rollback(HostPaths(name), progress.observer(style), resume=resume)
    return changereport.rolled_back(name, ending)
