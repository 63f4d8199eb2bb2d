"""A command as all of ours are: each option is given once, and its help speaks of files, not of Python's types.

Of two values the last would win, and nothing would say so.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperOption


class Once(TyperCommand):
    """A verb that refuses an option given twice, unless it takes several values."""

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        for argument in self.params:
            if isinstance(argument, TyperArgument):
                argument.display_type_rich = _no_type  # type: ignore[method-assign]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words of a command line."""
        _, _, given = self.make_parser(ctx).parse_args(args=list(args))
        for parameter, count in Counter(given).items():
            if count > 1 and isinstance(parameter, TyperOption) and not parameter.multiple:
                raise typer.BadParameter(f"it is given {count} times", ctx, parameter)
        return super().parse_args(ctx, args)


def _no_type(ctx: object) -> None:
    """Say nothing where typer would say `<list[Path]>`."""
