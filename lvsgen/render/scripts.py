"""The two sh scripts: what an administrator would have written to bring one host's state about."""

from __future__ import annotations

from lvsgen.platforms.layout import paths
from lvsgen.platforms.platform import Platform, Role
from lvsgen.render import templates
from lvsgen.state.hoststate import HostState


def director(cluster: str, host: str, platform: Platform, state: HostState) -> str:
    """Write lvs-director, the script that owns a director's sysctls, VIPs, table and timeouts."""
    return _fill(cluster, host, platform, Role.DIRECTOR, kind="director", state=state)


def realserver(cluster: str, host: str, platform: Platform) -> str:
    """Write lvs-realserver, the script that owns a realserver's chain or table; the rules file says what is in it."""
    kind, wait = str(platform.firewall), platform.iptables_wait
    return _fill(cluster, host, platform, Role.REALSERVER, kind=kind, wait=wait)


def _fill(cluster: str, host: str, platform: Platform, role: Role, **values: object) -> str:
    where = paths(platform, role, cluster)
    return templates.fill(
        f"script/lvs-{role}.j2",
        cluster=cluster,
        host=host,
        chain=f"lvsgen-{cluster}",
        rules=where.rules,
        config=where.settings,
        realservers=where.realservers,
        drained=f"/var/lib/lvsgen/{cluster}/drained",
        record=f"/var/run/lvsgen-{cluster}.state",
        **values,
    )
