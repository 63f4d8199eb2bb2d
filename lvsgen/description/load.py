"""A file to a Cluster that holds together, or every finding about it at once."""

from __future__ import annotations

import hashlib
import itertools
import pathlib
from dataclasses import dataclass

from lvsgen import naming
from lvsgen.checks import every
from lvsgen.codes.every import CODES
from lvsgen.description import reader, structure
from lvsgen.description.model import Cluster
from lvsgen.description.source import MOST_FINDINGS, Source, parse
from lvsgen.errors import AuthorError, OperatorError
from lvsgen.findings.finding import Finding, Problem, in_file_order


@dataclass(frozen=True, slots=True)
class Loaded:
    """A description without an error; `digest` is the SHA-256 of its bytes, in hexadecimal."""

    cluster: Cluster
    source: Source
    digest: str
    findings: tuple[Finding, ...] = ()


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
    wrong = structure.standing(problems, source.holes)
    found = every.problems(cluster) if cluster else iter(())
    concluded = structure.standing(found, holes)
    findings = [_placed(source, each) for each in itertools.islice(itertools.chain(wrong, concluded), MOST_FINDINGS)]
    if findings or source.findings or cluster is None:
        raise AuthorError(in_file_order((*source.findings, *findings)))
    # Warnings come last: what they say of a cluster with errors in it would be a consequence of those, as often as not.
    bites = tuple(_placed(source, each) for each in itertools.islice(every.warnings(cluster), MOST_FINDINGS))
    return Loaded(cluster, source, hashlib.sha256(raw).hexdigest(), in_file_order(bites))


def _bytes(file: pathlib.Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(reader.LARGEST + 4)
    except OSError as error:
        hint = "name a description: `lvsgen build FILE`; without one it is ./cluster.yaml"
        raise OperatorError(f"cannot read {file}: {error.strerror}", hint) from None


def _placed(source: Source, problem: Problem) -> Finding:
    spans = [source.span(path, problem.on_key) for path in problem.at]
    if problem.mutual:
        spans.sort(key=lambda span: (span.line, span.column), reverse=True)
    return Finding(problem.code, CODES[problem.code].severity, problem.message, tuple(spans), problem.hint)
