"""What each platform has: its init system, network files, firewall tool, and where files go on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lvsgen import manifest


class Init(StrEnum):
    """What starts services at boot."""

    SYSV = "sysv"
    SYSTEMD = "systemd"


class NetworkFiles(StrEnum):
    """What configures interfaces at boot."""

    IFCFG = "ifcfg"
    KEYFILE = "keyfile"
    IFUPDOWN = "ifupdown"
    NETWORKD = "networkd"


class Firewall(StrEnum):
    """What holds packet filter rules."""

    IPTABLES = "iptables"
    NFT = "nft"


class Role(StrEnum):
    """What a host is in its cluster."""

    DIRECTOR = "director"
    REALSERVER = "realserver"


@dataclass(frozen=True, slots=True)
class Platform:
    """A distribution release: what picks the files of a host.

    `lock_dir` is where init scripts leave a file while they are started, "" where nothing looks for it.
    `packages` maps what a host needs (a Role or a Firewall) to packages; `firewall_units` maps a Firewall to the
    system's own unit, which may flush our rules. `rsync` is the options that copy a tree and touch nothing else;
    `fallbacks` the schedulers whose fallback flag its kernel and ipvsadm know (sh's since 2013, mh's since 2018).
    """

    name: str
    init: Init
    network: NetworkFiles
    firewall: Firewall
    init_dir: str
    sysconfig_dir: str
    lock_dir: str
    install: str
    update: str
    packages: tuple[tuple[str, str], ...]
    firewall_units: tuple[tuple[Firewall, str], ...]
    rsync: str = "-rlEK"
    fallbacks: tuple[str, ...] = ("sh", "mh")

    def package_names(self, role: Role) -> tuple[str, ...]:
        """List what a host with this role needs, in the words of the platform's package manager."""
        wanted = ("all", role, self.firewall) if role is Role.REALSERVER else ("all", role)
        names = dict(self.packages)
        return tuple(word for want in wanted for word in names.get(want, "").split())

    def firewall_unit(self) -> str:
        """Name the system's own unit for the firewall tool in use."""
        return dict(self.firewall_units)[self.firewall]


@dataclass(frozen=True, slots=True)
class Paths:
    """Where lvsgen's own files go on one host; `settings` and `realservers` are "" for none.

    `service` is the init script or unit, `manifest` the list of all the others.
    """

    script: str
    rules: str
    service: str
    manifest: str
    settings: str = ""
    realservers: str = ""

    @property
    def service_name(self) -> str:
        """What `service`, `chkconfig` or `systemctl` know it by."""
        return self.service.rpartition("/")[2]


_RULES_DIR = manifest.FOLDER
UNIT_DIR = "/etc/systemd/system"
_REDIRECT = {Firewall.IPTABLES: "redirect.rules", Firewall.NFT: "redirect.nft"}


def paths(platform: Platform, role: Role, cluster: str) -> Paths:
    """Say where a host's files go; none of the folders is a link on its platform, so a copied tree replaces none."""
    script, rules, listed = f"/usr/local/sbin/lvs-{role}", f"{_RULES_DIR}/{cluster}", manifest.host_path(cluster)
    unit = f"{UNIT_DIR}/lvs-{role}.service"
    if role is Role.DIRECTOR:
        service = unit if platform.init is Init.SYSTEMD else f"{platform.init_dir}/lvs-director"
        return Paths(script, f"{rules}/ipvs.rules", service, listed, realservers=f"{rules}/realservers")
    service = unit if platform.init is Init.SYSTEMD else f"{platform.init_dir}/lvs"
    redirect = f"{rules}/{_REDIRECT[platform.firewall]}"
    return Paths(script, redirect, service, listed, f"{platform.sysconfig_dir}/lvs")


def addition_path(unit: str, role: Role) -> str:
    """Say where lvsgen's addition to one of the system's own units goes."""
    return f"{UNIT_DIR}/{unit}.d/lvs-{role}.conf"


_NETWORK_PATHS = {
    NetworkFiles.IFCFG: "/etc/sysconfig/network-scripts/ifcfg-{interface}",
    NetworkFiles.KEYFILE: "/etc/NetworkManager/system-connections/{interface}.nmconnection",
    NetworkFiles.IFUPDOWN: "/etc/network/interfaces.d/{interface}",
    NetworkFiles.NETWORKD: "/etc/systemd/network/10-{interface}.network",
}
IFCFG_GLOBAL = "/etc/sysconfig/network"


def interface_path(kind: NetworkFiles, interface: str) -> str:
    """Say where an interface's own file goes."""
    return _NETWORK_PATHS[kind].format(interface=interface)


_OLD_EL = (("all", "rsync iproute iputils procps"), ("director", "ipvsadm"), ("iptables", "iptables"))
_EL9 = (
    ("all", "rsync iproute iputils procps-ng"),
    ("director", "ipvsadm"),
    ("iptables", "iptables-nft"),
    ("nft", "nftables"),
)
_DEBIAN = (
    ("all", "rsync iproute2 iputils-ping procps"),
    ("director", "ipvsadm"),
    ("iptables", "iptables"),
    ("nft", "nftables"),
)
_EL_UNITS = ((Firewall.IPTABLES, "iptables.service"), (Firewall.NFT, "nftables.service"))
_DEBIAN_UNITS = ((Firewall.IPTABLES, "netfilter-persistent.service"), (Firewall.NFT, "nftables.service"))
_EL_DIRS = ("/etc/rc.d/init.d", "/etc/sysconfig", "/var/lock/subsys")
_DEBIAN_DIRS = ("/etc/init.d", "/etc/default", "")
_YUM = ("yum -y install", "yum update")
_DNF = ("dnf -y install", "dnf upgrade")
_APT = ("apt-get -y install", "apt-get update && apt-get upgrade")

_OLD = (Init.SYSV, NetworkFiles.IFCFG, Firewall.IPTABLES)

PLATFORMS = {
    platform.name: platform
    for platform in (
        # rsync knows -E from 2.6.7 on; el4 has 2.6.3 and would refuse it.
        Platform("el4", *_OLD, *_EL_DIRS, *_YUM, _OLD_EL, _EL_UNITS, rsync="-rlK", fallbacks=()),
        Platform("el5", *_OLD, *_EL_DIRS, *_YUM, _OLD_EL, _EL_UNITS, fallbacks=()),
        Platform("el9", Init.SYSTEMD, NetworkFiles.KEYFILE, Firewall.NFT, *_EL_DIRS, *_DNF, _EL9, _EL_UNITS),
        Platform(
            "debian", Init.SYSTEMD, NetworkFiles.IFUPDOWN, Firewall.NFT, *_DEBIAN_DIRS, *_APT, _DEBIAN, _DEBIAN_UNITS
        ),
    )
}
