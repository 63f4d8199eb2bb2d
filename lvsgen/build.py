"""The way of a build from descriptions that have been loaded: lower, render, compare with the disk, write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lvsgen.load import Loaded
from lvsgen.lower.lower import lower
from lvsgen.outdir import writer
from lvsgen.outdir.survey import Survey, survey
from lvsgen.render.artifacts import render


def build(loaded: Sequence[Loaded], out: Path) -> tuple[Survey, ...]:
    """Bring `out` to what the descriptions make, and give what was found before."""
    surveys = compare(loaded, out)
    for found in surveys:
        writer.refuse(found)
    for found in surveys:
        writer.write(found)
    return surveys


def compare(loaded: Sequence[Loaded], out: Path) -> tuple[Survey, ...]:
    """Say what building the descriptions would do to `out`; changes nothing."""
    rendered = {one.cluster.cluster: render(one, lower(one.cluster)) for one in loaded}
    return tuple(survey(out, cluster, made) for cluster, made in rendered.items())
