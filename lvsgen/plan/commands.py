"""Operations as commands: argument vectors and, where a tool reads its work, the text it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, assert_never

from lvsgen.plan.operation import Add, Change, Operation, Remove, part_of
from lvsgen.state.netfilter import Chain, NftTable
from lvsgen.state.parts import Destination, HostRoute, Part, Service, SyncDaemon, Sysctl, Timeout, VipAddress


@dataclass(frozen=True, slots=True)
class Command:
    """A command to run: no shell, `stdin` is all it reads."""

    argv: tuple[str, ...]
    stdin: str = ""


def commands(operations: Iterable[Operation]) -> tuple[Command, ...]:
    """Say how operations are done, in their order; neighbours that IPVS can take at once share one command."""
    return tuple(_commands(operations))


def _commands(operations: Iterable[Operation]) -> Iterator[Command]:
    for kind, group in groupby(operations, key=_batch):
        if kind is Service:
            yield Command(("ipvsadm", "--restore"), _text(*map(_ipvs_line, group)))
        elif kind is Timeout:
            yield Command(("ipvsadm", "--set", *_seconds(map(part_of, group))))
        else:
            yield from map(_command, group)


def _batch(operation: Operation) -> type | None:
    """Say what an operation is batched as: services together with their destinations."""
    match part_of(operation):
        case Service() | Destination():
            return Service
        case Timeout():
            return Timeout
        case _:
            return None


def _ipvs_line(operation: Operation) -> str:
    """Write the line for `ipvsadm --restore` that an operation on the table is."""
    part: Any = part_of(operation)
    command = {Add: "-A", Change: "-E", Remove: "-D"}[type(operation)]
    words = part.key.words if isinstance(operation, Remove) else part.words
    return f"{command if isinstance(part, Service) else command.lower()} {words}"


def _command(operation: Operation) -> Command:
    match operation:
        case Add(part):
            return _put(None, part)
        case Change(before, after):
            return _put(before, after)
        case Remove(part):
            return _remove(part)
        case _:
            assert_never(operation)


def _put(before: Any, part: Part) -> Command:  # noqa: PLR0911 - a kind, a line
    match part:
        case Sysctl(path, value):
            return Command(("sysctl", "-w", f"{path}={value}"))
        case Timeout():
            return Command(("ipvsadm", "--set", *_seconds([part])))
        case VipAddress():
            return Command(("ip", "addr", "add", *part.words))
        case HostRoute():
            return Command(("ip", "route", "add", *part.words))
        case Service() | Destination():
            return Command(("ipvsadm", "--restore"), _text(_ipvs_line(Add(part))))
        case SyncDaemon():
            return Command(("ipvsadm", "--start-daemon", *part.words))
        case Chain():
            return Command(_restore(part), chain_text(before, part))
        case NftTable():
            return Command(("nft", "-f", "-"), table_text(part))
        case _:
            assert_never(part)


def _remove(part: Part) -> Command:
    match part:
        case VipAddress() | HostRoute():
            kind = "addr" if isinstance(part, VipAddress) else "route"
            return Command(("ip", kind, "del", *part.words[:3]))
        case SyncDaemon(role):
            return Command(("ipvsadm", "--stop-daemon", role))
        case Service() | Destination():
            return Command(("ipvsadm", "--restore"), _text(_ipvs_line(Remove(part))))
        case Chain():
            return Command(_restore(part), _chain_removal(part))
        case NftTable():
            return Command(("nft", "-f", "-"), f"delete {part.key}\n")
        case Sysctl() | Timeout():
            raise TypeError(f"{part.key} cannot be removed")
        case _:
            assert_never(part)


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
    return _text(str(table.key), f"delete {table.key}", f"{table.key} {{", *(f"\t{line}" for line in table.body), "}")


def _restore(chain: Chain) -> tuple[str, ...]:
    return ("ip6tables-restore" if chain.ipv6 else "iptables-restore", "--noflush")


def _chain_removal(chain: Chain) -> str:
    jumps = (f"-D {chain.hook} -j {chain.name}" for _ in range(chain.jumps))
    return _text(f"*{chain.table}", *jumps, f"-F {chain.name}", f"-X {chain.name}", "COMMIT")


def _seconds(parts: Iterable[Part]) -> tuple[str, ...]:
    """Give the three words of --set, where 0 keeps what is there."""
    seconds = {part.name: part.seconds for part in parts if isinstance(part, Timeout)}
    return tuple(str(seconds.get(name, 0)) for name in ("tcp", "tcpfin", "udp"))


def _text(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)
