"""What a tool prints is taken as it should be, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lvsgen import phrasing
from lvsgen.errors import OperatorError


@contextmanager
def understood(tool: str) -> Iterator[None]:
    """Turn a ValueError within into an OperatorError that quotes what the tool said."""
    try:
        yield
    except (ValueError, OverflowError) as error:
        raise OperatorError(
            f"{tool} says what lvsgen does not understand: {phrasing.quote(str(error))}", _HINT
        ) from error


_HINT = "see what it prints when you run it yourself; perhaps its version is newer than lvsgen knows"
