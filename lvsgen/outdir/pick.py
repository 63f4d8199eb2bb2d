"""Choose which host of out/ this one is: by its name, unless told otherwise."""

from __future__ import annotations

import socket
from pathlib import Path

from lvsgen import phrasing
from lvsgen.errors import OperatorError
from lvsgen.outdir import hosts


def choose(out: Path, cluster: str = "", host: str = "") -> Path:
    """Give the folder out/<cluster>/<host> of a host, by default this one, in a cluster, by default the only one.

    OperatorError when there is none, or more than one.
    """
    name = host or socket.gethostname().partition(".")[0]
    there = hosts.find(out)
    found = list(there.folders)
    fits = [folder for folder in found if folder.name == name and cluster in ("", folder.parent.name)]
    if not fits:
        _refuse_links(there.links, cluster, name)
    if not found:
        raise OperatorError(f"{out} holds no cluster", "say where it is with --out, or make it with lvsgen build")
    if not fits:
        where = f"cluster {cluster} of {out}" if cluster else str(out)
        raise OperatorError(f"no host {phrasing.quote(name)} in {where}", _hint(found, cluster, name))
    if len(fits) > 1:
        clusters = phrasing.listing(folder.parent.name for folder in fits)
        raise OperatorError(f"{name} is in several clusters of {out}", f"choose with --cluster: {clusters}")
    return fits[0]


def _refuse_links(links: tuple[Path, ...], cluster: str, name: str) -> None:
    """Refuse to go through a link at the place of what was looked for."""
    for link in links:
        if link.name in (cluster, name) or not cluster:
            raise OperatorError(
                f"{link} is a link, and below --out none is followed",
                "put the folder itself there, or name another --out",
            )


def _hint(found: list[Path], cluster: str, name: str) -> str:
    elsewhere = [folder.parent.name for folder in found if folder.name == name]
    if elsewhere:
        return f"it is in {phrasing.listing(elsewhere)}"
    names = sorted({folder.name for folder in found if cluster in ("", folder.parent.name)})
    if not names:
        return f"choose with --cluster: {phrasing.listing(sorted({folder.parent.name for folder in found}))}"
    return phrasing.did_you_mean(name, names) or f"choose with --host: {phrasing.listing(names[:20])}"
