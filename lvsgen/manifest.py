"""MANIFEST: the digests of everything below out/<cluster>/, and the list of what lvsgen may overwrite or remove there.

It is what `sha256sum` prints (`DIGEST  PATH`, sorted by path), so that `sha256sum -c MANIFEST` checks a copy with
nothing of ours installed. JSON would carry modes too, but no tool of an old host reads it; modes stand in FILES. A line
that is no such line (a merge conflict's marker, a path that leaves the folder) is passed over: it owns nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

NAME = "MANIFEST"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def digest(raw: bytes) -> str:
    """The sha256 of a file's bytes, in hex."""
    return hashlib.sha256(raw).hexdigest()


def stays_inside(path: str) -> bool:
    """Whether a relative path names something below the folder it is read in, and not MANIFEST itself."""
    parts = path.split("/")
    return path.isprintable() and path != NAME and not {"", ".", ".."} & set(parts)


def render(digests: Mapping[str, str]) -> str:
    """The text of a MANIFEST from {path: digest}."""
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests))


def parse(raw: bytes) -> dict[str, str]:
    """{path: digest} of every line that is one; of a path that stands twice, the last."""
    lines = (_LINE.fullmatch(line) for line in raw.decode("utf-8", "replace").split("\n"))
    return {line[2]: line[1] for line in lines if line and stays_inside(line[2])}
