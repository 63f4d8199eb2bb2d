"""Drain a realserver, and take that back: a change of weights and of the list of who is drained, and of nothing else.

What out/ says beyond that, and is not applied yet, waits for an apply.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from lvsgen.apply import costs
from lvsgen.apply.change import Change
from lvsgen.apply.work import read_record
from lvsgen.host import drained, files, lock, record, session
from lvsgen.host.files import FileChange, Kind, Node
from lvsgen.host.live import ipvs, leaving, reader
from lvsgen.host.live.leaving import Left
from lvsgen.host.paths import HostPaths
from lvsgen.outdir.desired import Desired
from lvsgen.plan import describe
from lvsgen.plan.plan import plan
from lvsgen.state.hoststate import HostState
from lvsgen.state.keys import ServiceKey
from lvsgen.state.scope import Scope, narrow


def drain(desired: Desired, paths: HostPaths, name: str, *, refuse_clients: bool = False) -> Change:
    """Work out how a realserver gets no new connections, through any service of ours.

    OperatorError where its clients would be refused instead of being sent elsewhere, unless that is wished for.
    """
    drained.known(desired.file, name)
    quiet = drained.addresses(desired.file, [name])
    current = _current(desired, paths)
    if not refuse_clients:
        costs.check(current, quiet, name)
    return _change(desired, paths, current, drained.overlay(current, quiet), {*drained.names(paths), name})


def undrain(desired: Desired, paths: HostPaths, name: str) -> Change:
    """Work out how a realserver gets its weights again, those that out/ says now."""
    names = set(drained.names(paths))
    if name not in names:
        drained.known(desired.file, name)
    names.discard(name)
    back = drained.addresses(desired.file, [name]) - drained.addresses(desired.file, names)
    current = _current(desired, paths)
    return _change(desired, paths, current, drained.restored(current, desired.file.state, back), names)


def left(desired: Desired, paths: HostPaths, name: str) -> Left:
    """Count what goes to a realserver through our services."""
    quiet, ours = drained.addresses(desired.file, [name]), _scope(desired, paths)
    counts = ipvs.table().counts.items()
    return leaving.total((key.service, count) for key, count in counts if ours.holds(key) and key.address in quiet)


def cautions(desired: Desired, paths: HostPaths, name: str) -> tuple[str, ...]:
    """Say of a realserver that is drained for whom waiting is no help."""
    quiet = drained.addresses(desired.file, [name])
    return tuple(costs.cautions(_current(desired, paths), quiet))


def _current(desired: Desired, paths: HostPaths) -> HostState:
    scope = _scope(desired, paths)
    return narrow(reader.read(scope), scope)


def _scope(desired: Desired, paths: HostPaths) -> Scope:
    """Services alone: those of out/, and those that an older version of it has put."""
    found = record.parse(read_record(paths) or "", lock.boot_id())
    return Scope(frozenset((Scope.of(desired.file.state) | found.scope).kind(ServiceKey)))


def _change(desired: Desired, paths: HostPaths, current: HostState, target: HostState, names: Iterable[str]) -> Change:
    words = tuple(describe.say(operation) for operation in plan(current, target))
    listed = _listing(paths, drained.text(names))
    return Change(
        boot=lock.boot_id(),
        cluster=desired.file.cluster,
        host=desired.file.host,
        when=datetime.now(UTC).isoformat(timespec="seconds"),
        session=session.current(),
        scope=_scope(desired, paths),
        snapshot=current,
        desired=target,
        target=target,
        record=read_record(paths),
        files=(listed,) if listed.is_needed else (),
        words=words,
        is_recorded=False,
    )


def _listing(paths: HostPaths, text: str) -> FileChange:
    path = drained.file(paths)
    after = Node(Kind.FILE, text.encode(errors="surrogateescape"), 0o644) if text else files.ABSENT
    return files.change(str(path), after)
