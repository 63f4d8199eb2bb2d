"""What the MANIFESTs of a host say was put there: one for each cluster that it is or ever was in."""

from __future__ import annotations

from pathlib import Path

from lvsgen import manifest
from lvsgen.errors import OperatorError
from lvsgen.host import believed, record
from lvsgen.platforms import layout

_LARGEST = 2**24


def of(cluster: str, root: Path) -> dict[str, str]:
    """Read which files a cluster's out/ has put on this host, {path: digest}; none where there is no MANIFEST."""
    return _read(root / manifest.host_path(cluster).lstrip("/"))


def record_format(cluster: str, root: Path) -> int:
    """Say in which format the scripts that are on this host read a record: former ones had no engine."""
    listed = of(cluster, root)
    return 1 if listed and not any(path.startswith(f"{layout.ENGINES}/") for path in listed) else record.FORMAT


def is_needed(path: str, cluster: str, root: Path) -> bool:
    """Tell whether a path is an engine that scripts of another cluster may run: one that cannot be read may name it."""
    found = (root / manifest.FOLDER.lstrip("/")).glob(f"*/{manifest.NAME}")
    others = (other for other in found if other.parent.name != cluster)
    return path.startswith(f"{layout.ENGINES}/") and any(_may_name(path, other) for other in others)


def _may_name(path: str, other: Path) -> bool:
    try:
        return path in _read(other)
    except OperatorError:
        return True


def _read(path: Path) -> dict[str, str]:
    return manifest.parse_host(believed.read(path, 2, _LARGEST) or b"")
