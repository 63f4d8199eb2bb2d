"""All checks, in the order of their themes; each looks at a Cluster and mends nothing."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen.checks import addresses, hosts, reach, references, services, unique
from lvsgen.description.model import Cluster
from lvsgen.findings import Problem

CHECKS = (
    references.unknown_networks,
    references.unknown_vips,
    references.unknown_realservers,
    services.unknown_ports,
    services.services_that_collide,
    services.schedulers_the_director_lacks,
    hosts.hosts_named_twice,
    hosts.vips_named_like_hosts,
    hosts.more_than_one_director,
    addresses.addresses_that_cannot_be,
    addresses.vips_without_a_network,
    unique.addresses_twice,
    unique.macs_twice,
    reach.realservers_out_of_reach,
)


def problems(cluster: Cluster) -> Iterator[Problem]:
    """Give everything that is wrong with a cluster whose parts are each well formed."""
    for check in CHECKS:
        yield from check(cluster)
