"""Operations as commands: argument vectors and, where a tool reads its work, the text it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import assert_never

from lvsgen.plan.operation import (
    AddAddress,
    AddDestination,
    AddRoute,
    AddService,
    DeleteAddress,
    DeleteChain,
    DeleteDestination,
    DeleteRoute,
    DeleteService,
    DeleteTable,
    EditDestination,
    EditService,
    Operation,
    ServiceOperation,
    SetChain,
    SetSysctl,
    SetTable,
    SetTimeouts,
    StartDaemon,
    StopDaemon,
)
from lvsgen.state import ipvsrules
from lvsgen.state.hoststate import Chain, HostRoute, NftTable, SyncDaemon, Timeout, VipAddress


@dataclass(frozen=True, slots=True)
class Command:
    """A command to run: no shell, `stdin` is all it reads."""

    argv: tuple[str, ...]
    stdin: str = ""


def commands(operations: Iterable[Operation]) -> tuple[Command, ...]:
    """Say how operations are done, in their order; neighbours that IPVS can take at once share one batch."""
    return tuple(_commands(operations))


def ipvs_rule(operation: ServiceOperation) -> str:
    """Write the line for `ipvsadm --restore` that an operation on the table is."""
    match operation:
        case AddService(service):
            return ipvsrules.service_rule("-A", service)
        case EditService(_, after):
            return ipvsrules.service_rule("-E", after)
        case DeleteService(service):
            return ipvsrules.service_removal(service.key)
        case AddDestination(key, destination):
            return ipvsrules.destination_rule("-a", key, destination)
        case EditDestination(key, _, after):
            return ipvsrules.destination_rule("-e", key, after)
        case DeleteDestination(key, destination):
            return ipvsrules.destination_removal(key, destination)
        case _:
            assert_never(operation)


def _commands(operations: Iterable[Operation]) -> Iterator[Command]:
    for batched, group in groupby(operations, key=lambda operation: isinstance(operation, ServiceOperation)):
        if batched:
            lines = (ipvs_rule(operation) for operation in group if isinstance(operation, ServiceOperation))
            yield Command(("ipvsadm", "--restore"), _text(*lines))
        else:
            yield from (_command(operation) for operation in group if not isinstance(operation, ServiceOperation))


def _command(  # noqa: PLR0911, PLR0912
    operation: SetSysctl
    | SetTimeouts
    | StartDaemon
    | StopDaemon
    | AddAddress
    | DeleteAddress
    | AddRoute
    | DeleteRoute
    | SetChain
    | DeleteChain
    | SetTable
    | DeleteTable,
) -> Command:
    match operation:
        case SetSysctl(key, _, after):
            return Command(("sysctl", "-w", f"{key}={after}"))
        case SetTimeouts(_, after):
            return Command(("ipvsadm", "--set", *_timeout_words(after)))
        case StartDaemon(daemon):
            return Command(("ipvsadm", "--start-daemon", *_daemon_words(daemon)))
        case StopDaemon(daemon):
            return Command(("ipvsadm", "--stop-daemon", daemon.role))
        case AddAddress(address):
            return Command(("ip", "addr", "add", *_address_words(address)))
        case DeleteAddress(address):
            return Command(("ip", "addr", "del", f"{address.address}/32", "dev", address.device))
        case AddRoute(route):
            return Command(("ip", "route", "add", *_route_words(route)))
        case DeleteRoute(route):
            return Command(("ip", "route", "del", f"{route.address}/32", "dev", route.device))
        case SetChain(before, after):
            return Command(("iptables-restore", "--noflush"), chain_text(before, after))
        case DeleteChain(chain):
            return Command(("iptables-restore", "--noflush"), _chain_removal(chain))
        case SetTable(_, after):
            return Command(("nft", "-f", "-"), table_text(after))
        case DeleteTable(table):
            return Command(("nft", "-f", "-"), f"delete table {table.family} {table.name}\n")
        case _:
            assert_never(operation)


def chain_text(before: Chain | None, after: Chain) -> str:
    """Write what iptables-restore reads to make `after` of `before`, in one commit; other chains stay as they are.

    The line that declares a chain empties it when it is there. Jumps are kept where they stand: only those too many
    are deleted and those missing appended.
    """
    old, new = ({} if chain is None else {chain.hook: chain.jumps} for chain in (before, after))
    changes = [
        f"-{'A' if delta > 0 else 'D'} {hook} -j {after.name}"
        for hook in sorted(old | new)
        for delta in (new.get(hook, 0) - old.get(hook, 0),)
        for _ in range(abs(delta))
    ]
    rules = (f"-A {after.name} {rule}" for rule in after.rules)
    return _text(f"*{after.table}", f":{after.name} - [0:0]", *rules, *changes, "COMMIT")


def table_text(table: NftTable) -> str:
    """Write what nft reads to have this table, whatever was there under its name; all or nothing."""
    name = f"table {table.family} {table.name}"
    return _text(name, f"delete {name}", f"{name} {{", *table.body, "}")


def _chain_removal(chain: Chain) -> str:
    jumps = (f"-D {chain.hook} -j {chain.name}" for _ in range(chain.jumps))
    return _text(f"*{chain.table}", *jumps, f"-F {chain.name}", f"-X {chain.name}", "COMMIT")


def _timeout_words(timeouts: tuple[Timeout, ...]) -> tuple[str, ...]:
    """Give the three words of --set, where 0 keeps what is there."""
    seconds = {timeout.name: timeout.seconds for timeout in timeouts}
    return tuple(str(seconds.get(name, 0)) for name in ("tcp", "tcpfin", "udp"))


def _daemon_words(daemon: SyncDaemon) -> tuple[str, ...]:
    return (daemon.role, "--mcast-interface", daemon.interface, "--syncid", str(daemon.syncid), *daemon.options)


def _address_words(address: VipAddress) -> Iterator[str]:
    yield f"{address.address}/32"
    if address.broadcast is not None:
        yield from ("brd", str(address.broadcast))
    yield from ("dev", address.device)
    if address.label:
        yield from ("label", address.label)
    yield from address.options


def _route_words(route: HostRoute) -> Iterator[str]:
    yield from (f"{route.address}/32", "dev", route.device)
    if route.source is not None:
        yield from ("src", str(route.source))
    yield from route.options


def _text(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)
