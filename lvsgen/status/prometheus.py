"""A status as a textfile for Prometheus' node_exporter.

Connections and weights have the names and labels that its own ipvs collector gives them, so that dashboards made for
that work, and `realserver` beside them; turn that collector off (--no-collector.ipvs), or sums count twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lvsgen.status.look import Row, Status

Samples = Iterable[tuple[tuple[str, ...], int]]
"""The values of the labels, and the number."""


@dataclass(frozen=True, slots=True)
class Family:
    """A metric: its name, what it says, its labels, and how its samples come of a status. All of them are gauges."""

    name: str
    about: str
    labels: tuple[str, ...]
    samples: Callable[[Status], Samples]


def text(status: Status) -> str:
    """Write the textfile, one family after the other."""
    return "".join(f"{line}\n" for family in FAMILIES for line in _lines(family, status))


def filled(page: str) -> str:
    """Give docs/status.md with its table of metrics made anew."""
    rows = (f"| `{one.name}` | {', '.join(f'`{label}`' for label in one.labels)} | {one.about} |\n" for one in FAMILIES)
    table = f"| metric | labels | says |\n| --- | --- | --- |\n{''.join(rows)}"
    return _TABLE.sub(lambda found: f"{found[1]}{table}{found[2]}", page)


def _lines(family: Family, status: Status) -> Iterator[str]:
    yield f"# HELP {family.name} {family.about}"
    yield f"# TYPE {family.name} gauge"
    for values, number in family.samples(status):
        said = (f'{label}="{_escaped(value)}"' for label, value in zip(family.labels, values, strict=True))
        yield f"{family.name}{{{','.join(said)}}} {number}"


def _backend(name: str, what: str, value: Callable[[Row], int]) -> Family:
    def samples(status: Status) -> Samples:
        return ((_ends(row), value(row)) for row in status.rows)

    return Family(f"node_ipvs_backend_{name}", f"The {what} by local and remote address.", _ENDS, samples)


def _ends(row: Row) -> tuple[str, ...]:
    key, to = row.service.key, row.destination
    is_mark = key.protocol == "fwmark"
    local = ("", "0") if is_mark else (str(key.address), str(key.port))
    mark = f"{key.port:08X}" if is_mark else ""
    return (*local, str(to.address), str(to.port), _PROTOCOLS[key.protocol], mark, row.realserver)


def _differences(status: Status) -> Samples:
    parts = {"running": status.running, "boot_files": status.files, "open_changes": status.open}
    return (((status.cluster, status.host, part), len(found)) for part, found in parts.items())


def _drained(status: Status) -> Samples:
    return (((status.cluster, status.host, name), 1) for name in status.drained)


def _foreign(status: Status) -> Samples:
    return [((status.cluster, status.host), len(status.foreign))]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


_TABLE = re.compile(r"(<!-- metrics -->\n).*?(<!-- end -->)", re.DOTALL)
_PROTOCOLS = {"tcp": "TCP", "udp": "UDP", "fwmark": "FWM"}
_HOST = ("cluster", "host")
_ENDS = ("local_address", "local_port", "remote_address", "remote_port", "proto", "local_mark", "realserver")

FAMILIES = (
    _backend("connections_active", "current active connections", lambda row: row.connections.active),
    _backend("connections_inactive", "current inactive connections", lambda row: row.connections.inactive),
    _backend("weight", "current backend weight", lambda row: row.destination.weight),
    Family("lvsgen_differences", "How many things differ from what out/ says.", (*_HOST, "part"), _differences),
    Family("lvsgen_drained", "The realservers that are drained.", (*_HOST, "realserver"), _drained),
    Family("lvsgen_foreign", "How many things are there beside ours.", _HOST, _foreign),
)
