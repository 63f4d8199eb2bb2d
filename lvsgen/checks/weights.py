"""Weights: that they share connections as they say."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen import phrasing
from lvsgen.checks.check import check
from lvsgen.description.model import Cluster
from lvsgen.findings.code import Code, Severity
from lvsgen.findings.finding import Path, Problem

PLACES_OF_SH = 256

NO_WEIGHT = Code(
    "LVS502",
    "Every realserver of a service has weight 0",
    "Weight 0 gives a realserver no new connections. With nobody else there, IPVS has nowhere to send a client "
    "and refuses it with an ICMP port unreachable.",
    "Give one of them a weight of 1 or more, or remove the service.",
    Severity.WARNING,
)


@check(NO_WEIGHT)
def services_without_weight(cluster: Cluster) -> Iterator[Problem]:
    """A service that gives every one of its realservers weight 0."""
    for name, service in cluster.services.items():
        if not any(entry.weight for entry in service.realservers.values()):
            message = f"no realserver of {phrasing.quote(name)} has a weight above 0: every client is refused"
            at: Path = ("services", name, "realservers")
            first = next(iter(service.realservers))
            hint = f"give one a weight, like {first}: {{weight: 1}}, or remove the service"
            yield Problem(NO_WEIGHT, message, (at,), hint, on_key=True)


STARVING = Code(
    "LVS505",
    "More weight than sh has places for",
    "sh has 256 places and fills them with each realserver's weight in turn. Weights of more than 256 in sum leave "
    "fewer places, or none, for those that come last: with 200 and 200 one gets more than three times the other's "
    "clients, with 400 and 400 all of them.",
    "Write smaller weights in the same proportion.",
    Severity.WARNING,
)


@check(STARVING)
def weights_that_starve(cluster: Cluster) -> Iterator[Problem]:
    """Weights of sh that are more in sum than it has places, where it looks at weights at all."""
    if not all(director.target.sh_weighs for director in cluster.directors.values()):
        return
    for name, service in cluster.services.items():
        weights = {server: entry.weight for server, entry in service.realservers.items()}
        total = sum(weights.values())
        if service.scheduler == "sh" and total > PLACES_OF_SH and len(weights) > 1:
            message = (
                f"sh has {PLACES_OF_SH} places, and the weights of {phrasing.quote(name)} are {total} in sum: the "
                "realservers that come last get fewer clients than their share, or none"
            )
            yield Problem(STARVING, message, (("services", name, "realservers"),), _fewer(weights, total), on_key=True)


def _fewer(weights: dict[str, int], total: int, most: int = 3) -> str:
    counting = sum(1 for weight in weights.values() if weight)
    if counting > PLACES_OF_SH:
        return f"use mh, or at most {PLACES_OF_SH} realservers"
    room = PLACES_OF_SH - counting
    shown = [f"{server}: {{weight: {1 + w * room // total if w else 0}}}" for server, w in weights.items()]
    return f"write the same proportion smaller, like {{{', '.join([*shown[:most], *(['...'] * (len(shown) > most))])}}}"
