"""The host that a verb runs on: what out/ wants of it, where its own things are, and a change of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lvsgen.cli import changereport, progress
from lvsgen.cli.outcome import Format, Outcome
from lvsgen.errors import OperatorError

if TYPE_CHECKING:
    from lvsgen.apply.change import Change
    from lvsgen.host.paths import HostPaths
    from lvsgen.outdir.desired import Desired


@dataclass(frozen=True, slots=True)
class Where:
    """Where it stands what a host is to be, as the options say it."""

    out: Path
    cluster: str
    host: str


def need_root(what: str = "changing a host") -> None:
    """Refuse who may not change a host, or may not see all of it: the kernel shows IPVS and netfilter to root alone."""
    if os.geteuid() != 0:
        raise OperatorError(f"{what} needs root", "repeat it as root, by sudo for example")


def read(where: Where, *, whole: bool = False) -> tuple[Desired, HostPaths]:
    """Read what this host is to be; `whole` for what of out/ no host needs, too."""
    from lvsgen.host.paths import HostPaths
    from lvsgen.outdir import desired, pick

    found = desired.read(pick.choose(where.out, where.cluster, where.host), whole=whole)
    return found, HostPaths(found.file.cluster)


def reviewed(where: Where, *, committed: bool) -> tuple[Desired, HostPaths]:
    """Read what this host is to be, and refuse what nobody can have reviewed as it stands."""
    from lvsgen.outdir import reviewed

    found, paths = read(where, whole=committed)
    reviewed.check(found, committed=committed)
    return found, paths


def change(paths: HostPaths, prepare: Callable[[], Change], style: Format) -> Outcome:
    """Make a change, and say who is drained before."""
    from lvsgen.apply import executor
    from lvsgen.host import drained

    need_root()
    progress.say(style, filter(None, [drained.warning(paths)]))
    return changereport.outcome(paths.cluster, executor.apply(paths, prepare, progress.observer(style)))
