"""What a difference is taken from: an out/ as a revision has it, or as it lies in some folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lvsgen import naming
from lvsgen.diff import built
from lvsgen.diff.built import Built
from lvsgen.errors import OperatorError
from lvsgen.outdir import below, revision, tree


def read(place: str, out: Path) -> dict[str, Built]:
    """Read what is at a place, by cluster: a folder where there is one of that name, else a revision of `out`."""
    return _folder(Path(place)) if Path(place).is_dir() else _revision(place, out)


def _folder(folder: Path) -> dict[str, Built]:
    with below.top(folder) as at:
        clusters = [name for name in below.names(at) if naming.is_cluster(name)]
    found = {name: built.read(name, _files(folder, name), str(folder / name)) for name in clusters}
    held = {name: cluster for name, cluster in found.items() if cluster.hosts}
    if not held:
        raise OperatorError(f"{folder} holds no cluster", "name a folder that lvsgen build has written, or a revision")
    return held


def _files(folder: Path, cluster: str) -> dict[str, bytes]:
    parts = tree.read(folder / cluster / "any", whole=True).parts if (folder / cluster).is_dir() else {}
    return {path: part.raw for path, part in parts.items() if not part.fault}


def _revision(name: str, out: Path) -> dict[str, Built]:
    trees: dict[str, dict[str, bytes]] = {}
    for path, raw in revision.read(out, name).items():
        cluster, _, rest = path.partition("/")
        trees.setdefault(cluster, {})[rest] = raw
    found = {cluster: built.read(cluster, files, f"{name}:{out}/{cluster}") for cluster, files in _known(trees)}
    return {cluster: one for cluster, one in found.items() if one.hosts}


def _known(trees: Mapping[str, Mapping[str, bytes]]) -> list[tuple[str, Mapping[str, bytes]]]:
    return [(cluster, files) for cluster, files in sorted(trees.items()) if naming.is_cluster(cluster)]
