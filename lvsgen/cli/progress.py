"""What a verb says while it works: its steps, and what is worth knowing beside the result."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator

from lvsgen import phrasing
from lvsgen.cli import patience
from lvsgen.cli.outcome import Format

_PATIENCE = 2.0
_UNDO = "undo: "


def observer(style: Format) -> Callable[[str], None]:
    """Say each step before it is done; nobody to read it ends a change, but never its undoing.

    Where nothing can be written for a while, as on a terminal that ^S has stopped, the change goes on without words.
    """
    is_open = patience.patience(_PATIENCE)

    def observe(name: str) -> None:
        with contextlib.suppress(*((OSError,) if name.startswith(_UNDO) else ())), _to_output():
            if is_open():
                print(f"+ {phrasing.visible(name)}", flush=True)

    return observe if style is Format.TEXT else lambda name: None


@contextlib.contextmanager
def _to_output() -> Iterator[None]:
    """Let an error of a full disk say what it is about; that nobody reads has a status of its own."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        error.filename = "standard output"
        raise


def say(style: Format, lines: Iterable[str]) -> None:
    """Say something on the way."""
    if style is Format.TEXT:
        for line in lines:
            print(phrasing.visible(line), flush=True)


def remark(style: Format, lines: Iterable[str]) -> None:
    """Say what is worth knowing beside the result, to people."""
    if style is Format.TEXT:
        for line in lines:
            print(f"lvsgen: note: {phrasing.visible(line)}", file=sys.stderr, flush=True)
