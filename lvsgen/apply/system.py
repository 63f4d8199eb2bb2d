"""Operations done: each step of a plan as something to run, with the name it is said and found by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from pathlib import Path

from lvsgen import phrasing, process
from lvsgen.apply import announcing, nft, xtables
from lvsgen.errors import OperatorError
from lvsgen.plan.commands import Command, commands
from lvsgen.plan.operation import Operation, Remove, part_of
from lvsgen.state import sysctls
from lvsgen.state.netfilter import Chain
from lvsgen.state.parts import HostRoute, Sysctl, VipAddress

PATIENCE = 600.0
_SETTINGS = Path("/proc/sys")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; `name` says it as an administrator would type it."""

    name: str
    do: Callable[[], None]


@dataclass(frozen=True, slots=True)
class System:
    """This host. What is run keeps `running` open, so that whoever comes after our death waits for its end."""

    running: int
    use_library: bool = True

    def steps(self, operations: Iterable[Operation]) -> Iterator[Step]:
        """Say how operations are done, in their order; neighbours that one program can do at once are one step."""
        for way, group in groupby(operations, key=_way):
            if way is _Way.SETTING:
                yield from (_setting(part) for part in map(part_of, group) if isinstance(part, Sysctl))
            elif way is _Way.CHAIN and self.use_library and xtables.has_library():
                yield self._chains(tuple(group))
            elif way is _Way.ADDRESS:
                yield from self._addresses(tuple(group))
            else:
                yield from (self._step(command) for command in commands(group))

    def _addresses(self, operations: tuple[Operation, ...]) -> Iterator[Step]:
        """Move addresses and routes, and tell their networks of VIPs that came up."""
        yield self._step(_batch(commands(operations)))
        if told := announcing.telling(operations):
            yield Step(*told)

    def _step(self, command: Command) -> Step:
        return Step(_name(command), lambda: self._run(command))

    def _run(self, command: Command) -> None:
        """Run a command; OperatorError when it fails, or when `ipvsadm --restore` complains and goes on."""
        argv = xtables.waiting(nft.through(command.argv) if self.use_library else command.argv)
        done = process.run(argv, command.stdin, timeout=PATIENCE, keep=(self.running,))
        if done.status or (done.stderr and argv[:2] == ("ipvsadm", "--restore")):
            raise OperatorError(f"{' '.join(argv)}: {done.complaint}")

    def _chains(self, operations: Sequence[Operation]) -> Step:
        said = ", ".join(_chain_name(operation) for operation in operations)
        return Step(f"python-iptables: {said}", lambda: self._write_chains(operations))

    def _write_chains(self, operations: Sequence[Operation]) -> None:
        for command in xtables.through_library(operations, self.running):
            self._run(command)


class _Way(Enum):
    SETTING = 1
    ADDRESS = 2
    CHAIN = 3
    OTHER = 4


def _way(operation: Operation) -> _Way:
    match part_of(operation):
        case Sysctl():
            return _Way.SETTING
        case VipAddress() | HostRoute():
            return _Way.ADDRESS
        case Chain(ipv6=False):
            return _Way.CHAIN
        case _:
            return _Way.OTHER


def _chain_name(operation: Operation) -> str:
    verb = "delete" if isinstance(operation, Remove) else "set"
    return f"{verb} {str(part_of(operation).key).removeprefix('chain ')}"


def _setting(part: Sysctl) -> Step:
    """Write a setting as `sysctl -w` would, which can neither be found missing nor be killed halfway."""
    return Step(f"sysctl -w {part.path}={part.value}", lambda: _write(part.path, part.value))


def _write(key: str, value: str) -> None:
    if not sysctls.is_key(key):
        raise OperatorError(f"{phrasing.quote(key)} is no kernel setting", "look at where it comes from")
    try:
        (_SETTINGS / key).write_text(f"{value}\n")
    except OSError as error:
        raise OperatorError(f"sysctl -w {key}={value}: {error.strerror}") from error


def _batch(parts: Iterable[Command]) -> Command:
    """Join commands of `ip`; it stops at the first line that fails."""
    return Command(("ip", "-batch", "-"), "".join(f"{' '.join(part.argv[1:])}\n" for part in parts))


def _name(command: Command) -> str:
    lines = command.stdin.rstrip("\n").split("\n")
    said = f": {lines[0]}" if len(lines) == 1 and lines[0] else f" <<{len(lines)} lines" if len(lines) > 1 else ""
    return " ".join(command.argv) + said
