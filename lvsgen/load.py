"""Files to Clusters that hold together, or every finding about them at once."""

from __future__ import annotations

import hashlib
import itertools
import pathlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lvsgen import naming
from lvsgen.checks import every, several
from lvsgen.description import holes as hole
from lvsgen.description import limits, structure
from lvsgen.description.model import Cluster
from lvsgen.description.source import Source, parse
from lvsgen.errors import AuthorError, OperatorError
from lvsgen.findings.code import Severity
from lvsgen.findings.finding import Clash, Finding, Problem, in_file_order


@dataclass(frozen=True, slots=True)
class Loaded:
    """A description without an error; `digest` is the SHA-256 of its bytes, in hexadecimal."""

    cluster: Cluster
    source: Source
    digest: str
    findings: tuple[Finding, ...] = ()


def load_all(files: Sequence[pathlib.Path], strict: bool = False) -> tuple[Loaded, ...]:
    """Load every description; AuthorError with the findings of all of them. With `strict`, a warning is an error."""
    loaded: list[Loaded] = []
    findings: list[Finding] = []
    for file in files:
        try:
            loaded.append(load(file))
            findings += loaded[-1].findings
        except AuthorError as error:
            findings += error.findings
    findings += (_placed_apart(loaded, clash) for clash in several.clashes([one.cluster for one in loaded]))
    if strict:
        findings = [_heavier(finding) for finding in findings]
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise AuthorError(tuple(findings))
    return tuple(loaded)


def load(file: pathlib.Path) -> Loaded:
    """Read and check a description; AuthorError holds all findings, OperatorError says why the file cannot be read."""
    if not naming.is_file(file.name):
        raise OperatorError(
            f"a description cannot be called {file.name!a}: out/ is to name it, in a line that every tool reads alike",
            "rename the file, to letters, digits and the like",
        )
    return read(str(file), _bytes(file))


def read(file: str, raw: bytes) -> Loaded:
    """Check a description that is at hand; `file` is what findings call it."""
    source = parse(file, raw)
    cluster, problems, holes = structure.understand(source.data, source.holes)
    wrong = hole.standing(problems, source.holes)
    found = every.problems(cluster) if cluster else iter(())
    concluded = hole.standing(found, holes)
    first = itertools.islice(itertools.chain(wrong, concluded), limits.MOST_FINDINGS)
    findings = [_placed(source, each) for each in first]
    if findings or source.findings or cluster is None:
        raise AuthorError(in_file_order((*source.findings, *findings)))
    # Warnings come last: what they say of a cluster with errors in it would be a consequence of those, as often as not.
    bites = tuple(_placed(source, each) for each in itertools.islice(every.warnings(cluster), limits.MOST_FINDINGS))
    return Loaded(cluster, source, hashlib.sha256(raw).hexdigest(), in_file_order(bites))


def _bytes(file: pathlib.Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(limits.LARGEST + 4)
    except OSError as error:
        hint = "name a description: `lvsgen build FILE`; without one it is ./cluster.yaml"
        raise OperatorError(f"cannot read {file}: {error.strerror}", hint) from None


def _placed(source: Source, problem: Problem) -> Finding:
    spans = [source.span(path, problem.on_key) for path in problem.at]
    if problem.mutual:
        spans.sort(key=lambda span: (span.line, span.column), reverse=True)
    return Finding(problem.code.number, problem.code.severity, problem.message, tuple(spans), problem.hint)


def _placed_apart(loaded: Sequence[Loaded], clash: Clash) -> Finding:
    spans = tuple(loaded[number].source.span(path, clash.on_key) for number, path in clash.at)
    return Finding(clash.code.number, clash.code.severity, clash.message, spans, clash.hint)


def _heavier(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.ERROR) if finding.severity is Severity.WARNING else finding
