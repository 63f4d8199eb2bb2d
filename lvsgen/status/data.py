"""A status as a program reads it."""

from __future__ import annotations

from itertools import groupby

from lvsgen.plan import describe
from lvsgen.status.look import Row, Status


def data(status: Status) -> dict[str, object]:
    """Give a status as plain data, ready for json.dumps."""
    return {
        "cluster": status.cluster,
        "host": status.host,
        "in_sync": status.in_sync,
        "running": [describe.say(operation) for operation in status.running],
        "boot_files": list(status.files),
        "open_changes": list(status.open),
        "drained": list(status.drained),
        "services": [
            {
                "protocol": service.key.protocol,
                "address": str(service.key.address),
                "port": service.key.port,
                "scheduler": service.scheduler,
                "destinations": [_destination(row) for row in rows],
            }
            for service, rows in groupby(status.rows, key=lambda row: row.service)
        ],
        "foreign": list(status.foreign),
        "warnings": list(status.warnings),
        "notes": list(status.notes),
    }


def _destination(row: Row) -> dict[str, object]:
    return {
        "realserver": row.realserver,
        "address": str(row.destination.address),
        "port": row.destination.port,
        "forward": row.destination.forward,
        "weight": row.destination.weight,
        "active": row.connections.active,
        "inactive": row.connections.inactive,
        "drained": row.is_drained,
        "ours": row.is_ours,
    }
