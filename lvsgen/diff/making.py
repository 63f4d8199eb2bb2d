"""What descriptions make now, as a build would write it, without a disk."""

from __future__ import annotations

from collections.abc import Sequence

from lvsgen.diff import built
from lvsgen.diff.built import Built
from lvsgen.load import Loaded
from lvsgen.lower.lower import lower
from lvsgen.render.artifacts import render


def make(loaded: Sequence[Loaded]) -> dict[str, Built]:
    """Give what a build would write of each cluster."""
    return {one.cluster.cluster: _made(one) for one in loaded}


def _made(one: Loaded) -> Built:
    name = one.cluster.cluster
    files = {path: file.text.encode() for path, file in render(one, lower(one.cluster)).items()}
    return built.read(name, files, f"what a build makes of {name}")
