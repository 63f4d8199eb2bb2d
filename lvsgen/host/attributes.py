"""What a file has beside bytes, mode and owner: labels, ACLs and other extended attributes."""

from __future__ import annotations

import errno
import os
import struct
from pathlib import Path

from lvsgen.errors import OperatorError

Xattrs = tuple[tuple[str, bytes], ...]
"""Extended attributes by name, sorted."""

ACL = "system.posix_acl_access"
MOST = 1 << 18
"""How many bytes of them a file may have in sum; the kernel takes 64 KiB for each."""

_OF_THE_BYTES = frozenset({"security.capability", "security.ima"})
_OF_THE_KERNEL = frozenset({"security.evm", "security.ima"})
_ACL_HEAD, _ACL_ENTRY = struct.Struct("<I"), struct.Struct("<HHI")
_USER_OBJ, _GROUP_OBJ, _MASK, _OTHER = 0x01, 0x04, 0x10, 0x20


def read(path: Path) -> Xattrs:
    """Read those of a file or link, without following it; none where the filesystem knows none.

    OperatorError when they are more than a journal holds.
    """
    found = tuple((name, value) for name in _names(path) if (value := _value(path, name)) is not None)
    if sum(len(value) for _, value in found) > MOST:
        raise OperatorError(
            f"{path} has extended attributes of more than {MOST} bytes", "remove those it can do without"
        )
    return found


def write(path: Path, wanted: Xattrs) -> None:
    """Give a file these and no others, those aside that the kernel gives by itself; its mode stands already."""
    there = dict(read(path))
    for name in there.keys() - dict(wanted).keys():
        if not name.startswith("security."):
            os.removexattr(path, name, follow_symlinks=False)
    for name, value in wanted:
        if there.get(name) != value:
            os.setxattr(path, name, value, follow_symlinks=False)


def are(found: Xattrs | None, wanted: Xattrs | None) -> bool:
    """Tell whether attributes are as wanted; None wants nothing."""
    return wanted is None or _comparable(found or ()) == _comparable(wanted)


def inherited(former: Xattrs, mode: int, *, same_bytes: bool) -> Xattrs:
    """Give what a replacement of this mode takes over; what vouches for bytes only if they are the same."""
    kept = ((name, value) for name, value in former if same_bytes or name not in _OF_THE_BYTES)
    return tuple((name, _with_mode(value, mode) if name == ACL else value) for name, value in kept)


def _names(path: Path) -> list[str]:
    try:
        return sorted(set(os.listxattr(path, follow_symlinks=False)) - {"security.evm"})
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENOSYS):
            return []
        raise


def _value(path: Path, name: str) -> bytes | None:
    try:
        return os.getxattr(path, name, follow_symlinks=False)
    except OSError as error:
        if error.errno in (errno.ENODATA, errno.ENOTSUP):
            return None
        raise


def _comparable(xattrs: Xattrs) -> dict[str, bytes]:
    return {name: value for name, value in xattrs if name not in _OF_THE_KERNEL}


def _with_mode(acl: bytes, mode: int) -> bytes:
    """Change the parts of an ACL that chmod changes: owner, others, and the mask, or the group where there is none."""
    entries = [*_ACL_ENTRY.iter_unpack(acl[_ACL_HEAD.size :])]
    group = _MASK if any(tag == _MASK for tag, _, _ in entries) else _GROUP_OBJ
    bits = {_USER_OBJ: mode >> 6 & 7, group: mode >> 3 & 7, _OTHER: mode & 7}
    changed = (_ACL_ENTRY.pack(tag, bits.get(tag, allowed), who) for tag, allowed, who in entries)
    return acl[: _ACL_HEAD.size] + b"".join(changed)
