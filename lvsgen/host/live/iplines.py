"""The words of what `ip` prints: blanks and line ends part them, since an interface's name may have all else in it.

The kernel refuses no interface called `dev`, `"q`, `#x` or `a\\b`, nor one with bytes that are no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_BLANKS = re.compile(r"[ \t]+")
_LIFETIME = re.compile(r"\\[ \t]+valid_lft .*")
_NEXTHOP = re.compile(r"\\[ \t]+(?=(nexthop|nh_info) )")


def addresses(text: str) -> Iterator[list[str]]:
    """Give the words of each line of `ip -o addr show`, up to the backslash for which a second line would begin."""
    return (words(_LIFETIME.sub("", line)) for line in text.split("\n"))


def routes(text: str) -> Iterator[list[str]]:
    """Give the words of each line of `ip -o route show`, those of its nexthops, or of its nexthop object, too."""
    return (route(line) for line in text.split("\n"))


def route(line: str) -> list[str]:
    """Give the words of one of them."""
    return words(_NEXTHOP.sub(" ", line))


def words(line: str) -> list[str]:
    """Give the words of a line."""
    return [word for word in _BLANKS.split(line) if word]
