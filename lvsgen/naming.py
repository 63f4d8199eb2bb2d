"""What names of clusters and hosts look like, in a description as in out/."""

from __future__ import annotations

import re

NAME = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
CLUSTER = r"[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?"
_NAME, _CLUSTER = re.compile(NAME), re.compile(CLUSTER)


def is_host(name: str) -> bool:
    """Tell whether a host can have this name."""
    return _NAME.fullmatch(name) is not None


def is_cluster(name: str) -> bool:
    """Tell whether a cluster can have this name."""
    return _CLUSTER.fullmatch(name) is not None
