"""Wait until a count has come to nothing, and show how it falls."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

Found = TypeVar("Found")
INTERVAL = 1.0


def until_none(count: Callable[[], Found], say: Callable[[Found], str], patience: float | None) -> Found:
    """Look every second until `count` gives nothing, or for at most `patience` seconds; returns what is left."""
    deadline = None if patience is None else time.monotonic() + patience
    shown, left = None, count()
    with _spinner() as spinner:
        while left and (deadline is None or time.monotonic() < deadline):
            if left != shown:
                _show(spinner, say(left))
                shown = left
            time.sleep(INTERVAL)
            left = count()
    return left


def _spinner() -> AbstractContextManager[Any]:
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console  # noqa: PLC0415

    return Console(stderr=True).status("")


def _show(spinner: Any, text: str) -> None:
    if spinner is None:
        print(text, file=sys.stderr, flush=True)
    else:
        spinner.update(text)
