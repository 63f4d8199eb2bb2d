"""Status: how a host stands to what out/ says, running and at its next boot; nothing is changed for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lvsgen.apply import journal, watcher
from lvsgen.apply.work import read_record
from lvsgen.errors import OperatorError
from lvsgen.host import drained, lock, record
from lvsgen.host.files import FileChange, Kind, Node
from lvsgen.host.live import reader
from lvsgen.host.live.ipvs import Connections
from lvsgen.host.live.reader import Sight
from lvsgen.host.paths import HostPaths
from lvsgen.outdir import desired as outputs
from lvsgen.outdir import reviewed
from lvsgen.outdir.desired import Desired
from lvsgen.plan import describe
from lvsgen.plan.operation import Operation
from lvsgen.plan.plan import plan
from lvsgen.state.hoststate import HostState
from lvsgen.state.parts import Destination, Service
from lvsgen.state.scope import Scope, narrow
from lvsgen.state.statefile import StateFile


@dataclass(frozen=True, slots=True)
class Row:
    """A destination as it is live; `realserver` is its name, "" when out/ knows none by its address."""

    service: Service
    destination: Destination
    realserver: str
    connections: Connections
    is_drained: bool
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Status:
    """How a host stands: `running` is what an apply would do, `files` what is otherwise for the next boot.

    `open` are changes that are not yet at their end, `foreign` is what is there beside ours, `warnings` say what is
    passed over, and `notes` why plan and apply would refuse this out/.
    """

    cluster: str
    host: str
    running: tuple[Operation, ...]
    files: tuple[str, ...]
    rows: tuple[Row, ...]
    drained: tuple[str, ...]
    foreign: tuple[str, ...]
    open: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def in_sync(self) -> bool:
        """Whether nothing differs, now and at the next boot, and no change is open."""
        return not (self.running or self.files or self.open)


def look(desired: Desired, paths: HostPaths) -> Status:
    """Read a host and compare it."""
    file, found = desired.file, record.parse(read_record(paths) or "", lock.boot_id())
    wanted = drained.desired(file, paths)
    scope = Scope.of(wanted) | found.scope
    sight = reader.look(scope)
    ours = narrow(sight.state, scope)
    names = drained.names(paths)
    return Status(
        file.cluster,
        file.host,
        plan(ours, record.aim(wanted, found, ours)),
        _files(desired, paths),
        tuple(_rows(file, sight, scope, names)),
        names,
        tuple(_foreign(sight, scope, wanted)),
        tuple(_open(paths)),
        tuple(filter(None, [drained.warning(paths)])),
        tuple(filter(None, [reviewed.doubt(desired)])),
    )


def _files(desired: Desired, paths: HostPaths) -> tuple[str, ...]:
    """Say what is otherwise for the next boot; what cannot be compared is said in place of it, and is no less."""
    try:
        return tuple(_said(change) for change in outputs.file_changes(desired, paths.root, network=False))
    except OperatorError as error:
        return (str(error),)


def _rows(file: StateFile, sight: Sight, scope: Scope, names: tuple[str, ...]) -> Iterator[Row]:
    known = {address: server.name for server in file.realservers for address in server.addresses}
    services = {service.key: service for service in sight.state.services}
    for destination in sight.state.destinations:
        service, name = services[destination.service], known.get(destination.address, "")
        count = sight.counts.get(destination.key, Connections())
        ours = service.key in scope.keys
        yield Row(service, destination, name, count, ours and name in names, ours)


def _foreign(sight: Sight, scope: Scope, wanted: HostState) -> Iterator[str]:
    for service in sight.state.services:
        if service.key not in scope.keys:
            yield f"service {describe.say_key(service.key)}, scheduler {service.scheduler}"
    vips = {address.address for address in wanted.addresses}
    for address in sight.state.addresses:
        if address.address in vips and address.key not in scope.keys:
            yield f"address {address.address} on {address.device}: a VIP of ours, but not where we put it"
    yield from sight.foreign


def _open(paths: HostPaths) -> Iterator[str]:
    for entry in journal.all_of(paths.journals):
        phase = entry.phase
        if phase.is_open:
            waits = phase is journal.Phase.HOLDING
            yield f"change {entry.number} " + ("awaits confirmation" if waits else f"was left {phase}")
            yield from watcher.remarks(paths, entry)


def _said(change: FileChange) -> str:
    before, after = change.before, change.after
    if before.kind is Kind.ABSENT:
        return f"{change.path}: is missing"
    if after.kind is Kind.ABSENT:
        return f"{change.path}: is there and should not be"
    if before.kind is not after.kind:
        return f"{change.path}: is a {before.kind} and should be a {after.kind}"
    if before.raw != after.raw:
        return f"{change.path}: differs"
    return f"{change.path}: mode and owner are {_owner(before)}, should be {_owner(after)}"


def _owner(node: Node) -> str:
    return f"{node.mode:04o} {node.uid}:{node.gid}"
