"""lvsgen undrain: take a drain back."""

from __future__ import annotations

from lvsgen.cli import here
from lvsgen.cli.here import Where
from lvsgen.cli.options import OUT, ClusterName, HostName, OutDir, Realserver, Style
from lvsgen.cli.outcome import Format, Outcome, end
from lvsgen.exits import Exit

SHORT = "Take a drain back."
EXAMPLE = "lvsgen undrain llc6"


def undrain(
    name: Realserver, out: OutDir = OUT, cluster: ClusterName = "", host: HostName = "", style: Style = Format.TEXT
) -> None:
    """Give a drained realserver the weights again that out/ says."""
    end("undrain", lambda: _undrain(name, Where(out, cluster, host), style), style)


def _undrain(name: str, where: Where, style: Format) -> Outcome:
    from lvsgen.apply import draining

    desired, paths = here.reviewed(where, committed=False)
    done = here.change(paths, lambda: draining.undrain(desired, paths, name), style)
    if done.status is not Exit.DONE:
        return done
    return Outcome(text=f"{name} is not drained\n", data={"realserver": name})
