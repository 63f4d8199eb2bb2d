"""Prepare a change: read the host, and work out all that a transaction is about, before anything is touched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lvsgen import process
from lvsgen.apply import foresight
from lvsgen.apply.change import Change
from lvsgen.apply.work import read_record
from lvsgen.errors import OperatorError
from lvsgen.host import drained, lock, record, session
from lvsgen.host.live import dependents, reader
from lvsgen.host.paths import HostPaths
from lvsgen.outdir import desired as outputs
from lvsgen.outdir.desired import Desired
from lvsgen.plan import describe
from lvsgen.plan.plan import plan
from lvsgen.state import sysctls
from lvsgen.state.hoststate import HostState
from lvsgen.state.scope import Scope, narrow


@dataclass(frozen=True, slots=True)
class Wishes:
    """How an operator wants a change made; `confirm` in seconds, 0 for at once."""

    running_only: bool = False
    network: bool = False
    confirm: float = 0
    probe: str = ""
    rollback: bool = True
    rehearse: bool = True
    allow_route_loss: bool = False
    take_over: bool = False


def prepare(desired: Desired, paths: HostPaths, wishes: Wishes) -> Change:
    """Read the host and plan; OperatorError when it lacks what the plan needs."""
    boot, text = lock.boot_id(), read_record(paths)
    found = record.parse(text or "", boot)
    wanted = drained.desired(desired.file, paths)
    scope = Scope.of(wanted) | found.scope
    snapshot, hanging = narrow(reader.read(scope), scope), dependents.read(scope)
    target = record.aim(wanted, found, snapshot)
    _refuse_lacks(target, snapshot)
    changed = () if wishes.running_only else outputs.file_changes(desired, paths.root, network=wishes.network)
    operations = plan(snapshot, target)
    foreseen = foresight.of(hanging, operations, rehearse=wishes.rehearse)
    return Change(
        boot=boot,
        cluster=desired.file.cluster,
        host=desired.file.host,
        when=datetime.now(UTC).isoformat(timespec="seconds"),
        session=session.current(),
        scope=scope,
        snapshot=snapshot,
        desired=wanted,
        target=target,
        record=text,
        files=changed,
        words=(*(describe.say(operation) for operation in operations), *(one.says for one in foreseen)),
        probe=wishes.probe,
        confirm=wishes.confirm,
        rollback=wishes.rollback,
        dependents=hanging,
        foreseen=foreseen,
        allow_route_loss=wishes.allow_route_loss,
    )


def _refuse_lacks(target: HostState, snapshot: HostState) -> None:
    """Refuse what this host has no interface, this kernel no setting, and the system no tool for."""
    for device in sorted(_devices(target)):
        if not Path("/proc/sys/net/ipv4/conf", device).is_dir():
            raise OperatorError(f"this host has no interface {device}", "is this the right host? see --host")
    there = {sysctl.key for sysctl in snapshot.sysctls}
    for sysctl in target.sysctls:
        if sysctl.key not in there:
            raise OperatorError(f"this kernel has no setting {sysctl.path}", "see lvsgen doctor")
    for tool in sorted(_tools(target)):
        if not process.find(tool):
            raise OperatorError(f"there is no {tool} on this host", "see lvsgen doctor")


def _devices(target: HostState) -> set[str]:
    """Name the interfaces that VIPs, routes and settings are for."""
    found = {sysctls.device(sysctl.path) for sysctl in target.sysctls}
    found |= {address.device for address in target.addresses} | {route.device for route in target.routes}
    return found - {""}


def _tools(target: HostState) -> set[str]:
    needs = {
        "ipvsadm": (*target.services, *target.timeouts, *target.daemons),
        "ip": (*target.addresses, *target.routes),
        "sysctl": target.sysctls,
        "iptables-restore": target.chains,
        "nft": target.tables,
    }
    return {tool for tool, parts in needs.items() if parts}
