"""The verbs for whoever begins a description, or reviews a change of one: init, diff."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lvsgen.cli.once import Once
from lvsgen.cli.outcome import Format, Outcome, end
from lvsgen.errors import OperatorError
from lvsgen.exits import Exit, epilog
from lvsgen.findings import report

DEFAULT = Path("cluster.yaml")
_OUT = Path("out")


class DiffFormat(StrEnum):
    """Who reads a difference."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def register(app: typer.Typer) -> None:
    """Add the verbs to the command line."""
    app.command(
        cls=Once,
        short_help="Write a description to start from.",
        epilog=f"Example: lvsgen init; then change cluster.yaml, and lvsgen check. {epilog('init')}",
    )(init)
    examples = "lvsgen diff; lvsgen diff v1.2; lvsgen diff ../other/out; lvsgen diff --format markdown"
    app.command(
        cls=Once,
        short_help="Say what a change does to each host.",
        epilog=f"Examples: {examples}. {epilog('diff')}",
    )(diff)


def init(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What to write; nothing may be there.")] = DEFAULT,
    style: Annotated[Format, typer.Option("--format", help="text for people, json for programs.")] = Format.TEXT,
) -> None:
    """Write the description of a small cluster, with a comment on each part, to be changed into yours."""
    end("init", lambda: _init(file), style)


def _init(file: Path) -> Outcome:
    from lvsgen import starter

    starter.write(file)
    check = "lvsgen check" if file == DEFAULT else f"lvsgen check {file}"
    return Outcome(text=f"{file}: change it into yours, then run `{check}`\n", data={"file": str(file)})


def diff(
    against: Annotated[
        str, typer.Argument(metavar="REV|DIR", help="A revision of git, or a folder that build has written.")
    ] = "HEAD",
    files: Annotated[
        list[Path] | None,
        typer.Option("--file", metavar="FILE", help="A description; may be repeated.", show_default="./cluster.yaml"),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where build writes, in the revision.")] = _OUT,
    style: Annotated[
        DiffFormat, typer.Option("--format", help="markdown is for a comment on a merge request.")
    ] = DiffFormat.TEXT,
) -> None:
    """Say in words what descriptions, as they are now, do to each host, compared with what was built of them before.

    That is out/ as it is committed, or another revision's, or another folder's; what lies in out/ now does not count.
    What drops connections is marked x, what is dangerous !. Writes nothing.
    """
    form = Format.JSON if style is DiffFormat.JSON else Format.TEXT
    end("diff", lambda: _diff(against, files or [], out, style), form)


def _diff(against: str, files: list[Path], out: Path, style: DiffFormat) -> Outcome:
    from lvsgen.description.several import load_all
    from lvsgen.diff import baseline, compare, making, say

    if not files and not DEFAULT.exists():
        raise OperatorError(f"there is no {DEFAULT} here", "name a description: lvsgen diff --file FILE")
    loaded = load_all(files or [DEFAULT])
    found = compare.compare(baseline.read(against, out), making.make(loaded), against)
    text = say.markdown(found) if style is DiffFormat.MARKDOWN else say.text(found)
    findings = tuple(finding for one in loaded for finding in one.findings)
    outcome = Outcome(Exit.DIFFERS if found.differs else Exit.DONE, text, say.data(found), findings)
    return replace(outcome, data={**outcome.data, "counts": report.counts(findings)})
