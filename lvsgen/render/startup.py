"""What starts a host's script at boot: a SysV init script or a systemd unit."""

from __future__ import annotations

from lvsgen.platforms import layout
from lvsgen.platforms.platform import Firewall, Init, Role
from lvsgen.render import templates
from lvsgen.render.hostbuild import File, HostBuild

_SYSV = {
    # Up after the network (10) and EL's ipvsadm (08), down before both.
    Role.DIRECTOR: {
        "levels": "2345",
        "start": "92",
        "stop": "08",
        "short": "IPVS director",
        "about": "Sets up this machine as an LVS director.",
        "after": "ipvsadm",
    },
    # Up after the daemons, down before them: meanwhile a client tries again instead of being refused.
    Role.REALSERVER: {
        "levels": "345",
        "start": "90",
        "stop": "10",
        "short": "LVS realserver",
        "about": "Sets up this machine as an LVS realserver.",
        "after": "iptables",
    },
}
_FAMILIES = {Role.DIRECTOR: "AF_NETLINK AF_INET AF_PACKET", Role.REALSERVER: "AF_NETLINK AF_INET"}
_LEGACY_MODULES = "modprobe@ip_tables.service"


def service(subject: HostBuild) -> File:
    """Render the init script or unit; both only call the script."""
    if subject.target.init is Init.SYSTEMD:
        return File(_unit(subject))
    return File(_init_script(subject), mode=0o755)


def firewall_addition(subject: HostBuild) -> tuple[str, File]:
    """Render what has a first start of the system's firewall unit bring our rules back, with its path."""
    firewall = subject.target.firewall_unit
    unit = subject.paths.service_name
    content = templates.fill("systemd/firewall.conf.j2", **subject.head, firewall_unit=firewall, unit=unit)
    return layout.addition_path(firewall, subject.role), File(content)


def _init_script(subject: HostBuild) -> str:
    return templates.fill(
        "sysv/init.j2",
        **subject.head,
        **_SYSV[subject.role],
        name=subject.paths.service_name,
        script=subject.paths.script,
        lock_dir=subject.target.lock_dir,
    )


def _unit(subject: HostBuild) -> str:
    iptables, nft = (subject.filters and subject.target.firewall is tool for tool in (Firewall.IPTABLES, Firewall.NFT))
    return templates.fill(
        f"systemd/{subject.paths.service_name}.j2",
        **subject.head,
        script=subject.paths.script,
        firewall_unit=subject.target.firewall_unit,
        # The legacy iptables talks to the kernel through a raw socket, and so does arping to the network.
        capabilities="CAP_NET_ADMIN" if nft else "CAP_NET_ADMIN CAP_NET_RAW",
        legacy_modules=_LEGACY_MODULES if iptables else "",
        families=_FAMILIES[subject.role] if not nft else "AF_NETLINK",
        writes_sysctls=subject.role is Role.DIRECTOR,
    )
