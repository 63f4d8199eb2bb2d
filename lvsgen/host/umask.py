"""What root makes, nobody else can write: whatever the caller's umask would allow."""

from __future__ import annotations

import os

_OTHERS = 0o022


def guard() -> None:
    """Take group's and others' right to write from all that root makes from here on; a stricter umask stays.

    Whoever is not root changes no host, and may share an out/ with a group.
    """
    if os.geteuid() == 0:
        os.umask(os.umask(_OTHERS) | _OTHERS)
