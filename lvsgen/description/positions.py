"""Where values stand in a text: character offsets, made into lines and columns only when something points at them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from lvsgen.findings.finding import Path, Span

Mark = tuple[int, int]
"""Start and end of a value or key, in characters from the beginning of the text."""
Positions = dict[str | int, tuple[Mark, Mark, "Positions | None"]]
"""For each key of a mapping (or index of a list): where the key stands, where the value stands, what is in it."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_BEFORE, _SHOWN = 40, 100
_CUT = "..."


@dataclass(frozen=True)
class Text:
    """A text with its file name, for pointing into it."""

    file: str
    text: str

    def span(self, mark: Mark) -> Span:
        """Point at a mark; a mark of several lines is shown up to the end of its first one."""
        start, end = mark
        line = bisect_right(self._starts, start) - 1
        begin = self._starts[line]
        stop = self._starts[line + 1] if line + 1 < len(self._starts) else len(self.text)
        first = max(begin, start - _BEFORE) if stop - begin > _SHOWN else begin
        source = self.text[first : min(stop, first + _SHOWN)].rstrip("\r\n")
        last = first + len(source)
        width = max(1, min(end, last) - start)
        lead, tail = _CUT * (first > begin), _CUT * (bool(self.text[last : min(stop, last + _SHOWN)].strip()))
        return Span(self.file, line + 1, start - begin + 1, f"{lead}{source}{tail}", width, len(lead) + start - first)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]


def find(positions: Positions, path: Path, on_key: bool) -> Mark:
    """Give where `path` stands, or the nearest that stands above it; the key of a value that is left out."""
    mark: Mark = next((key for key, _, _ in positions.values()), (0, 1))
    inside: Positions | None = positions
    for depth, part in enumerate(path):
        if inside is None or part not in inside:
            break
        key, value, inside = inside[part]
        mark = key if on_key or depth + 1 < len(path) or value[0] == value[1] else value
    return mark
