"""The rules files that the scripts load: the IPVS table of a director, the redirects of a realserver."""

from __future__ import annotations

from itertools import groupby

from lvsgen.platforms.platform import Firewall, Role
from lvsgen.render import nft, templates
from lvsgen.render.hostbuild import File, HostBuild
from lvsgen.state import ipvsrules
from lvsgen.state.hoststate import HostState


def rules(subject: HostBuild) -> File:
    """Render a host's rules file."""
    if subject.role is Role.DIRECTOR:
        # What `ipvsadm --save -n` prints; that form has no comments.
        return File(templates.fill("rules/ipvs.rules.j2", lines=list(ipvsrules.rules(subject.state))))
    if subject.target.firewall is Firewall.NFT:
        return File(templates.fill("rules/redirect.nft.j2", **subject.head, tables=_tables(subject.state)))
    chains = [(table, list(group)) for table, group in groupby(subject.state.chains, lambda chain: chain.table)]
    return File(templates.fill("rules/redirect.rules.j2", **subject.head, script=subject.paths.script, tables=chains))


def _tables(state: HostState) -> list[dict[str, str]]:
    return [{"family": table.family, "name": table.name, "text": nft.text(table)} for table in state.tables]
