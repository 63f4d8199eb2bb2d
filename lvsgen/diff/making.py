"""What descriptions make now, as a build would write it, without a disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from lvsgen.diff import built
from lvsgen.diff.built import Built
from lvsgen.findings.finding import Path
from lvsgen.load import Loaded
from lvsgen.lower.lower import lower
from lvsgen.render.artifacts import render
from lvsgen.state.keys import Key


def make(loaded: Sequence[Loaded]) -> dict[str, Built]:
    """Give what a build would write of each cluster."""
    return {one.cluster.cluster: _made(one) for one in loaded}


def _made(one: Loaded) -> Built:
    name, lowered = one.cluster.cluster, lower(one.cluster)
    files = {path: file.text.encode() for path, file in render(one, lowered).items()}

    @cache
    def origins(host: str) -> Mapping[Key, Path]:
        return lowered[host].origins if host in lowered else {}

    def place(host: str, key: Key) -> str:
        path = origins(host).get(key)
        return f"{one.source.text.file}:{one.source.span(path, on_key=True).line}" if path else ""

    return replace(built.read(name, files, f"what a build makes of {name}"), place=place)
