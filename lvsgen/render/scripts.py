"""The scripts of a host: the engine, which is the same everywhere, the facts that it sees to, and what calls it."""

from __future__ import annotations

from collections.abc import Iterable

from lvsgen.platforms.layout import ENGINE
from lvsgen.platforms.platform import Firewall, Role
from lvsgen.render import facts as fact_lines
from lvsgen.render import templates
from lvsgen.render.hostbuild import HostBuild
from lvsgen.state.forms import RealServer

_VERBS = "start|stop|reload|restart|status|check"


def engine() -> str:
    """Write the engine: POSIX sh, with a planner in awk that says what plan() says."""
    return templates.fill("engine/engine.sh.j2")


def script(subject: HostBuild) -> str:
    """Write what people and units call: it names the facts, and hands over to the engine."""
    verbs = f"{_VERBS}|drain NAME|undrain NAME" if subject.role is Role.DIRECTOR else _VERBS
    return templates.fill(
        "engine/script.j2",
        cluster=subject.cluster.cluster,
        role=subject.role,
        verbs=verbs,
        engine=ENGINE,
        facts=subject.paths.facts,
    )


def facts(subject: HostBuild, servers: Iterable[RealServer]) -> str:
    """Write the facts of a host: what its kernel is to hold, who can be drained, and what its tools have to be told."""
    return fact_lines.text(
        subject.cluster.cluster,
        subject.name,
        subject.paths.script,
        *fact_lines.groups(subject.state),
        tuple(fact_lines.realservers(servers)),
        (*fact_lines.vips(subject.vips), *_told(subject)),
    )


def _told(subject: HostBuild) -> Iterable[str]:
    wait = subject.target.iptables_wait.strip()
    if subject.state.chains and wait and subject.target.firewall is Firewall.IPTABLES:
        yield f"use iptables-restore {wait}"
