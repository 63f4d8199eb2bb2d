"""Schedulers: that the director has each, and that it has something to choose by."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen import phrasing
from lvsgen.checks.check import check
from lvsgen.description.model import Cluster
from lvsgen.findings.code import Code, Severity
from lvsgen.findings.finding import Path, Problem

BY_DESTINATION = ("dh", "lblc", "lblcr")

NO_SCHEDULER = Code(
    "LVS306",
    "A scheduler that the director does not have",
    "The director's kernel is older than the scheduler, and would refuse the service.",
    "Use one of the schedulers that the help line lists.",
)


@check(NO_SCHEDULER)
def schedulers_the_director_lacks(cluster: Cluster) -> Iterator[Problem]:
    """A scheduler that is younger than the director's kernel."""
    for host, director in cluster.directors.items():
        known = director.target.schedulers
        for name, service in cluster.services.items():
            if service.scheduler not in known:
                at: tuple[Path, ...] = (("services", name, "scheduler"), ("directors", host, "platform"))
                message = (
                    f"the director '{host}' ({director.platform}) has no scheduler {phrasing.quote(service.scheduler)}"
                )
                yield Problem(NO_SCHEDULER, message, at, f"it has {phrasing.listing(known)}")


ONE_FOR_ALL = Code(
    "LVS504",
    "A scheduler that gives one VIP one realserver",
    "dh, lblc and lblcr pick by the address that clients connect to, which is the VIP: it is the same for every "
    "connection of a service, so one realserver gets them all. They were made for caches, whose clients connect to "
    "many addresses.",
    "Use sh or mh where a client is to stay with a realserver, and wlc where not.",
    Severity.WARNING,
)


@check(ONE_FOR_ALL)
def one_vip_one_realserver(cluster: Cluster) -> Iterator[Problem]:
    """A scheduler that picks by the address that clients connect to, over several realservers."""
    for name, service in cluster.services.items():
        if service.scheduler in BY_DESTINATION and len(service.realservers) > 1:
            message = (
                f"{service.scheduler} picks by the address that clients connect to, and {phrasing.quote(name)} has "
                f"one: one of its {len(service.realservers)} realservers gets every client"
            )
            hint = "write sh or mh to keep a client with a realserver, wlc to share connections evenly"
            yield Problem(ONE_FOR_ALL, message, (("services", name, "scheduler"),), hint)
