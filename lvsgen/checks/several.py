"""Several descriptions in one call: that none is in another's way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvsgen.checks import walk
from lvsgen.description.model import Cluster
from lvsgen.findings.finding import Clash, Path

_HINT = "give one of them another name, or leave one file out"


def clashes(clusters: Sequence[Cluster]) -> Iterator[Clash]:
    """Give what the clusters cannot all have; one of a name that is taken is compared no further."""
    first = {cluster.cluster: number for number, cluster in reversed(list(enumerate(clusters)))}
    yield from _clusters_described_twice(clusters, first)
    yield from _hosts_in_two_clusters({number: clusters[number] for number in sorted(first.values())})


def _clusters_described_twice(clusters: Sequence[Cluster], first: dict[str, int]) -> Iterator[Clash]:
    for number, cluster in enumerate(clusters):
        if first[cluster.cluster] != number:
            message = f"the cluster '{cluster.cluster}' is described twice"
            yield Clash("LVS310", message, ((number, ("cluster",)), (first[cluster.cluster], ("cluster",))), _HINT)


def _hosts_in_two_clusters(clusters: dict[int, Cluster]) -> Iterator[Clash]:
    first: dict[str, tuple[int, Path]] = {}
    for number, cluster in clusters.items():
        for path, _ in walk.hosts(cluster):
            name = str(path[-1])
            other = first.setdefault(name, (number, path))
            if other[0] != number:
                message = f"the host '{name}' is in two clusters"
                yield Clash("LVS307", message, ((number, path), other), _HINT, on_key=True)
