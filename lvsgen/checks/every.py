"""All checks of a cluster: first what cannot work, then what will bite."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen.checks import collected, suppression
from lvsgen.description.model import Cluster
from lvsgen.findings.finding import Problem


def problems(cluster: Cluster) -> Iterator[Problem]:
    """Give everything that is wrong with a cluster whose parts are each well formed."""
    for check in collected.every_check():
        if check.can_stop:
            yield from check.look(cluster)


def warnings(cluster: Cluster) -> Iterator[Problem]:
    """Give what will bite in a cluster that has no problem, and that its author has not answered."""
    bites = (check for check in collected.every_check() if not check.can_stop)
    yield from suppression.settle(cluster, (problem for check in bites for problem in check.look(cluster)))
