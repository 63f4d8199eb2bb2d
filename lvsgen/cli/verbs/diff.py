"""lvsgen diff: what descriptions, as they are now, do to each host."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lvsgen.cli import descriptions
from lvsgen.cli.options import DESCRIPTION, OUT, OutDir
from lvsgen.cli.outcome import Format, Outcome, end
from lvsgen.exits import Exit

SHORT = "Say what a change does to each host."
EXAMPLE = "lvsgen diff; lvsgen diff v1.2; lvsgen diff ../other/out; lvsgen diff --format markdown"


class DiffFormat(StrEnum):
    """Who reads a difference."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


Against = Annotated[
    str, typer.Argument(metavar="REV|DIR", help="A revision of git, or a folder that build has written.")
]
FileOption = Annotated[
    list[Path] | None,
    typer.Option("--file", metavar="FILE", help="A description; may be repeated.", show_default=f"./{DESCRIPTION}"),
]
DiffStyle = Annotated[DiffFormat, typer.Option("--format", help="markdown is for a comment on a merge request.")]


def diff(
    against: Against = "HEAD", files: FileOption = None, out: OutDir = OUT, style: DiffStyle = DiffFormat.TEXT
) -> None:
    """Say in words what descriptions, as they are now, do to each host, compared with what was built of them before.

    That is out/ as it is committed, or another revision's, or another folder's; what lies in out/ now does not count.
    What drops connections is marked x, what is dangerous !. Writes nothing.
    """
    form = Format.JSON if style is DiffFormat.JSON else Format.TEXT
    end("diff", lambda: _diff(against, files, out, style), form)


def _diff(against: str, files: list[Path] | None, out: Path, style: DiffFormat) -> Outcome:
    from lvsgen.diff import baseline, compare, making, say
    from lvsgen.load import load_all

    loaded = load_all(descriptions.named(files, "lvsgen diff --file FILE"))
    found = compare.compare(baseline.read(against, out), making.make(loaded), against)
    text = say.markdown(found) if style is DiffFormat.MARKDOWN else say.text(found)
    status = Exit.DIFFERS if found.differs else Exit.DONE
    return descriptions.with_findings(loaded, Outcome(status, text, say.data(found)))
