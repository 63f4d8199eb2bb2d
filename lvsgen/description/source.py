"""YAML text to plain data, and where each value stands.

One pass over libyaml's events builds the data, so that duplicate keys, anchors, tags and depth are seen as they come,
and a hostile text is refused before it grows. Places take as much room as all else that is known of a text, and one
with nothing to say of needs none: another pass of the same code keeps them, once something is to be pointed at.
yaml.load was rejected because it knows YAML 1.1 (22:22 is a number, no is false), merges duplicate keys and forgets
places.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import cached_property

import yaml

from lvsgen.description import positions, syntax
from lvsgen.description.builder import Builder, PlacesError, Value
from lvsgen.description.decoding import decode
from lvsgen.description.positions import Positions, Text
from lvsgen.description.refusal import Refusal
from lvsgen.errors import AuthorError
from lvsgen.findings.finding import Finding, Path, Span


@dataclass(frozen=True)
class Source:
    """A description's text, its data, and what is already known to be wrong with it.

    Values below a path in `holes` are wrong and have been reported; nothing is to be concluded from them.
    """

    text: Text
    data: dict[str, Value]
    findings: tuple[Finding, ...] = ()
    holes: frozenset[Path] = frozenset()

    @cached_property
    def positions(self) -> Positions:
        """Where everything stands."""
        build = Builder(self.text)
        build.read()
        return build.positions

    def span(self, path: Path, on_key: bool = False) -> Span:
        """Point at the value at `path`, or at its key; where there is none, at the nearest thing above it."""
        return self.text.span(positions.find(self.positions, path, on_key))


def parse(file: str, raw: bytes) -> Source:
    """Read a description; AuthorError when there is no telling what the rest of it would mean."""
    text, refusal = decode(file, raw)
    if refusal:
        raise AuthorError((refusal.finding(text),))
    with contextlib.suppress(PlacesError, Refusal, yaml.YAMLError):
        quick = Builder(text, placing=False)
        quick.read()
        return Source(text, quick.root)
    return _with_findings(text)


def _with_findings(text: Text) -> Source:
    """Read a text that something is wrong with."""
    build = Builder(text)
    try:
        build.read()
    except Refusal as found:
        raise AuthorError((*build.findings, found.finding(text))) from None
    except yaml.YAMLError as error:
        refused = syntax.explain(text, error, build.before, build.opened)
        further = () if build.joined == build.before else (refused.finding(text),)
        raise AuthorError((*build.findings, *further)) from None
    return Source(text, build.root, tuple(build.findings), frozenset(build.holes))
