"""MANIFEST: the digests of everything below out/<cluster>/, and the list of what lvsgen may overwrite or remove there.

A host has one too, of its own files by their paths there: what of it a newer one no longer names is removed.

It is what `sha256sum` prints (`DIGEST  PATH`, sorted by path), so that `sha256sum -c MANIFEST` checks a copy with
nothing of ours installed. JSON would carry modes too, but no tool of an old host reads it; modes stand in FILES. A line
that is no such line (a merge conflict's marker, a path that leaves the folder) is passed over: it owns nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

NAME = "MANIFEST"
FOLDER = "/etc/lvsgen"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def digest(raw: bytes) -> str:
    """The sha256 of a file's bytes, in hex."""
    return hashlib.sha256(raw).hexdigest()


def host_path(cluster: str) -> str:
    """Where a host's own MANIFEST is."""
    return f"{FOLDER}/{cluster}/{NAME}"


def stays_inside(path: str) -> bool:
    """Whether a relative path names something below the folder it is read in, and not MANIFEST itself."""
    parts = path.split("/")
    return path.isprintable() and path != NAME and not {"", ".", ".."} & set(parts)


def render(digests: Mapping[str, str]) -> str:
    """The text of a MANIFEST from {path: digest}."""
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests))


def parse(raw: bytes) -> dict[str, str]:
    """{path: digest} of every line that is one; of a path that stands twice, the last."""
    return {path: digest for path, digest in _lines(raw) if stays_inside(path)}


def parse_host(raw: bytes) -> dict[str, str]:
    """The same of a host's own MANIFEST, whose paths begin with a slash."""
    return {path: digest for path, digest in _lines(raw) if path[:1] == "/" and stays_inside(path[1:])}


def _lines(raw: bytes) -> Iterator[tuple[str, str]]:
    for line in raw.decode("utf-8", "replace").split("\n"):
        if found := _LINE.fullmatch(line):
            yield found[2], found[1]
