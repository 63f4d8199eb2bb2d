"""lvsgen check: what is wrong with descriptions."""

from __future__ import annotations

from pathlib import Path

from lvsgen import phrasing
from lvsgen.cli import descriptions
from lvsgen.cli.options import Files, Strict, Style
from lvsgen.cli.outcome import Format, Outcome, end
from lvsgen.findings import report

SHORT = "Say what is wrong with descriptions."
EXAMPLE = "lvsgen check a.yaml b.yaml"


def check(files: Files = None, strict: Strict = False, style: Style = Format.TEXT) -> None:
    """Say what is wrong with descriptions, all of it at once; writes nothing."""
    end("check", lambda: _check(files, strict), style)


def _check(files: list[Path] | None, strict: bool) -> Outcome:
    from lvsgen.load import load_all

    paths = descriptions.named(files, "lvsgen check FILE")
    loaded = load_all(paths, strict)
    text = "".join(
        f"{phrasing.visible(str(path))}: cluster {one.cluster.cluster}, {report.counted(one.findings)}\n"
        for path, one in zip(paths, loaded, strict=True)
    )
    data = {"clusters": [one.cluster.cluster for one in loaded]}
    return descriptions.with_findings(loaded, Outcome(text=text, data=data))
