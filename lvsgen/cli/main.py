"""The command line: its verbs, one in each module of verbs/, imported when it is asked for."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from lvsgen import exits
from lvsgen.cli.once import Once
from lvsgen.cli.outcome import Outcome, end
from lvsgen.host import storage

_HELP = """Compile the description of a Linux Virtual Server cluster into the files that its hosts need, and make a
running host what they say, as one transaction.

init, build, check, diff, schema and explain are about descriptions; the other verbs are about the host they run on."""


class Verbs(TyperGroup):
    """The verbs that exits.py has a row for, in its order; who names none of them is told of all."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Give the names of all verbs."""
        return list(exits.VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a verb."""
        for name in (cmd_name,) if cmd_name in exits.VERBS else exits.VERBS:
            if name not in self.commands:
                self.commands[name] = _command(name)
        return self.commands.get(cmd_name)


def _command(name: str) -> Any:
    """Make a command of the function in verbs/ that has the name of its module."""
    module = import_module(f"lvsgen.cli.verbs.{name}")
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    ends = f"Example: {module.EXAMPLE}. {exits.epilog(name)}"
    alone.command(name, cls=Once, short_help=module.SHORT, epilog=ends)(getattr(module, name))
    return typer.main.get_command(alone)


app = typer.Typer(
    name="lvsgen",
    cls=Verbs,
    help=_HELP,
    epilog="Start with: lvsgen init; lvsgen check; lvsgen build. How verbs end: lvsgen explain exit-status.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line; the console script."""
    storage.guard()
    gc.disable()  # what a verb makes is needed to its end: looking for garbage in it takes a quarter of a large build
    _prepare_streams()
    app()


def _prepare_streams() -> None:
    """Open what the caller has closed, so that no file of ours gets its number, and have no character fail to print."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115 - it stays open to the end
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _print_version(wanted: bool) -> None:
    if wanted:
        end("version", _version)


def _version() -> Outcome:
    from importlib.metadata import version  # noqa: PLC0415

    return Outcome(text=f"lvsgen {version('lvsgen')}\n")


@app.callback()
def _lvsgen(
    _: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and exit.")
    ] = False,
) -> None:
    pass
