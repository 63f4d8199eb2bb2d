"""What was done on this host: its journals, read for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lvsgen import phrasing
from lvsgen.apply import change as changes
from lvsgen.apply import journal as journals
from lvsgen.apply import watcher
from lvsgen.apply.journal import Journal, Phase
from lvsgen.errors import OperatorError
from lvsgen.host.paths import HostPaths


@dataclass(frozen=True, slots=True)
class Past:
    """One change: when it began, how it ended and why, and its operations in words and files by path.

    `remarks` are about who watches it while it is open.
    """

    number: int
    when: str
    host: str
    phase: Phase
    reason: str
    operations: tuple[str, ...]
    files: tuple[str, ...]
    remarks: tuple[str, ...]


def past(paths: HostPaths) -> Iterator[Past]:
    """Give every change, oldest first."""
    for journal in journals.all_of(paths.journals):
        if entries := journal.entries:
            with journal.understood(1):
                first = changes.outline(entries[0].data)
            reason = next((str(entry.data["reason"]) for entry in reversed(entries) if "reason" in entry.data), "")
            yield Past(
                journal.number,
                first.when,
                first.host,
                entries[-1].phase,
                reason,
                first.words,
                first.paths,
                watcher.remarks(paths, journal),
            )


def unfinished(paths: HostPaths) -> tuple[Journal, ...]:
    """Give the changes that await a confirmation, or that somebody has to bring to an end."""
    return tuple(journal for journal in journals.all_of(paths.journals) if journal.phase.is_open)


def cluster(name: str = "") -> str:
    """Give the cluster that this host's changes are about; OperatorError when there are several or none."""
    if found := known(name):
        return found
    raise OperatorError(none(name), "see lvsgen apply --help")


def none(name: str = "") -> str:
    """Say that there is no change, for a cluster or at all."""
    return f"no change was made here{f' for {name}' if name else ''}"


def known(name: str = "") -> str:
    """Give the cluster that this host's changes are about, "" for none; OperatorError when there are several."""
    folders = HostPaths(name).state.glob("*/transactions")
    found = sorted(path.parent.name for path in folders if name in ("", path.parent.name))
    if len(found) > 1:
        raise OperatorError(
            "changes were made here for several clusters", f"choose with --cluster: {phrasing.listing(found)}"
        )
    return found[0] if found else ""
