"""Several descriptions in one call: loaded together, and not in each other's way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from lvsgen.description.load import Loaded, load
from lvsgen.errors import AuthorError
from lvsgen.findings.finding import Finding, Severity
from lvsgen.findings.finding import Path as Place


def load_all(files: Sequence[Path], strict: bool = False) -> tuple[Loaded, ...]:
    """Load every description; AuthorError with the findings of all of them. With `strict`, a warning is an error."""
    loaded: list[Loaded] = []
    findings: list[Finding] = []
    for file in files:
        try:
            loaded.append(load(file))
            findings += loaded[-1].findings
        except AuthorError as error:
            findings += error.findings
    findings += _clashes(loaded)
    if strict:
        findings = [_heavier(finding) for finding in findings]
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise AuthorError(tuple(findings))
    return tuple(loaded)


def _heavier(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.ERROR) if finding.severity is Severity.WARNING else finding


def _clashes(loaded: Sequence[Loaded]) -> Iterator[Finding]:
    clusters: dict[str, Loaded] = {}
    hosts: dict[str, tuple[Loaded, Place]] = {}
    for one in loaded:
        name = one.cluster.cluster
        if name in clusters:
            message = f"the cluster '{name}' is described twice"
            yield _finding("LVS310", message, (one, ("cluster",)), (clusters[name], ("cluster",)))
            continue
        clusters[name] = one
        for host, place in _hosts(one):
            if host in hosts:
                yield _finding("LVS307", f"the host '{host}' is in two clusters", (one, place), hosts[host])
            hosts.setdefault(host, (one, place))


def _hosts(one: Loaded) -> Iterator[tuple[str, Place]]:
    for host in one.cluster.directors:
        yield host, ("directors", host)
    for host in one.cluster.realservers:
        yield host, ("realservers", host)


def _finding(code: str, message: str, *at: tuple[Loaded, Place]) -> Finding:
    spans = tuple(one.source.span(place, on_key=len(place) > 1) for one, place in at)
    return Finding(code, Severity.ERROR, message, spans, "give one of them another name, or leave one file out")
