"""Format: what one kind of network files is, beside the text in its template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of network files.

    `path` is that of an interface's file, with {} for its name; `beside` the files of a host that no interface owns, by
    path the template below templates/network/; `takeover` what the review page says of putting such files where others
    are.
    """

    path: str
    mode: int = 0o644
    beside: Mapping[str, str] = field(default_factory=dict)
    takeover: str = ""
