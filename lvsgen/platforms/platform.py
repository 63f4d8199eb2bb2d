"""Platform: what a distribution release has and what its tools know, as capabilities by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

OLD_SCHEDULERS = ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq")
SCHEDULERS = (*OLD_SCHEDULERS, "fo", "ovf", "mh")


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


class Family(StrEnum):
    """Whose releases are numbered together."""

    EL = "el"
    DEBIAN = "debian"


class Role(StrEnum):
    """What a host is in its cluster."""

    DIRECTOR = "director"
    REALSERVER = "realserver"


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A distribution release: what it has, where things lie on it, and what its tools know.

    `family` and `release` tell which releases have it as their nearest.

    `lock_dir` is where init scripts leave a file while they are started, "" where nothing looks for it; `local_sbin`
    where an administrator's own programs live. `packages` maps what a host needs (a Role or a Firewall, "all" for any)
    to packages; `firewall_units` maps a Firewall to the system's own unit, which may flush our rules. `rsync` is the
    options that copy a tree and touch nothing else; `iptables_wait` those with which iptables-restore waits for others.
    `has_chkconfig`: init scripts are enabled by that, not by update-rc.d.

    Of IPVS: the `schedulers` that its kernel has, those of them whose `fallbacks` kernel and ipvsadm know (sh's since
    2013, mh's since 2018), and whether sh looks at weights (since 2013).
    """

    name: str
    family: Family
    release: int
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
    iptables_wait: str = "--wait 10"
    has_chkconfig: bool = False
    ipv6_is_on: bool = True
    schedulers: tuple[str, ...] = SCHEDULERS
    fallbacks: tuple[str, ...] = ("sh", "mh")
    sh_weighs: bool = True

    def package_names(self, role: Role, *, filters: bool) -> tuple[str, ...]:
        """List what a host with this role needs, and if it filters, in the words of the platform's package manager."""
        wanted = ("all", role, self.firewall) if filters else ("all", role)
        return tuple(word for want in wanted for word in self.packages.get(want, "").split())

    @property
    def firewall_unit(self) -> str:
        """The system's own unit for the firewall tool in use."""
        return self.firewall_units[self.firewall]
