"""Whether what was read of out/<cluster>/ is committed: byte for byte what HEAD has there, no more and no less.

A guard against mistakes, and against nothing else: whoever owns the checkout can commit. The bytes that were read are
compared with the objects that HEAD's tree names, so it is no matter what the index says, which files it is told to
pass over, or which are ignored; a filter that makes other bytes of a file in the checkout makes it differ.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from lvsgen.errors import OperatorError
from lvsgen.outdir import repository
from lvsgen.outdir.below import UnfitError
from lvsgen.outdir.repository import Committed
from lvsgen.outdir.tree import Part, Tree

_SHA1 = 40


def check(tree: Tree) -> None:
    """Refuse, with the command that mends it, what HEAD does not have as it was read; `tree` must be whole."""
    if not tree.is_whole:
        raise ValueError("a part of a cluster cannot be compared with what is committed")
    folder = tree.folder
    hint = f"git add {folder}; git commit"
    try:
        found = repository.head(tree.place)
    except UnfitError as error:
        raise OperatorError(f"{folder} is not in version control: {error}", hint) from error
    if not found:
        why = "HEAD has nothing there" if found is not None else "it is in no repository"
        raise OperatorError(f"{folder} is not in version control: {why}", hint)
    for path in sorted(found.keys() | tree.parts.keys()):
        if fault := _fault(path, tree.parts, found):
            raise OperatorError(
                f"{folder} is not committed: {folder / path} {fault}", f"review it; git commit {folder}"
            )


def blob(raw: bytes, kind: str) -> str:
    """Give the name under which git keeps a file's bytes, by `sha1` or `sha256`."""
    return hashlib.new(kind, b"blob %d\0" % len(raw) + raw, usedforsecurity=False).hexdigest()


def _fault(path: str, parts: Mapping[str, Part], found: Mapping[str, Committed]) -> str:
    if path not in found:
        return "is not in HEAD"
    if path not in parts:
        return "is missing, HEAD has it"
    if parts[path].fault:
        return parts[path].fault
    kind = "sha1" if len(found[path].name) == _SHA1 else "sha256"
    if not found[path].mode.startswith("100") or blob(parts[path].raw, kind) != found[path].name:
        return "is not what HEAD has"
    return ""
