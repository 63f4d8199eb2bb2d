"""Rehearse a change in a scratch network namespace: what the kernel would refuse is refused before anything is touched.

The namespace gets the host's devices as dummies, its addresses and routes, and what the scope holds of its state; then
the plan runs in it, and what it comes to is read back. Who can be reached, and ARP, are not rehearsed. What our chains
and tables hold before the change is not rebuilt: it may lean on chains and sets of others, and is replaced anyway.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lvsgen import process
from lvsgen.apply import foresight, scratch
from lvsgen.apply.change import Change
from lvsgen.errors import OperatorError
from lvsgen.host.live import reader, sysctl
from lvsgen.plan import commands, describe
from lvsgen.plan import operation as op
from lvsgen.plan.operation import Operation, part_of
from lvsgen.plan.plan import plan
from lvsgen.state import sysctls
from lvsgen.state.hoststate import HostState
from lvsgen.state.parts import Destination, Sysctl
from lvsgen.state.scope import Scope, narrow

_HINT = "nothing was touched; mend the description, or, if the rehearsal is wrong, repeat with --no-rehearse"
_PER_NAMESPACE = ("net/ipv4/conf/", "net/ipv4/vs/", sysctls.IP_FORWARD)
"""The only settings that are written here: of others it is not sure that they are the namespace's own."""


def change(change: Change) -> tuple[str, ...]:
    """Rehearse a change that needs it; lines for people. OperatorError when the kernel would not do it."""
    foresight.refuse_loss(change.foreseen, allowed=change.allow_route_loss)
    if not is_needed(plan(change.snapshot, change.target)):
        return ()
    modules = rehearse(change.snapshot, change.target, change.scope)
    loaded = f"; these modules stay loaded: {' '.join(modules)}" if modules else ""
    return (f"rehearsed: the kernel does it{loaded}",)


def is_needed(operations: Iterable[Operation]) -> bool:
    """Tell whether there is anything to learn: the kernel takes any weight for a destination that is there."""
    return any(not _is_weight(operation) for operation in operations)


def rehearse(current: HostState, desired: HostState, scope: Scope) -> tuple[str, ...]:
    """Run plan(current, desired) where it changes nothing, and name the modules that were loaded for it.

    Both are narrowed to the scope. OperatorError, with the tool's own words, when it does not lead to `desired`.
    """
    for operation in plan(current, desired):
        part = part_of(operation)
        if isinstance(part, Sysctl) and sysctl.value(part.path) is None:
            raise OperatorError(f"this kernel has no {part.path}", _HINT)
    modules, furniture = _modules(), scratch.furniture()
    scratch.inside(lambda: _play(furniture, current, desired, scope))
    return tuple(sorted(_modules() - modules))


def _play(furniture: scratch.Furniture, current: HostState, desired: HostState, scope: Scope) -> None:
    scratch.furnish(furniture)
    before, after = _local(_hollow(current)), _local(desired)
    _reach(before, scope, "cannot rehearse: the host cannot be rebuilt in a scratch namespace", scratch.NO_REHEARSAL)
    _reach(after, scope, "the kernel would not do this", _HINT)


def _reach(target: HostState, scope: Scope, failure: str, hint: str) -> None:
    """Run what leads to a state; OperatorError when something is left to do."""
    complaints = _run(plan(_seen(scope), target))
    left = plan(_seen(scope), target)
    if left:
        said = f": {complaints[0]}" if complaints else ""
        raise OperatorError(f"{failure}: {describe.say(left[0])}{said}", hint)


def _seen(scope: Scope) -> HostState:
    return _local(narrow(reader.read(scope), scope))


def _run(operations: Iterable[Operation]) -> list[str]:
    """Run operations, going on after those that fail; returns what was complained about."""
    done = [process.run(command.argv, command.stdin) for command in commands.commands(operations)]
    return [run.complaint for run in done if run.status or run.stderr]


def _local(state: HostState) -> HostState:
    """Keep the settings that this namespace has for itself."""
    kept = (setting for setting in state.sysctls if setting.path.startswith(_PER_NAMESPACE))
    return replace(state, sysctls=tuple(setting for setting in kept if sysctl.value(setting.path) is not None))


def _hollow(state: HostState) -> HostState:
    return replace(
        state,
        chains=tuple(replace(chain, rules=()) for chain in state.chains),
        tables=tuple(replace(table, body=()) for table in state.tables),
    )


def _is_weight(operation: Operation) -> bool:
    match operation:
        case op.Change(Destination() as before, Destination() as after):
            return replace(before, weight=after.weight) == after
        case _:
            return False


def _modules() -> frozenset[str]:
    try:
        return frozenset(line.split()[0] for line in Path("/proc/modules").read_text().splitlines())
    except OSError:
        return frozenset()
