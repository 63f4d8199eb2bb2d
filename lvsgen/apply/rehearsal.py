"""When a change is rehearsed, and what is said of it."""

from __future__ import annotations

from lvsgen.apply import foresight, rehearse
from lvsgen.apply.change import Change
from lvsgen.plan.plan import plan


def of(change: Change) -> tuple[str, ...]:
    """Rehearse a change that needs it; lines for people. OperatorError when the kernel would not do it."""
    foresight.refuse_loss(change.foreseen, allowed=change.allow_route_loss)
    if not rehearse.is_needed(plan(change.snapshot, change.target)):
        return ()
    modules = rehearse.rehearse(change.snapshot, change.target, change.scope)
    loaded = f"; these modules stay loaded: {' '.join(modules)}" if modules else ""
    return (f"rehearsed: the kernel does it{loaded}",)
