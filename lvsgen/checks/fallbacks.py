"""Fallbacks: where a scheduler hashes, who gets the clients of a realserver that is drained."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen import phrasing
from lvsgen.checks.check import check
from lvsgen.description.model import Cluster
from lvsgen.findings.code import Code, Severity
from lvsgen.findings.finding import Path, Problem

HASHING = ("sh", "mh")

NEEDLESS_FALLBACK = Code(
    "LVS311",
    "A fallback for a scheduler that needs none",
    "sh and mh send a client to the realserver that its address points at, and refuse it when that one takes no "
    "new connections; fallback sends it to another one. Every other scheduler chooses among those that take some.",
    "Leave the key out.",
)
NO_FALLBACK = Code(
    "LVS312",
    "A fallback that the director does not know",
    "Its kernel and its ipvsadm are older than the flag, so the service could not be added. Without it, a drained "
    "realserver's clients are refused.",
    "Write fallback: false, or use a scheduler that does not hash, such as wlc.",
)


@check(NEEDLESS_FALLBACK, NO_FALLBACK)
def fallbacks_that_cannot_be(cluster: Cluster) -> Iterator[Problem]:
    """A fallback for a scheduler that does not hash, or wished for from a director that does not know it."""
    for name, service in cluster.services.items():
        at: Path = ("services", name, "fallback")
        scheduler: Path = ("services", name, "scheduler")
        if service.fallback is not None and service.scheduler not in HASHING:
            message = f"{phrasing.quote(service.scheduler)} has no fallback"
            hint = f"leave the key out: only {phrasing.listing(HASHING)} send a client to one realserver by its address"
            yield Problem(NEEDLESS_FALLBACK, message, (at, scheduler), hint)
        elif service.fallback:
            yield from _without_fallback(cluster, at, service.scheduler)


def _without_fallback(cluster: Cluster, at: Path, scheduler: str) -> Iterator[Problem]:
    for name, director in cluster.directors.items():
        if scheduler in set(director.target.schedulers) - set(director.target.fallbacks):
            where: Path = ("directors", name, "platform")
            message = f"the director '{name}' ({director.platform}) does not know the fallback of '{scheduler}'"
            hint = "write fallback: false; clients of a realserver that is drained are refused there"
            yield Problem(NO_FALLBACK, message, (at, where), hint)


HASH_ALONE = Code(
    "LVS508",
    "A hash without a fallback",
    "sh and mh send a client to the realserver that its address points at. With their fallback flag, one whose "
    "realserver takes no new connections is sent to another; this director's kernel and ipvsadm are older than the "
    "flag, so it is refused, for as long as the realserver is drained.",
    "Write fallback: false where that will do, or use a scheduler that goes by weight, such as wlc.",
    Severity.WARNING,
)


@check(HASH_ALONE)
def hashes_without_fallback(cluster: Cluster) -> Iterator[Problem]:
    """A scheduler that hashes, on a director that does not know its fallback, of which nobody has said so."""
    for name, service in cluster.services.items():
        at: Path = ("services", name, "scheduler")
        for host, director in cluster.directors.items():
            unknown = service.scheduler in HASHING and service.scheduler not in director.target.fallbacks
            if unknown and service.fallback is None:
                message = (
                    f"the director '{host}' ({director.platform}) does not know the fallback of '{service.scheduler}': "
                    "while a realserver is drained, the clients that the hash sends to it are refused"
                )
                hint = "write fallback: false if that will do, or use wlc"
                yield Problem(HASH_ALONE, message, (at, ("directors", host, "platform")), hint)
