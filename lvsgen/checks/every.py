"""All checks, in the order of their themes; each looks at a Cluster and mends nothing."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen.checks import addresses, bites, hosts, reach, references, services, suppression, unique
from lvsgen.description.model import Cluster
from lvsgen.findings.finding import Problem

CHECKS = (
    references.unknown_networks,
    references.unknown_vips,
    references.unknown_realservers,
    services.unknown_ports,
    services.services_that_collide,
    services.schedulers_the_director_lacks,
    services.fallbacks_that_cannot_be,
    hosts.hosts_named_twice,
    hosts.hosts_named_like_folders,
    hosts.vips_named_like_hosts,
    hosts.more_than_one_director,
    addresses.addresses_that_cannot_be,
    addresses.vips_without_a_network,
    unique.addresses_twice,
    unique.macs_twice,
    reach.realservers_out_of_reach,
)
WARNINGS = (
    bites.interfaces_without_a_file,
    bites.vips_without_a_service,
    bites.services_without_weight,
    bites.vips_that_look_alike,
    bites.one_vip_one_realserver,
    bites.weights_that_starve,
    bites.hashes_without_fallback,
)


def problems(cluster: Cluster) -> Iterator[Problem]:
    """Give everything that is wrong with a cluster whose parts are each well formed."""
    for check in CHECKS:
        yield from check(cluster)


def warnings(cluster: Cluster) -> Iterator[Problem]:
    """Give what will bite in a cluster that has no problem, and that its author has not answered."""
    yield from suppression.settle(cluster, (problem for check in WARNINGS for problem in check(cluster)))
