"""The record: what lvsgen put on a host, and what it found where it set something. Scripts read and write it too.

Lines for sh: `boot ID` first, then sorted `before KEY FOUND SET` and `put KEY`, tabs between. Another boot's says
nothing about this one. FOUND stays as first seen until the key is given back; SET is what we want there now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lvsgen import phrasing
from lvsgen.errors import OperatorError
from lvsgen.state import ipvsrules, keys, sysctls
from lvsgen.state.hoststate import HostState, Sysctl, Timeout, ordered
from lvsgen.state.scope import Scope

MOST = 2**26
"""How many bytes a record may have: that of a hundred thousand services has a tenth of it."""
_HINT = "lvsgen does not know it, so another version put it: take it away with that version, or with its script's stop"
_SECONDS = re.compile(r"[0-9]{1,10}")
_VALUE = re.compile(r"[^\x00-\x1f\x7f]{0,4096}")
_FORWARD = f"sysctl {sysctls.IP_FORWARD}"


@dataclass(frozen=True, slots=True)
class Record:
    """A record of this boot: `before` maps a key to what was found and what was set."""

    boot: str
    before: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    puts: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.before or self.puts)

    @property
    def scope(self) -> Scope:
        """What the record gives the right to touch."""
        kinds: dict[str, set[Any]] = {}
        for key in (*self.before, *self.puts):
            group, name = keys.recorded(key)
            kinds.setdefault(group, set()).add(name)
        groups: dict[str, Any] = {group: frozenset(names) for group, names in kinds.items()}
        return Scope(**groups)


def parse(text: str, boot: str) -> Record:
    """Read a record; one of another boot is empty. OperatorError when it says what this lvsgen does not know."""
    head, *lines = text.split("\n")
    if head != f"boot\t{boot}":
        return Record(boot)
    if lines[-1:] != [""]:
        raise OperatorError("the record of what was put on this host ends in the middle of a line", _HINT)
    before, puts = {}, set()
    for line in lines[:-1]:
        match line.split("\t"):
            case ["before", key, found, made] if key not in before and _is_known(key) and _are_values(key, found, made):
                before[key] = (found, made)
            case ["put", key] if _is_known(key):
                puts.add(key)
            case _:
                raise OperatorError(f"the record of what was put on this host says {phrasing.quote(line)}", _HINT)
    return Record(boot, before, frozenset(puts))


def render(record: Record) -> str:
    """Write a record's text."""
    lines = [f"before\t{key}\t{found}\t{made}\n" for key, (found, made) in record.before.items()]
    lines += [f"put\t{key}\n" for key in record.puts]
    return f"boot\t{record.boot}\n" + "".join(sorted(lines))


def aim(desired: HostState, record: Record, live: HostState) -> HostState:
    """Add to what is desired the settings that go back to what was found, unless somebody else has changed them."""
    want, have = _values(desired), _values(live)
    back = {
        key: found
        for key, (found, made) in record.before.items()
        if key not in want and have.get(key) == made and not (_is_side(key) and _FORWARD in want)
    }
    sysctl = [Sysctl(rest, value) for kind, rest, value in _split(back) if kind == "sysctl"]
    timeouts = [_timeout(rest, value) for kind, rest, value in _split(back) if kind == "timeout"]
    return replace(
        desired, sysctls=ordered((*desired.sysctls, *sysctl)), timeouts=ordered((*desired.timeouts, *timeouts))
    )


def planned(record: Record, desired: HostState, live: HostState) -> Record:
    """What the record says before the first change: the old and the new."""
    return Record(record.boot, _remembered(record, desired, live), record.puts | _puts(desired))


def settled(record: Record, desired: HostState, live: HostState) -> Record:
    """What the record says after the last change; `live` is what was there before the first."""
    want = _values(desired)
    remembered = _remembered(record, desired, live).items()
    kept = {key: was for key, was in remembered if key in want or (_is_side(key) and _FORWARD in want)}
    return Record(record.boot, kept, _puts(desired))


def returned(record: Record, earlier: Record, scope: Scope) -> Record:
    """What the record says after a rollback: within the scope what the earlier one said, outside of it what it says."""
    before = {key: was for key, was in record.before.items() if not _within(key, scope)}
    before |= {key: was for key, was in earlier.before.items() if _within(key, scope)}
    puts = {key for key in record.puts if not _within(key, scope)} | {
        key for key in earlier.puts if _within(key, scope)
    }
    return Record(record.boot, before, frozenset(puts))


def _remembered(record: Record, desired: HostState, live: HostState) -> dict[str, tuple[str, str]]:
    want, have = _values(desired), _values(live)
    before = dict(record.before)
    for key, value in have.items():
        if key in want:
            before[key] = (before.get(key, (value, ""))[0], want[key])
        elif _is_side(key) and _FORWARD in want and want[_FORWARD] != have.get(_FORWARD):
            before[key] = (before.get(key, (value, ""))[0], _side_value(key, want[_FORWARD]))
    return before


def _side_value(key: str, forward: str) -> str:
    """What the kernel writes to a key when ip_forward becomes `forward`."""
    return forward if key.endswith("/forwarding") else str(int(forward == "0"))


def _is_side(key: str) -> bool:
    kind, _, name = key.partition(" ")
    return kind == "sysctl" and sysctls.follows_forwarding(name)


def _values(state: HostState) -> dict[str, str]:
    settings = {f"sysctl {part.key}": part.value for part in state.sysctls}
    return settings | {f"timeout {part.name}": str(part.seconds) for part in state.timeouts}


def _puts(state: HostState) -> frozenset[str]:
    return frozenset(_put_keys(state))


def _put_keys(state: HostState) -> Iterator[str]:
    yield from (f"address {part.address}/32 {part.device}" for part in state.addresses)
    yield from (f"route {part.address} {part.device}" for part in state.routes)
    yield from (f"service {' '.join(ipvsrules.key_words(part.key))}" for part in state.services)
    yield from (f"daemon {part.role}" for part in state.daemons)
    for chain in state.chains:
        yield f"chain {chain.table} {chain.name}"
        yield f"jump {chain.table} {chain.hook} {chain.name}"
    yield from (f"table {part.family} {part.name}" for part in state.tables)


def _within(key: str, scope: Scope) -> bool:
    group, name = keys.recorded(key)
    return scope.holds_sysctl(name) if group == "sysctls" else name in getattr(scope, group)


def _is_known(key: str) -> bool:
    try:
        return bool(keys.recorded(key))
    except ValueError:
        return False


def _are_values(key: str, found: str, made: str) -> bool:
    """Tell whether a setting or a timeout can have had these values; `made` is empty where nothing was set yet."""
    if key.startswith("timeout "):
        return bool(_SECONDS.fullmatch(found) and _SECONDS.fullmatch(made))
    return key.startswith("sysctl ") and all(map(_VALUE.fullmatch, (found, made)))


def _split(values: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for key, value in values.items():
        kind, _, rest = key.partition(" ")
        yield kind, rest, value


def _timeout(name: Any, value: str) -> Timeout:
    return Timeout(name, int(value))
