"""Direct routing: packets reach a realserver as they came, so no router may stand between, and it answers itself."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen.checks import walk
from lvsgen.checks.check import check
from lvsgen.description.model import Cluster, Director, Host
from lvsgen.findings.code import Code
from lvsgen.findings.finding import INCOMPLETE, Path, Problem
from lvsgen.state.parts import Sysctl

IS_ANSWERED = True
ABOUT = "It passes each packet on, unchanged, to the realserver that it has chosen for the connection (direct routing)."


def sysctls(director: Director) -> Iterator[Sysctl]:
    """Direct routing forwards nothing itself and is nobody's gateway, so redirects stay on."""
    yield Sysctl("net/ipv4/ip_forward", "0")
    for device in ("all", "default", *director.interfaces):
        yield Sysctl(f"net/ipv4/conf/{device}/send_redirects", "1")


OUT_OF_REACH = Code(
    "LVS406",
    "The director cannot reach the realserver",
    "Direct routing rewrites the hardware address only, so director and realserver must stand on the same network.",
    "Give the director or the realserver an interface on a network of the other.",
)


@check(OUT_OF_REACH)
def realservers_out_of_reach(cluster: Cluster) -> Iterator[Problem]:
    """A realserver of a service that shares no network with a director."""
    for name, path in _used(cluster).items():
        realserver = cluster.realservers.get(name)
        if realserver is None or walk.unknown_networks(cluster, realserver):
            continue
        for director_name, director in cluster.directors.items():
            if not walk.unknown_networks(cluster, director) and not _networks(director) & _networks(realserver):
                yield _apart(name, realserver, director_name, director, path)


def _used(cluster: Cluster) -> dict[str, Path]:
    return {
        name: ("services", service, "realservers", name)
        for service, described in reversed(cluster.services.items())
        if described.forward == "direct"
        for name in described.realservers
    }


def _networks(host: Host) -> set[str]:
    return {interface.network for interface in host.interfaces.values()}


def _apart(name: str, realserver: Host, director_name: str, director: Host, used: Path) -> Problem:
    here, there = (
        _network_paths(("realservers", name), realserver),
        _network_paths(("directors", director_name), director),
    )
    message = (
        f"director '{director_name}' on {_named(director)} cannot reach realserver '{name}' on {_named(realserver)} "
        "by direct routing"
    )
    hint = "both need an interface on the same network; direct routing passes no router"
    return Problem(OUT_OF_REACH, message, (here[0], there[0]), hint, touches=(*here, *there, used))


def _network_paths(path: Path, host: Host) -> tuple[Path, ...]:
    interfaces = (*path, "interfaces")
    return (*((*interfaces, name, "network") for name in host.interfaces), (*interfaces, INCOMPLETE))


def _named(host: Host) -> str:
    return ", ".join(f"'{network}'" for network in sorted(_networks(host)))
