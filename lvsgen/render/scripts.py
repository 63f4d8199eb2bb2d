"""The scripts of a host: the engine, which is the same everywhere, and what calls it."""

from __future__ import annotations

from lvsgen.platforms.layout import ENGINE
from lvsgen.render import templates
from lvsgen.render.hostbuild import HostBuild


def engine() -> str:
    """Write the engine: POSIX sh, with a planner in awk that says what plan() says."""
    return templates.fill("engine/engine.sh.j2")


def script(subject: HostBuild) -> str:
    """Write what people and units call: it names the facts, and hands over to the engine."""
    cluster, facts = subject.cluster.cluster, subject.paths.facts
    return templates.fill("engine/script.j2", cluster=cluster, role=subject.role, engine=ENGINE, facts=facts)
