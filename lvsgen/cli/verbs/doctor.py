"""lvsgen doctor: what this host can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lvsgen.cli.here import Where
from lvsgen.cli.options import OUT, ClusterName, HostName, OutDir, Style
from lvsgen.cli.outcome import Format, Outcome, end
from lvsgen.errors import OperatorError
from lvsgen.exits import Exit

if TYPE_CHECKING:
    from lvsgen.outdir.desired import Desired

SHORT = "Say what this host can do."
EXAMPLE = "lvsgen doctor --format json"


def doctor(out: OutDir = OUT, cluster: ClusterName = "", host: HostName = "", style: Style = Format.TEXT) -> None:
    """Say what this host can do and what is in the way, each with the next step; mends nothing.

    Where out/ has this host, only what that needs is looked at.
    """
    end("doctor", lambda: _doctor(Where(out, cluster, host)), style)


def _doctor(where: Where) -> Outcome:
    from lvsgen.doctor import examine
    from lvsgen.doctor.line import Verdict

    lines = list(examine.examine(_known(where)))
    status = Exit.DIFFERS if any(line.verdict is Verdict.PROBLEM for line in lines) else Exit.DONE
    return Outcome(status, examine.text(lines), {"lines": examine.data(lines)})


def _known(where: Where) -> Desired | None:
    """Read what the host is to be; only when nobody has said where, there may be nothing to read."""
    from lvsgen.outdir import desired, pick

    try:
        folder = pick.choose(where.out, where.cluster, where.host)
    except OperatorError:
        if where != Where(OUT, "", ""):
            raise
        return None
    return desired.read(folder)
