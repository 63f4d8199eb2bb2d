"""lvsgen build: descriptions into files; with --check, the difference alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lvsgen.cli import descriptions, progress
from lvsgen.cli.options import OUT, Files, OutDir, Strict, Style
from lvsgen.cli.outcome import Format, Outcome, end
from lvsgen.exits import Exit

if TYPE_CHECKING:
    from lvsgen.load import Loaded

SHORT = "Compile descriptions into files."
EXAMPLE = "lvsgen build; lvsgen build --check a.yaml b.yaml"

Check = Annotated[bool, typer.Option("--check", help="Write nothing: print the difference, exit 10.")]


def build(
    files: Files = None, out: OutDir = OUT, check: Check = False, strict: Strict = False, style: Style = Format.TEXT
) -> None:
    """Compile descriptions into files below out/<cluster>/, for review and commit.

    Nothing is written when any description is wrong; a warning is printed and stops nothing. Only what differs is
    written, each file whole; what is no longer made is removed. Files that out/<cluster>/MANIFEST does not list are
    never touched.
    """
    end("build", lambda: (_compare if check else _build)(files, out, strict, style), style)


def _build(files: list[Path] | None, out: Path, strict: bool, style: Format) -> Outcome:
    from lvsgen.build import build
    from lvsgen.outdir import summary

    loaded = _load(files, strict)
    surveys = build(loaded, out)
    text = "".join(f"{summary.line(survey)}\n" for survey in surveys)
    data = {"clusters": [summary.data(survey) for survey in surveys], "former": _former(loaded, out, style)}
    return descriptions.with_findings(loaded, Outcome(text=text, data=data))


def _compare(files: list[Path] | None, out: Path, strict: bool, style: Format) -> Outcome:
    from lvsgen.build import compare
    from lvsgen.outdir import difference, summary

    loaded = _load(files, strict)
    surveys = compare(loaded, out)
    diffs = {survey.cluster: difference.diff(survey) for survey in surveys}
    clusters = [summary.data(survey) | {"diff": diffs[survey.cluster]} for survey in surveys]
    status = Exit.DIFFERS if any(survey.differs for survey in surveys) else Exit.DONE
    data = {"clusters": clusters, "former": _former(loaded, out, style)}
    return descriptions.with_findings(loaded, Outcome(status, "".join(diffs.values()), data))


def _load(files: list[Path] | None, strict: bool) -> Sequence[Loaded]:
    from lvsgen.load import load_all

    return load_all(descriptions.named(files, "lvsgen build FILE"), strict)


def _former(loaded: Sequence[Loaded], out: Path, style: Format) -> list[str]:
    """Say, and give, which folders clusters have left that got another name."""
    from lvsgen.outdir import former

    described = [one.cluster.cluster for one in loaded]
    found: list[str] = []
    for one in loaded:
        hosts = (*one.cluster.directors, *one.cluster.realservers)
        for folder in former.folders(out, Path(one.source.text.file).name, hosts, described):
            progress.remark(style, former.advice(folder, one.cluster.cluster))
            found.append(str(folder))
    return found
