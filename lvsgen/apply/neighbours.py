"""Other clusters on this host: what of them is in the way of a change. What cannot be read is in the way, too.

A cluster that runs here has a record of this boot. A change of another cluster that is open, awaiting confirmation or
left half done, has the host in hand: no new change begins beside it, and what is older is not undone before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lvsgen.apply import journal as journals
from lvsgen.apply.journal import Journal, Phase
from lvsgen.errors import OperatorError, said
from lvsgen.host import believed, lock, record
from lvsgen.host.paths import HostPaths


def refuse(paths: HostPaths, since: str = "") -> None:
    """Raise OperatorError when another cluster is in the way of a change of this one.

    `since` is when the change was begun that is to be kept or undone: what was open before that waits for it.
    """
    try:
        _refuse_running(paths)
        _refuse_open(paths, since)
    except OperatorError:
        raise
    except Exception as error:
        hint = "see what is in the way: what cannot be read may be a cluster that runs"
        raise OperatorError(f"cannot tell what else is on this host: {said(error)}", hint) from error


def _refuse_running(paths: HostPaths) -> None:
    for path in _records(paths):
        raw = believed.read(path, 0, record.MOST)
        word, _, boot = (b"boot\tgone" if raw is None else raw.partition(b"\n")[0]).partition(b"\t")
        if word != b"boot":
            raise OperatorError(
                f"cannot tell whose {path} is: it begins with no boot", "see what it is, and move it away"
            )
        if boot == lock.boot_id().encode():
            raise OperatorError(f"this host already serves another cluster ({path})", "stop that one first")


def _records(paths: HostPaths) -> list[Path]:
    found = sorted(path for path in paths.run.iterdir() if path.name.startswith("lvsgen-") and path.suffix == ".state")
    return [path for path in found if path != paths.record]


def _refuse_open(paths: HostPaths, since: str) -> None:
    for name, journal in _journals(paths):
        entries = journal.entries
        if not entries or not entries[-1].phase.is_open or str(entries[0].data["when"]) < since:
            continue
        if entries[-1].phase is Phase.HOLDING:
            hint = f"lvsgen confirm --cluster {name}; or undo it: lvsgen rollback --cluster {name}"
            raise OperatorError(f"change {journal.number} of cluster {name} awaits confirmation", hint)
        hint = f"undo it first: lvsgen rollback --resume --cluster {name}"
        raise OperatorError(f"change {journal.number} of cluster {name} was left half done", hint)


def _journals(paths: HostPaths) -> Iterator[tuple[str, Journal]]:
    """Give the last journal of every other cluster: none begins before that is closed."""
    try:
        names = sorted(path.name for path in paths.state.iterdir() if path.is_dir())
    except FileNotFoundError:
        return
    for name in names:
        if name != paths.cluster:
            found = journals.all_of(replace(paths, cluster=name).journals)
            yield from ((name, journal) for journal in found[-1:])
