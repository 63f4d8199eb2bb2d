"""The programs that the bench measures beside lvsgen, and where they come from.

keepalived is installed: without a configuration its unit does nothing. ferm is only unpacked: its package would put the
machine behind a firewall, at once and at every boot.
"""

from __future__ import annotations

import os
from pathlib import Path

from lvsgen.prove import packages, unpacked

TOOLS = {"keepalived": "keepalived", "perl": "perl"}
"""As in prove/packages.py; perl runs ferm."""

_CACHE = Path(__file__).parent.parent / ".cache"
_FERM = "usr/sbin/ferm"


def cache() -> Path:
    """The folder for what is unpacked, which the lab uses too."""
    place = Path(os.environ.get("LVSGEN_CACHE") or _CACHE).absolute()
    place.mkdir(parents=True, exist_ok=True)
    return place


def ferm() -> str:
    """The program ferm; fetched when it is not there. OperatorError when it cannot be."""
    return str(unpacked.package(cache(), "ferm", _FERM) / _FERM)


if __name__ == "__main__":
    print(*packages.missing(TOOLS))
