"""Cluster -> {host: Lowered}: what each host is to hold."""

from __future__ import annotations

from lvsgen.description.model import Cluster
from lvsgen.lower import director, realserver
from lvsgen.lower.lowered import Lowered


def lower(cluster: Cluster) -> dict[str, Lowered]:
    """Lower every host, directors first, in the order of the description."""
    vips = realserver.vips_by_realserver(cluster)
    directors = {name: director.lower(cluster, one) for name, one in cluster.directors.items()}
    servers = {name: realserver.lower(cluster, one, vips[name]) for name, one in cluster.realservers.items()}
    return directors | servers
