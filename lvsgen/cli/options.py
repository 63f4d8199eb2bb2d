"""The options and arguments that several verbs take, each defined once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lvsgen.cli.outcome import Format

DESCRIPTION = Path("cluster.yaml")
OUT = Path("out")

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="FILE", help="Descriptions, a cluster each.", show_default=f"./{DESCRIPTION}"),
]
Strict = Annotated[bool, typer.Option("--strict", help="Take warnings for errors.")]
OutDir = Annotated[Path, typer.Option("--out", metavar="DIR", help="What build makes is in DIR/<cluster>/.")]
ClusterName = Annotated[str, typer.Option("--cluster", metavar="NAME", help="Which cluster, if there are several.")]
HostName = Annotated[str, typer.Option("--host", metavar="NAME", help="Which host this is, if not by its own name.")]
Realserver = Annotated[str, typer.Argument(metavar="REALSERVER", help="Its name in the description.")]
RunningOnly = Annotated[bool, typer.Option("--running-only", help="Leave files alone: the next boot is as before.")]
Network = Annotated[bool, typer.Option("--network", help="Also put network files; they work from the next boot on.")]
Committed = Annotated[bool, typer.Option("--require-committed", help="Refuse an out/ that git has not committed.")]
Style = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]
