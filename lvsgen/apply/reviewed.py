"""Whether what stands in out/ is what was made and reviewed: nothing else is applied to a host."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from lvsgen import manifest, origin, process
from lvsgen.apply.desired import Desired
from lvsgen.errors import OperatorError

_REBUILD = "run `lvsgen build` again and review what it writes, or restore it: git checkout -- {folder}"


def check(desired: Desired, *, committed: bool) -> None:
    """Refuse, with the command that mends it, what differs from MANIFEST, is stale, or, if wished, not committed."""
    cluster = desired.folder.parent
    _like_manifest(desired.folder, cluster)
    _not_stale(desired, cluster)
    if committed:
        _committed(cluster)


def _like_manifest(folder: Path, cluster: Path) -> None:
    hint = _REBUILD.format(folder=cluster)
    try:
        listed = manifest.parse((cluster / manifest.NAME).read_bytes())
    except OSError as error:
        raise OperatorError(f"cannot read {cluster / manifest.NAME}: {error.strerror}", hint) from error
    own = {p: digest for p, digest in listed.items() if p == origin.NAME or p.startswith(f"{folder.name}/")}
    found = {str(path.relative_to(cluster)): path for path in (*_files(folder), *cluster.glob(origin.NAME))}
    for path in sorted(own.keys() | found.keys()):
        if path not in found:
            raise OperatorError(f"{cluster / path} is missing, MANIFEST lists it", hint)
        if path not in own:
            raise OperatorError(f"{cluster / path} is not in MANIFEST: lvsgen build did not make it", hint)
        if manifest.digest(_raw(found[path], hint)) != own[path]:
            raise OperatorError(f"{cluster / path} is not what lvsgen build made: MANIFEST has another digest", hint)


def _raw(path: Path, hint: str) -> bytes:
    """Read a file, or what a link leads to; nothing else, since reading a pipe would never end."""
    if not path.is_file():
        raise OperatorError(f"{path} is no file", hint)
    try:
        return path.read_bytes()
    except OSError as error:
        raise OperatorError(f"cannot read {path}: {error.strerror}", hint) from error


def _files(folder: Path) -> Iterator[Path]:
    for top, folders, names in os.walk(folder):
        yield from (Path(top, name) for name in names)
        yield from (Path(top, name) for name in folders if Path(top, name).is_symlink())


def _not_stale(desired: Desired, cluster: Path) -> None:
    """Compare the digest with that of the description of this name beside out/, if there is one."""
    description = desired.file.description or origin.read(cluster)
    beside = _beside(cluster.parent)
    for path in (beside / description.name, beside / "examples" / description.name):
        if path.is_file():
            if hashlib.sha256(path.read_bytes()).hexdigest() != description.sha256:
                hint = f"build and review it: lvsgen build {path}"
                raise OperatorError(f"{path} has changed since {cluster} was built", hint)
            return


def _beside(out: Path) -> Path:
    """Give the folder that out/ is in, also when that is named by dots alone."""
    return out.parent if out.name not in ("", "..") else out / ".."


def _committed(cluster: Path) -> None:
    git = ("git", "-C", str(cluster.resolve()))
    listed = process.run((*git, "ls-files", "--error-unmatch", "--", manifest.NAME))
    if listed.status:
        raise OperatorError(
            f"{cluster} is not in version control: {listed.complaint}", f"git add {cluster}; git commit"
        )
    changed = process.output((*git, "status", "--porcelain", "--ignored", "--", "."))
    if changed:
        raise OperatorError(
            f"{cluster} is not committed: {changed.splitlines()[0]}", f"review it; git commit {cluster}"
        )
