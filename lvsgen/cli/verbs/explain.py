"""lvsgen explain: what the code of a finding means, or how commands end."""

from __future__ import annotations

from typing import Annotated

import typer

from lvsgen import exits, phrasing
from lvsgen.cli.outcome import Outcome, end
from lvsgen.errors import OperatorError

SHORT = "Explain the code of a finding."
EXAMPLE = "lvsgen explain LVS203; lvsgen explain exit-status"

Code = Annotated[str, typer.Argument(metavar="CODE", help="Such as LVS203; or exit-status.")]


def explain(code: Code) -> None:
    """Explain one code of findings: what it means, why it matters, what to do; or how commands end."""
    end("explain", lambda: _explain(code))


def _explain(code: str) -> Outcome:
    from lvsgen.checks import collected
    from lvsgen.findings import catalogue

    if code == "exit-status":
        return Outcome(text=exits.explained())
    known = collected.codes().get(code.upper())
    if known is None:
        hint = phrasing.did_you_mean(code.upper(), collected.codes()) or "a finding names its code, behind the place"
        raise OperatorError(f"there is no finding {phrasing.quote(code)}", hint)
    return Outcome(text=catalogue.explain(known))
