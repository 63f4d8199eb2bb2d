"""Whether what was read of out/ is what was made and reviewed: nothing else is applied to a host."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lvsgen import manifest, phrasing
from lvsgen.errors import OperatorError
from lvsgen.outdir import below, filelist, versioned
from lvsgen.outdir.desired import Desired
from lvsgen.outdir.tree import LARGEST, Part, Tree
from lvsgen.state import origin
from lvsgen.state.forms import Description

_REBUILD = "run `lvsgen build` again and review what it writes, or restore it: git checkout -- {folder}"


def check(desired: Desired, *, committed: bool) -> None:
    """Refuse, with the command that mends it, what differs from MANIFEST, is stale, or, if wished, not committed."""
    _like_manifest(desired.tree)
    filelist.read(desired.tree)
    _not_stale(desired)
    if committed:
        versioned.check(desired.tree)


def doubt(desired: Desired) -> str:
    """Say why plan and apply would refuse this out/, for verbs that take it as it stands; "" when they would not."""
    try:
        check(desired, committed=False)
    except OperatorError as error:
        return str(error)
    return ""


def _like_manifest(tree: Tree) -> None:
    hint = _REBUILD.format(folder=tree.folder)
    own, found = _listed(tree, hint), tree.own
    for path in sorted(own.keys() | found.keys()):
        if fault := _fault(path, found, own):
            raise OperatorError(f"{tree.folder / path} {fault}", hint)


def _listed(tree: Tree, hint: str) -> dict[str, str]:
    """Read what MANIFEST says of this host; only what build writes is one, since sha256sum reads it too."""
    part = tree.parts.get(manifest.NAME)
    where = tree.folder / manifest.NAME
    if part is None:
        raise OperatorError(f"cannot read {where}: No such file or directory", hint)
    if part.fault:
        raise OperatorError(f"{where} {part.fault}", hint)
    listed = manifest.parse(part.raw)
    if not listed or len(listed) != len(part.raw.removesuffix(b"\n").split(b"\n")):
        raise OperatorError(f"{where} has lines that lvsgen build did not write, or a path twice", hint)
    return {path: digest for path, digest in listed.items() if tree.is_own(path)}


def _fault(path: str, found: Mapping[str, Part], own: Mapping[str, str]) -> str:
    if path not in found:
        return "is missing, MANIFEST lists it"
    if path not in own:
        return "is not in MANIFEST: lvsgen build did not make it"
    if found[path].fault:
        return found[path].fault
    if manifest.digest(found[path].raw) != own[path]:
        return "is not what lvsgen build made: MANIFEST has another digest"
    return ""


def _not_stale(desired: Desired) -> None:
    """Compare the digest with that of the description of this name beside out/, if there is one."""
    cluster = desired.tree.folder
    description = desired.file.description or _made_from(desired.tree)
    if Path(description.name).name != description.name:
        said = f"{cluster} was built of {phrasing.quote(description.name)}, which is no file's name"
        raise OperatorError(said, _REBUILD.format(folder=cluster))
    beside = _beside(cluster.parent)
    for path in (beside / description.name, beside / "examples" / description.name):
        raw = _raw(path)
        if raw is not None:
            if manifest.digest(raw) != description.sha256:
                hint = f"build and review it: lvsgen build {path}"
                raise OperatorError(f"{path} has changed since {cluster} was built", hint)
            return


def _made_from(tree: Tree) -> Description:
    return origin.parse(tree.raw(origin.NAME), str(tree.folder / origin.NAME))


def _raw(path: Path) -> bytes | None:
    try:
        return below.beside(path, LARGEST)
    except OSError as error:
        raise OperatorError(f"cannot read {path}: {error.strerror}", "see what is in the way") from error


def _beside(out: Path) -> Path:
    """Give the folder that out/ is in, also when that is named by dots alone."""
    return out.parent if out.name not in ("", "..") else out / ".."
