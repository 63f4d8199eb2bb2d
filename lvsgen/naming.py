"""What names of clusters, hosts and descriptions look like, where they are given as in out/."""

from __future__ import annotations

import re

NAME = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
CLUSTER = r"[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?"
COMMON = "common"
"""The folder in out/<cluster>/ of what is the same on every host: no host's name."""

_NAME, _CLUSTER = re.compile(NAME), re.compile(CLUSTER)


def is_host(name: str) -> bool:
    """Tell whether a host can have this name."""
    return _NAME.fullmatch(name) is not None and name != COMMON


def is_cluster(name: str) -> bool:
    """Tell whether a cluster can have this name."""
    return _CLUSTER.fullmatch(name) is not None


def is_file(name: str) -> bool:
    """Tell whether a description can have this name: a line of out/ is to say it, and terminals are to show it."""
    return name.isprintable()
