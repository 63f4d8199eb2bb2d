"""What each platform has: its init system, network files, firewall tool, and where files go on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lvsgen import manifest

_OLD_SCHEDULERS = ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq")
SCHEDULERS = (*_OLD_SCHEDULERS, "fo", "ovf", "mh")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A distribution release: what it has, where things lie on it, and what its tools know.

    `lock_dir` is where init scripts leave a file while they are started, "" where nothing looks for it; `local_sbin`
    where an administrator's own programs live. `packages` maps what a host needs (a Role or a Firewall, "all" for any)
    to packages; `firewall_units` maps a Firewall to the system's own unit, which may flush our rules. `rsync` is the
    options that copy a tree and touch nothing else; `iptables_wait` those with which iptables-restore waits for others.
    `has_chkconfig`: init scripts are enabled by that, not by update-rc.d.

    Of IPVS: the `schedulers` that its kernel has, those of them whose `fallbacks` kernel and ipvsadm know (sh's since
    2013, mh's since 2018), and whether sh looks at weights (since 2013).
    """

    name: str
    init: Init
    network: NetworkFiles
    firewall: Firewall
    init_dir: str
    sysconfig_dir: str
    lock_dir: str = ""
    local_sbin: str = "/usr/local/sbin"
    install: str
    update: str
    packages: Mapping[str, str]
    firewall_units: Mapping[Firewall, str]
    rsync: str = "-rlEK"
    iptables_wait: str = " --wait 10"
    has_chkconfig: bool = False
    ipv6_is_on: bool = True
    schedulers: tuple[str, ...] = SCHEDULERS
    fallbacks: tuple[str, ...] = ("sh", "mh")
    sh_weighs: bool = True

    def package_names(self, role: Role) -> tuple[str, ...]:
        """List what a host with this role needs, in the words of the platform's package manager."""
        wanted = ("all", role, self.firewall) if role is Role.REALSERVER else ("all", role)
        return tuple(word for want in wanted for word in self.packages.get(want, "").split())

    @property
    def firewall_unit(self) -> str:
        """The system's own unit for the firewall tool in use."""
        return self.firewall_units[self.firewall]


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
    script, rules, listed = f"{platform.local_sbin}/lvs-{role}", f"{_RULES_DIR}/{cluster}", manifest.host_path(cluster)
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


_EL: dict[str, Any] = {
    "init_dir": "/etc/rc.d/init.d",
    "sysconfig_dir": "/etc/sysconfig",
    "lock_dir": "/var/lock/subsys",
    "has_chkconfig": True,
    "firewall_units": {Firewall.IPTABLES: "iptables.service", Firewall.NFT: "nftables.service"},
}
_OLD_EL: dict[str, Any] = _EL | {
    "init": Init.SYSV,
    "network": NetworkFiles.IFCFG,
    "firewall": Firewall.IPTABLES,
    "install": "yum -y install",
    "update": "yum -y update",
    "packages": {"all": "rsync iproute iputils procps", "director": "ipvsadm", "iptables": "iptables"},
    "iptables_wait": "",
    "schedulers": _OLD_SCHEDULERS,
    "fallbacks": (),
    "sh_weighs": False,
}
_DEBIAN: dict[str, Any] = {
    "init": Init.SYSTEMD,
    "network": NetworkFiles.IFUPDOWN,
    "firewall": Firewall.NFT,
    "init_dir": "/etc/init.d",
    "sysconfig_dir": "/etc/default",
    "install": "apt-get -y install",
    "update": "apt-get update && apt-get -y upgrade",
    "packages": {
        "all": "rsync iproute2 iputils-ping procps",
        "director": "ipvsadm iputils-arping",
        "iptables": "iptables",
        "nft": "nftables",
    },
    "firewall_units": {Firewall.IPTABLES: "netfilter-persistent.service", Firewall.NFT: "nftables.service"},
}

PLATFORMS = {
    platform.name: platform
    for platform in (
        # rsync knows -E from 2.6.7 on; el4 has 2.6.3 and would refuse it.
        Platform(name="el4", **_OLD_EL, rsync="-rlK", ipv6_is_on=False),
        Platform(name="el5", **_OLD_EL),
        Platform(
            name="el9",
            **_EL,
            init=Init.SYSTEMD,
            network=NetworkFiles.KEYFILE,
            firewall=Firewall.NFT,
            install="dnf -y install",
            update="dnf -y upgrade",
            packages={
                "all": "rsync iproute iputils procps-ng",
                "director": "ipvsadm",
                "iptables": "iptables-nft",
                "nft": "nftables",
            },
        ),
        Platform(name="debian", **_DEBIAN),
    )
}
