"""What the MANIFESTs of a host say was put there: one for each cluster that it is or ever was in."""

from __future__ import annotations

from pathlib import Path

from lvsgen import manifest
from lvsgen.host import believed

_LARGEST = 2**24


def of(cluster: str, root: Path) -> dict[str, str]:
    """Read which files a cluster's out/ has put on this host, {path: digest}; none where there is no MANIFEST."""
    return _read(root / manifest.host_path(cluster).lstrip("/"))


def of_others(cluster: str, root: Path) -> frozenset[str]:
    """Read the paths that other clusters' have put: scripts of theirs may still need these."""
    found = (root / manifest.FOLDER.lstrip("/")).glob(f"*/{manifest.NAME}")
    return frozenset(path for other in found if other.parent.name != cluster for path in _read(other))


def _read(path: Path) -> dict[str, str]:
    return manifest.parse_host(believed.read(path, 2, _LARGEST) or b"")
