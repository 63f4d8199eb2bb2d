"""Several descriptions in one call: that none is in another's way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvsgen.checks import hosts
from lvsgen.description.model import Cluster
from lvsgen.findings.code import Code
from lvsgen.findings.finding import Clash

_HINT = "give one of them another name, or leave one file out"


def clashes(clusters: Sequence[Cluster]) -> Iterator[Clash]:
    """Give what the clusters cannot all have; one of a name that is taken is compared no further."""
    first = {cluster.cluster: number for number, cluster in reversed(list(enumerate(clusters)))}
    yield from _clusters_described_twice(clusters, first)
    yield from hosts.hosts_in_two_clusters({number: clusters[number] for number in sorted(first.values())})


CLUSTER_TWICE = Code(
    "LVS310",
    "A cluster is described twice",
    "Both descriptions would be built into one folder, and the second would undo the first.",
    "Give one of them another name, or leave one file out.",
)


def _clusters_described_twice(clusters: Sequence[Cluster], first: dict[str, int]) -> Iterator[Clash]:
    for number, cluster in enumerate(clusters):
        if first[cluster.cluster] != number:
            message = f"the cluster '{cluster.cluster}' is described twice"
            yield Clash(CLUSTER_TWICE, message, ((number, ("cluster",)), (first[cluster.cluster], ("cluster",))), _HINT)
