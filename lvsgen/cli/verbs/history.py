"""lvsgen history: what was done on this host."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from lvsgen import phrasing
from lvsgen.cli import here
from lvsgen.cli.options import ClusterName, Style
from lvsgen.cli.outcome import Format, Outcome, end

if TYPE_CHECKING:
    from lvsgen.apply.history import Past

SHORT = "List what was done."
EXAMPLE = "lvsgen history --format json"


def history(cluster: ClusterName = "", style: Style = Format.TEXT) -> None:
    """List the changes that were made on this host, and how each ended."""
    end("history", lambda: _history(cluster), style)


def _history(cluster: str) -> Outcome:
    from lvsgen.apply import history
    from lvsgen.host.paths import HostPaths

    here.need_root("reading what was done")
    name = history.known(cluster)
    past = list(history.past(HostPaths(name))) if name else []
    text = _text(past) if past else f"{history.none(cluster)}\n"
    return Outcome(text=text, data={"changes": [asdict(one) for one in past]})


def _text(past: Sequence[Past]) -> str:
    """The changes for people, a line each, and then what somebody must know of them."""
    remarks = (f"  {said}" for one in past for said in one.remarks)
    return "".join(f"{phrasing.visible(line)}\n" for line in (*map(_row, past), *remarks))


def _row(one: Past) -> str:
    reason = f"; {one.reason}" if one.reason else ""
    done = f"{_counted(one.operations, 'operation')}, {_counted(one.files, 'file')}{reason}"
    return f"{one.number:>5}  {one.when}  {one.host}  {one.phase:<9}  {done}"


def _counted(things: Sequence[object], noun: str) -> str:
    return f"{len(things)} {noun}" if len(things) == 1 else f"{len(things)} {noun}s"
