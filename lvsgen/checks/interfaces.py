"""Interfaces: that each gets its network file, or is said to have one."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen import phrasing
from lvsgen.checks import walk
from lvsgen.checks.check import check
from lvsgen.description import devices
from lvsgen.description.model import Cluster
from lvsgen.findings.code import Code, Severity
from lvsgen.findings.finding import Path, Problem

NO_FILE = Code(
    "LVS506",
    "An interface that no network file is written for",
    "Its name is that of a VLAN, bond, bridge or another thing made of cards. A network file for a plain card "
    "would leave it without what it is made of, and the host without network after the next boot.",
    "Configure it on the host, and write network_files: none at the interface, or at the host for all of them.",
    Severity.WARNING,
)


@check(NO_FILE)
def interfaces_without_a_file(cluster: Cluster) -> Iterator[Problem]:
    """An interface that is no plain card, and of which nobody has said that its file is written elsewhere."""
    for path, host in walk.hosts(cluster):
        unsaid = () if host.network_files else host.interfaces.items()
        for name, interface in unsaid:
            kind = devices.made(name)
            if kind and not interface.network_files:
                message = (
                    f"no network file is written for {name} of {phrasing.quote(path[-1])}: by its name it is {kind}"
                )
                at: Path = (*path, "interfaces", name)
                hint = "configure it on the host, and write network_files: none here, or at the host for all of them"
                yield Problem(NO_FILE, message, (at,), hint, on_key=True)
