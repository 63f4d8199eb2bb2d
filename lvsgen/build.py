"""The way of a build: load and check every description, lower, render, compare with the disk, write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lvsgen.description.several import load_all
from lvsgen.lower import lower
from lvsgen.output import writer
from lvsgen.output.survey import Survey, survey
from lvsgen.render.artifacts import render


def build(files: Sequence[Path], out: Path) -> tuple[Survey, ...]:
    """Bring `out` to what the descriptions make, and give what was found before; nothing is written if any is wrong."""
    surveys = compare(files, out)
    for found in surveys:
        writer.refuse(found)
    for found in surveys:
        writer.write(found)
    return surveys


def compare(files: Sequence[Path], out: Path) -> tuple[Survey, ...]:
    """Say what building the descriptions would do to `out`; changes nothing."""
    loaded = load_all(files)
    rendered = {one.cluster.cluster: render(one, lower(one.cluster)) for one in loaded}
    return tuple(survey(out, cluster, made) for cluster, made in rendered.items())
