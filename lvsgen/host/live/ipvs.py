"""Read IPVS: the table, its thresholds and connection counts, its timeouts and its sync daemons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lvsgen import process
from lvsgen.host.live.understanding import understood
from lvsgen.state import ipvsrules
from lvsgen.state.hoststate import HostState, ordered
from lvsgen.state.keys import DaemonRole, DestinationKey, TimeoutName, Transport
from lvsgen.state.parts import SyncDaemon, Timeout


@dataclass(frozen=True, slots=True)
class Connections:
    """How many connections go to a destination; persistent clients without one count as neither."""

    active: int = 0
    inactive: int = 0

    def flows(self, protocol: Transport) -> int:
        """Those beside the active ones that go on all the same.

        IPVS calls a connection active by its TCP state: what has none, UDP, is inactive all its life. A mark may stand
        for that, too.
        """
        return 0 if protocol == "tcp" else self.inactive


@dataclass(frozen=True, slots=True)
class Table:
    """The IPVS table; `foreign` holds the lines of what a HostState cannot say, such as IPv6 and SCTP."""

    state: HostState = field(default_factory=HostState)
    counts: Mapping[DestinationKey, Connections] = field(default_factory=dict)
    foreign: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Listed:
    upper: int
    lower: int
    connections: Connections

    @property
    def words(self) -> str:
        upper = f" -x {self.upper}" if self.upper else ""
        return upper + (f" -y {self.lower}" if self.lower else "")


def table() -> Table:
    """Read the table: ipvsadm lists thresholds and counts, and saves everything else."""
    listed = process.output(("ipvsadm", "-L", "-n", "--thresholds"))
    return parse_table(process.output(("ipvsadm", "--save", "-n")), listed)


def timeouts() -> tuple[Timeout, ...]:
    """Read the timeouts."""
    return parse_timeouts(process.output(("ipvsadm", "-L", "-n", "--timeout")))


def daemons() -> tuple[SyncDaemon, ...]:
    """Read the sync daemons that run."""
    return parse_daemons(process.output(("ipvsadm", "-L", "-n", "--daemon")))


def parse_table(saved: str, listed: str) -> Table:
    """Join what `--save -n` and `-L -n --thresholds` print."""
    with understood("ipvsadm"):
        limits = dict(_listed(listed))
        lines = [_unsigned(line.split()) for line in saved.splitlines() if line.strip()]
        ours = (" ".join(words) + _limits(words, limits) for words in lines if _is_sayable(words))
        state = ipvsrules.parse(ours)
        return Table(
            state,
            dict(_counts(state, limits)),
            tuple(" ".join(words) for words in lines if not _is_sayable(words)),
        )


def parse_timeouts(text: str) -> tuple[Timeout, ...]:
    """Read "Timeout (tcp tcpfin udp): 900 120 300"."""
    with understood("ipvsadm --timeout"):
        found = re.search(r"^Timeout \(tcp tcpfin udp\): (\d+) (\d+) (\d+)\s*$", text, re.MULTILINE | re.ASCII)
        if not found:
            raise ValueError(text)
        names: tuple[TimeoutName, ...] = ("tcp", "tcpfin", "udp")
        return ordered(Timeout(name, int(value)) for name, value in zip(names, found.groups(), strict=True))


def parse_daemons(text: str) -> tuple[SyncDaemon, ...]:
    """Read lines such as "master sync daemon (mcast=eth0, syncid=7, maxlen=1472)"."""
    with understood("ipvsadm --daemon"):
        return ordered(_daemon(line) for line in text.splitlines() if line.strip())


_PROTOCOLS = {"TCP": "-t", "UDP": "-u", "FWM": "-f"}


def _listed(text: str) -> Iterator[tuple[tuple[str, str, str], _Listed]]:
    """Yield each destination that is listed, by the words with which it is saved."""
    flag = name = ""
    for words in map(str.split, text.splitlines()):
        match words:
            case [("TCP" | "UDP" | "FWM") as protocol, found, *_]:
                _, flag, name = _unsigned(["", _PROTOCOLS[protocol], found])
            case ["->", endpoint, upper, lower, active, inactive] if endpoint != "RemoteAddress:Port":
                counted = Connections(int(active), int(inactive))
                yield (flag, name, endpoint), _Listed(int(upper), int(lower), counted)
            case [_, _, *_] if words[0] != "->":
                flag = ""


def _unsigned(words: list[str]) -> list[str]:
    """Give a mark as it was set: ipvsadm prints those from 2^31 on as negative numbers."""
    match words:
        case [command, "-f", mark, *rest] if mark.startswith("-"):
            return [command, "-f", str(int(mark) % 2**32), *rest]
        case _:
            return words


def _limits(words: list[str], limits: Mapping[tuple[str, str, str], _Listed]) -> str:
    match words:
        case ["-a", flag, name, "-r", endpoint, *_] if (flag, name, endpoint) in limits:
            return limits[flag, name, endpoint].words
        case _:
            return ""


def _is_sayable(words: list[str]) -> bool:
    match words:
        case [_, ("-t" | "-u"), name, *rest]:
            return not name.startswith("[") and not _leads_to_ipv6(rest)
        case [_, "-f", _, *rest]:
            return rest[:1] != ["-6"] and not _leads_to_ipv6(rest)
        case [("-A" | "-a"), *_]:
            return False
        case _:
            return True


def _leads_to_ipv6(rest: list[str]) -> bool:
    return rest[:1] == ["-r"] and rest[1:2] != [] and rest[1].startswith("[")


def _counts(
    state: HostState, limits: Mapping[tuple[str, str, str], _Listed]
) -> Iterator[tuple[DestinationKey, Connections]]:
    for destination in state.destinations:
        flag, name = destination.service.words.split()
        listed = limits.get((flag, name, destination.endpoint))
        if listed:
            yield destination.key, listed.connections


_DAEMON = re.compile(r"(master|backup) sync daemon \(mcast=(\S+), syncid=(\d+)((?:, \w+=[^\s,]+)*)\)", re.ASCII)
_ROLES: dict[str, DaemonRole] = {"master": "master", "backup": "backup"}
_OPTIONS = {"maxlen": "--sync-maxlen", "group": "--mcast-group", "port": "--mcast-port", "ttl": "--mcast-ttl"}
_USUAL = {"group": "224.0.0.81", "port": "8848", "ttl": "1"}
_HEADERS = 28
_USUAL_MTU = 1500


def _daemon(line: str) -> SyncDaemon:
    found = _DAEMON.fullmatch(line.strip())
    if not found:
        raise ValueError(line)
    role, interface = _ROLES[found[1]], found[2]
    said = dict(pair.split("=", 1) for pair in found[4].split(", ") if pair)
    usual = {"maxlen": str(_usual_length(role, interface)), **_USUAL}
    options = ((option, said[name]) for name, option in _OPTIONS.items() if name in said and said[name] != usual[name])
    return SyncDaemon(role, interface, int(found[3]), tuple(word for pair in options for word in pair))


def _usual_length(role: DaemonRole, interface: str) -> int:
    """Give the longest message that the kernel chooses when nobody does: a backup takes what its device can.

    Linux, net/netfilter/ipvs/ip_vs_sync.c, start_sync_thread().
    """
    mtu = _mtu(interface) if role == "backup" else _USUAL_MTU
    return max(mtu, _USUAL_MTU) - _HEADERS


def _mtu(interface: str) -> int:
    try:
        return int(Path("/sys/class/net", interface, "mtu").read_text())
    except (OSError, ValueError):
        return _USUAL_MTU
