"""The record: what lvsgen put on a host, and what it found where it set something. Scripts read and write it too.

Lines for sh: `boot ID` first, then sorted `before KEY FOUND SET` and `put KEY`, tabs between. Another boot's says
nothing about this one. FOUND stays as first seen until the key is given back; SET is what we want there now.

Keys are those of state/keys.py. In format 1, which has no number, routes also had their device, and chains a second
line for the jump to them; format 2 says that it is with the line `put format-2`, on which a script of before stops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lvsgen import phrasing
from lvsgen.errors import OperatorError
from lvsgen.state import keys, sysctls
from lvsgen.state.hoststate import HostState, ordered
from lvsgen.state.keys import Key, RouteKey, SysctlKey, TimeoutKey
from lvsgen.state.netfilter import Chain
from lvsgen.state.parts import Destination, HostRoute, Part, Sysctl, Timeout
from lvsgen.state.scope import Scope

FORMAT = 2
"""What is written for scripts that know it; both are read."""
MOST = 2**26
"""How many bytes a record may have: that of a hundred thousand services has a tenth of it."""
_HINT = "lvsgen does not know it, so another version put it: take it away with that version, or with its script's stop"
_SECONDS = re.compile(r"[0-9]{1,10}")
_VALUE = re.compile(r"[^\x00-\x1f\x7f]{0,4096}")
_NONE = re.compile(r"(?!)")
_FORWARD = SysctlKey(sysctls.IP_FORWARD)
_MARK = "format-2"
_NEWER = re.compile(r"destination |chain6 |service -[tu] \[|service -f [0-9]+ -6|address [^ ]+/128 ")
_HOOKS = frozenset({"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"})


@dataclass(frozen=True, slots=True)
class Record:
    """A record of this boot: `before` maps a key to what was found and what was set.

    `puts` are keys, by what format 1 calls them: there a chain has two names.
    """

    boot: str
    before: Mapping[Key, tuple[str, str]] = field(default_factory=dict)
    puts: Mapping[str, Key] = field(default_factory=dict)
    format: int = FORMAT

    def __bool__(self) -> bool:
        return bool(self.before or self.puts)

    @property
    def scope(self) -> Scope:
        """What the record gives the right to touch."""
        return Scope(frozenset(self.before) | frozenset(self.puts.values()))


def parse(text: str, boot: str) -> Record:
    """Read a record; one of another boot is empty. OperatorError when it says what this lvsgen does not know."""
    head, *lines = text.split("\n")
    if head != f"boot\t{boot}":
        return Record(boot)
    if lines.pop() != "":
        raise OperatorError("the record of what was put on this host ends in the middle of a line", _HINT)
    form = 2 if f"put\t{_MARK}" in lines else 1
    before, puts = dict[Key, tuple[str, str]](), dict[str, Key]()
    for line in lines:
        try:
            match line.split("\t"):
                case ["before", text, found, made] if (key := _key(text, form)) not in before:
                    before[key] = _values_of(key, found, made)
                case ["put", text]:
                    puts |= {} if text == _MARK and form == 2 else {text: _key(text, form)}
                case _:
                    raise ValueError(line)
        except ValueError as error:
            raise OperatorError(
                f"the record of what was put on this host says {phrasing.quote(line)}", _HINT
            ) from error
    return Record(boot, before, puts, form if lines else FORMAT)


def written_for(record: Record, form: int) -> Record:
    """Give a record the format that scripts read; one that is of the newer one stays so."""
    return replace(record, format=max(form, record.format) if record else form)


def render(record: Record) -> str:
    """Write a record's text."""
    lines = [f"before\t{key}\t{found}\t{made}\n" for key, (found, made) in record.before.items()]
    lines += [f"put\t{text}\n" for text in _put_texts(record)]
    return f"boot\t{record.boot}\n" + "".join(sorted(lines))


def _put_texts(record: Record) -> set[str]:
    if record.format == 1:
        return set(record.puts)
    return {str(key) for key in record.puts.values()} | ({_MARK} if record else set())


def _key(text: str, form: int) -> Key:
    """Read the name of a key; ValueError when it is none that this format has."""
    if form == 2:
        return keys.parse(text)
    match text.split(" "):
        case ["route", address, device]:
            return RouteKey(keys.address(f"{address}/32", device).address)
        case ["jump", table, hook, name] if hook in _HOOKS:
            return keys.parse(f"chain {table} {name}")
        case ["route" | "jump", *_]:
            raise ValueError(text)
    if _NEWER.match(text):
        raise ValueError(text)
    return keys.parse(text)


def aim(desired: HostState, record: Record, live: HostState) -> HostState:
    """Add to what is desired the settings that go back to what was found, unless somebody else has changed them."""
    want, have = _values(desired), _values(live)
    back = {
        key: found
        for key, (found, made) in record.before.items()
        if key not in want and have.get(key) == made and not (_is_side(key) and _FORWARD in want)
    }
    settings = (Sysctl(key.path, value) for key, value in back.items() if isinstance(key, SysctlKey))
    timeouts = (Timeout(key.name, int(value)) for key, value in back.items() if isinstance(key, TimeoutKey))
    return replace(
        desired, sysctls=ordered((*desired.sysctls, *settings)), timeouts=ordered((*desired.timeouts, *timeouts))
    )


def planned(record: Record, desired: HostState, live: HostState) -> Record:
    """What the record says before the first change: the old and the new."""
    return replace(record, before=_remembered(record, desired, live), puts={**record.puts, **_puts(desired)})


def settled(record: Record, desired: HostState, live: HostState) -> Record:
    """What the record says after the last change; `live` is what was there before the first."""
    want = _values(desired)
    remembered = _remembered(record, desired, live).items()
    kept = {key: was for key, was in remembered if key in want or (_is_side(key) and _FORWARD in want)}
    return replace(record, before=kept, puts=_puts(desired))


def returned(record: Record, earlier: Record, scope: Scope) -> Record:
    """What the record says after a rollback: within the scope what the earlier one said, outside of it what it says.

    It is in the format of the earlier one, whose files are back.
    """
    before = {key: was for key, was in record.before.items() if not scope.holds(key)}
    before |= {key: was for key, was in earlier.before.items() if scope.holds(key)}
    puts = {text: key for text, key in record.puts.items() if not scope.holds(key)}
    puts |= {text: key for text, key in earlier.puts.items() if scope.holds(key)}
    return Record(record.boot, before, puts, earlier.format)


def _remembered(record: Record, desired: HostState, live: HostState) -> dict[Key, tuple[str, str]]:
    want, have = _values(desired), _values(live)
    before = dict(record.before)
    for key, value in have.items():
        if key in want:
            before[key] = (before.get(key, (value, ""))[0], want[key])
        elif _is_side(key) and _FORWARD in want and want[_FORWARD] != have.get(_FORWARD):
            before[key] = (before.get(key, (value, ""))[0], _side_value(key, want[_FORWARD]))
    return before


def _side_value(key: Key, forward: str) -> str:
    """What the kernel writes to a key when ip_forward becomes `forward`."""
    return forward if str(key).endswith("/forwarding") else str(int(forward == "0"))


def _is_side(key: Key) -> bool:
    return isinstance(key, SysctlKey) and sysctls.follows_forwarding(key.path)


def _values(state: HostState) -> dict[Key, str]:
    settings: dict[Key, str] = {part.key: part.value for part in state.sysctls}
    return settings | {part.key: str(part.seconds) for part in state.timeouts}


def _puts(state: HostState) -> dict[str, Key]:
    return {text: key for part in state for text, key in _names(part)}


def _names(part: Part) -> Iterator[tuple[str, Key]]:
    match part:
        case Sysctl() | Timeout() | Destination():
            return
        case HostRoute(address, device):
            yield f"route {address} {device}", part.key
        case Chain(table, name, hook):
            yield from ((str(part.key), part.key), (f"jump {table} {hook} {name}", part.key))
        case _:
            yield str(part.key), part.key


def _values_of(key: Key, found: str, made: str) -> tuple[str, str]:
    """Give the values of a setting or a timeout; `made` is empty where nothing was set yet. ValueError for others."""
    forms = {TimeoutKey: _SECONDS, SysctlKey: _VALUE}
    if not all(map(forms.get(type(key), _NONE).fullmatch, (found, made))):
        raise ValueError(found)
    return found, made
