"""The command line in this process: what a run of it came to."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lvsgen import exits


@dataclass
class Run:
    """An ended command."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """What it said to programs."""
        loaded: dict[str, Any] = json.loads(self.out)
        return loaded


def is_known_end(words: Sequence[str], status: int | str) -> bool:
    """Tell whether a verb may end so, as docs/exit-status.md has it; so every test that runs one checks that page."""
    verbs = [word for word in words[:1] if word in exits.VERBS]
    return all(status in exits.of(verb) for verb in verbs) or not isinstance(status, int) or status < 0


Lvsgen = Callable[..., Run]
