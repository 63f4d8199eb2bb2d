"""Read the routes that hang on addresses: a kernel that deletes an address takes them along, in silence.

Those are routes with the address as their source, and, once a device has no address left, whatever leads through it.
Which of them a kernel really takes differs between kernels and tables, so that is read, before and after.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from itertools import groupby, pairwise

from lvsgen import process
from lvsgen.host.live import iplines
from lvsgen.host.live.understanding import understood
from lvsgen.state.ip import Address
from lvsgen.state.keys import AddressKey, RouteKey
from lvsgen.state.scope import Scope

STATUS = frozenset({"linkdown", "dead", "offload", "trap", "rt_offload", "rt_trap", "rt_offload_failed"}) | {
    "offload_failed",
    "unresolved",
    "notify",
    "pervasive",
}
"""What `ip route show` says of a route's health, and `ip route add` refuses."""

_TYPES = frozenset({"unicast", "local", "broadcast", "multicast", "throw", "unreachable", "prohibit", "blackhole"})
_SOURCE = re.compile(r"(?<= scope )(\S+) src (\S+)")


@dataclass(frozen=True, slots=True)
class Dependent:
    """A route of somebody else's; `words` are all that `ip route add` needs to make it, its source among them.

    `leads`: of the routes that share its destination none but such ones stand before it. `has_twin`: the same route
    without the source stands there as well.
    """

    words: str
    source: str = ""
    leads: bool = True
    has_twin: bool = False

    @property
    def without_source(self) -> Dependent:
        """The same route where its source is this host's no longer."""
        return replace(self, words=_SOURCE.sub(r"\1", self.words, count=1), source="")


@dataclass(frozen=True, slots=True)
class _Line:
    """One route of `ip -d route show table all`; `key` is what routes share that the kernel takes for alternatives."""

    words: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def source(self) -> str:
        found = _SOURCE.search(self.text)
        return found[2] if found else ""

    @property
    def key(self) -> tuple[str, ...]:
        return (self.words[1], *(_after(word, self.words) for word in ("table", "tos", "metric")))

    @property
    def devices(self) -> frozenset[str]:
        return frozenset(word for before, word in pairwise(self.words) if before == "dev")


def read(scope: Scope) -> tuple[Dependent, ...]:
    """Read the routes that would go with the addresses of a scope, whose own host routes aside."""
    vips = {str(key.address) for key in scope.kind(AddressKey)}
    if not vips:
        return ()
    return parse(_routes(), vips, _lonely(_addresses(), scope), {key.address for key in scope.kind(RouteKey)})


def parse(
    text: str, sources: Container[str], devices: Iterable[str] = (), ours: Container[Address] = ()
) -> tuple[Dependent, ...]:
    """Read lines of `ip -o -d route show table all`, with their sources or the devices that they lead through."""
    lonely = frozenset(devices)

    def hangs(line: _Line) -> bool:
        return (line.source in sources or bool(line.devices & lonely)) and not _is_ours(line, ours)

    with understood("ip route"):
        groups = (tuple(group) for _, group in groupby(_lines(text), key=lambda line: line.key))
        return tuple(found for group in groups for found in _found(group, [hangs(line) for line in group]))


def there(wanted: Container[str]) -> frozenset[str]:
    """Read which routes, given by their words, there are."""
    with understood("ip route"):
        return frozenset(line.text for line in _lines(_routes()) if line.text in wanted)


def addresses() -> tuple[str, ...]:
    """Read the addresses of this host; one that is on several devices comes as often."""
    return tuple(address for address, _ in _addresses())


def nexthops() -> tuple[str, ...]:
    """Read the nexthop objects that routes may refer to, as `ip nexthop add` takes them; groups last."""
    done = process.run(("ip", "-o", "nexthop", "show"))
    found = (" ".join(_without_status(line.replace("\\", " ").split())) for line in done.stdout.splitlines())
    return tuple(sorted(found, key=lambda line: " group " in line))


def _routes() -> str:
    return process.output(("ip", "-o", "-d", "-f", "inet", "route", "show", "table", "all"))


def _addresses() -> tuple[tuple[str, str], ...]:
    found = iplines.addresses(process.output(("ip", "-o", "-f", "inet", "addr", "show")))
    return tuple((words[3].partition("/")[0], words[1]) for words in found if words[2:3] == ["inet"])


def _lonely(addresses: Iterable[tuple[str, str]], scope: Scope) -> frozenset[str]:
    """Name the devices whose every address is of the scope."""
    ours = {(str(key.address), key.device) for key in scope.kind(AddressKey)}
    return frozenset(device for _, device in ours) - {
        device for address, device in addresses if (address, device) not in ours
    }


def _lines(text: str) -> Iterator[_Line]:
    for line in text.split("\n"):
        words = tuple(_without_status(iplines.route(line)))
        if words and not line.startswith("\t") and not _is_kernels(words):
            yield _Line(_by_nexthop(words if words[0] in _TYPES else ("unicast", *words)))


def _found(group: tuple[_Line, ...], hanging: list[bool]) -> Iterator[Dependent]:
    texts = {line.text for line in group}
    for at, line in enumerate(group):
        if hanging[at]:
            found = Dependent(line.text, line.source, all(hanging[:at]))
            yield replace(found, has_twin=bool(line.source) and found.without_source.words in texts)


def _without_status(words: list[str]) -> Iterator[str]:
    said = ((before, word) for before, word in pairwise(("", *words)) if (before, word) != ("rto_min", "lock"))
    return (word for before, word in said if word not in STATUS or before == "dev")


def _by_nexthop(words: tuple[str, ...]) -> tuple[str, ...]:
    """Drop what a nexthop object says, which is shown with a route and refused beside it."""
    if "nhid" not in words:
        return words
    at = words.index("nhid") + 2
    rest = words[words.index("table", at) :]
    end = next((place for place, word in enumerate(rest) if word in ("nexthop", "nh_info")), len(rest))
    return (*words[:at], *rest[:end])


def _is_kernels(words: tuple[str, ...]) -> bool:
    """Tell whether the kernel makes and drops a route with its address, all by itself."""
    return _after("table", words) == "local" and _after("proto", words) == "kernel"


def _is_ours(line: _Line, ours: Container[Address]) -> bool:
    """Tell whether a route is what a HostRoute says: see network."""
    words = line.words
    plain = (words[0], words[2], _after("table", words), _after("metric", words)) == ("unicast", "dev", "main", "")
    return plain and words[1].count(".") == 3 and "/" not in words[1] and IPv4Address(words[1]) in ours


def _after(word: str, words: tuple[str, ...]) -> str:
    return next((value for before, value in pairwise(words) if before == word), "")
