"""The commands that a page shows, and what it says they print: indented, each behind its prompt.

`$` is anybody's prompt, `#` root's on a host. A line of three dots stands for any lines, `<...>` for any words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).parent.parent
_COMMAND = re.compile(r"    ([$#]) ((?:lvsgen|make|sed|\.venv)\b.*)\n")


@dataclass(frozen=True, slots=True)
class Shown:
    """A command and what it is said to print."""

    prompt: str
    command: str
    printed: str

    def is_as(self, printed: str) -> bool:
        """Tell whether that is what was printed."""
        return re.fullmatch("".join(map(_form, self.printed.splitlines())), printed) is not None


def unnamed(page: str, document: object) -> set[str]:
    """Give the names in a document for programs, at any depth, that a page does not have."""
    text = (TOP / page).read_text()
    return {name for name in _names(document) if f"`{name}`" not in text and f".{name}`" not in text}


def _names(data: object) -> Iterator[str]:
    parts: Iterable[object] = data if isinstance(data, list | tuple) else ()
    if isinstance(data, dict):
        yield from data
        parts = data.values()
    for part in parts:
        yield from _names(part)


def _form(line: str) -> str:
    return "(?:.*\n)*" if line == "..." else re.sub("<[a-z ]+>", ".+", re.escape(line)) + "\n"


def shown(page: str, prompt: str) -> Iterator[Shown]:
    """Yield what a page, by its path, shows behind a prompt."""
    found: Shown | None = None
    for line in [*(TOP / page).read_text().splitlines(keepends=True), "\n"]:
        command = _COMMAND.match(line)
        if found and (command or not line.startswith("    ")):
            yield from [found] if found.prompt == prompt else []
            found = None
        if command:
            found = Shown(command[1], command[2], "")
        elif found:
            found = Shown(found.prompt, found.command, found.printed + line[4:])
