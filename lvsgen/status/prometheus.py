"""A status as a textfile for Prometheus' node_exporter.

Connections and weights have the names and labels that its own ipvs collector gives them, so that dashboards made for
that work, and `realserver` beside them; turn that collector off (--no-collector.ipvs), or sums count twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from lvsgen.status.look import Row, Status

_BACKENDS: tuple[tuple[str, str, Callable[[Row], int]], ...] = (
    ("connections_active", "current active connections", lambda row: row.connections.active),
    ("connections_inactive", "current inactive connections", lambda row: row.connections.inactive),
    ("weight", "current backend weight", lambda row: row.destination.weight),
)
_PROTOCOLS = {"tcp": "TCP", "udp": "UDP", "fwmark": "FWM"}


def text(status: Status) -> str:
    """Write the textfile, one family after the other."""
    return "".join(f"{line}\n" for line in _lines(status))


def _lines(status: Status) -> Iterator[str]:
    for name, what, value in _BACKENDS:
        samples = ((_labels(row), value(row)) for row in status.rows)
        yield from _family(f"node_ipvs_backend_{name}", f"The {what} by local and remote address.", samples)
    host = {"cluster": status.cluster, "host": status.host}
    parts = {"running": status.running, "boot_files": status.files, "open_changes": status.open}
    differing = (({**host, "part": part}, len(found)) for part, found in parts.items())
    yield from _family("lvsgen_differences", "How many things differ from what out/ says.", differing)
    quiet = (({**host, "realserver": name}, 1) for name in status.drained)
    yield from _family("lvsgen_drained", "The realservers that are drained.", quiet)
    yield from _family("lvsgen_foreign", "How many things are there beside ours.", [(host, len(status.foreign))])


def _family(name: str, about: str, samples: Iterable[tuple[Mapping[str, str], int]]) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        said = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{{{said}}} {value}"


def _labels(row: Row) -> dict[str, str]:
    key, is_mark = row.service.key, row.service.key.protocol == "fwmark"
    return {
        "local_address": "" if is_mark else str(key.address),
        "local_port": "0" if is_mark else str(key.port),
        "remote_address": str(row.destination.address),
        "remote_port": str(row.destination.port),
        "proto": _PROTOCOLS[key.protocol],
        "local_mark": f"{key.port:08X}" if is_mark else "",
        "realserver": row.realserver,
    }


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
