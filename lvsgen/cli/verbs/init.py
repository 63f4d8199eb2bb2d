"""lvsgen init: a description to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lvsgen.cli.options import DESCRIPTION, Style
from lvsgen.cli.outcome import Format, Outcome, end

SHORT = "Write a description to start from."
EXAMPLE = "lvsgen init; then change cluster.yaml, and lvsgen check"

NewFile = Annotated[Path, typer.Argument(metavar="FILE", help="What to write; nothing may be there.")]


def init(file: NewFile = DESCRIPTION, style: Style = Format.TEXT) -> None:
    """Write the description of a small cluster, with a comment on each part, to be changed into yours."""
    end("init", lambda: _init(file), style)


def _init(file: Path) -> Outcome:
    from lvsgen import starter

    starter.write(file)
    check = "lvsgen check" if file == DESCRIPTION else f"lvsgen check {file}"
    return Outcome(text=f"{file}: change it into yours, then run `{check}`\n", data={"file": str(file)})
