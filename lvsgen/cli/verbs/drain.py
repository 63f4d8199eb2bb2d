"""lvsgen drain: let a realserver run dry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from lvsgen.cli import durations, here, progress
from lvsgen.cli.here import Where
from lvsgen.cli.options import OUT, ClusterName, HostName, OutDir, Realserver, Style
from lvsgen.cli.outcome import Format, Outcome, end
from lvsgen.exits import Exit, by_signal

if TYPE_CHECKING:
    from lvsgen.host.live.leaving import Left

SHORT = "Let a realserver run dry."
EXAMPLE = "lvsgen drain llc6 --timeout 2h"

Timeout = Annotated[
    str, typer.Option("--timeout", metavar="TIME", help="How long to wait: 90s, 2h; 0 not at all. Else for ever.")
]
RefuseClients = Annotated[
    bool, typer.Option("--refuse-clients", help="Even where a scheduler would refuse clients meanwhile.")
]


def drain(  # noqa: PLR0913, PLR0917
    name: Realserver,
    timeout: Timeout = "",
    refuse_clients: RefuseClients = False,
    out: OutDir = OUT,
    cluster: ClusterName = "",
    host: HostName = "",
    style: Style = Format.TEXT,
) -> None:
    """Give a realserver weight 0 in every service, and wait until its connections are gone.

    It gets no new connections; that stays so through reload, apply and reboot, until undrain. Interrupting the wait
    leaves it drained. Schedulers that hash (dh; sh and mh without their fallback flag) would refuse the clients that
    they point at it: that is refused.
    """
    patience = durations.seconds(timeout) if timeout else None
    where = Where(out, cluster, host)
    end("drain", lambda: _drain(name, patience, where, style, refuse_clients=refuse_clients), style)


def _drain(name: str, patience: float | None, where: Where, style: Format, *, refuse_clients: bool) -> Outcome:
    from lvsgen.apply import draining
    from lvsgen.cli import waiting
    from lvsgen.host import signals
    from lvsgen.outdir import reviewed

    desired, paths = here.read(where)
    doubt = reviewed.doubt(desired)
    progress.say(style, [f"note: out/ is taken as it stands: {doubt}"] if doubt else [])
    done = here.change(paths, lambda: draining.drain(desired, paths, name, refuse_clients=refuse_clients), style)
    if done.status is not Exit.DONE:
        return done
    cautions = draining.cautions(desired, paths, name)
    progress.remark(style, cautions)
    try:
        with signals.PROCESS.heard():
            left = waiting.until_none(
                lambda: draining.left(desired, paths, name), lambda found: f"{name}: {found.words} left", patience
            )
    except signals.SignalError as ended:
        hint = f"wait on: lvsgen drain {name}; or take it back: lvsgen undrain {name}"
        return Outcome(by_signal(ended.number), error=f"interrupted; {name} stays drained", hint=hint)
    return _ended(name, left, cautions, [doubt] if doubt else [])


def _ended(name: str, left: Left, cautions: Sequence[str], notes: list[str]) -> Outcome:
    data = {
        "realserver": name,
        "connections": left.connections,
        "flows": left.flows,
        "cautions": list(cautions),
        "notes": notes,
    }
    if left:
        error = f"{name} is drained, but {left.words} still open"
        return Outcome(Exit.DIFFERS, data=data, error=error, hint=f"wait on: lvsgen drain {name}")
    return Outcome(text=f"{name} is drained, and no connection is left\n", data=data)
