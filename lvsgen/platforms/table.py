"""The table of platforms: a row each; what a family has in common stands once."""

from __future__ import annotations

from typing import Any

from lvsgen.platforms.platform import OLD_SCHEDULERS, Family, Firewall, Init, NetworkFiles, Platform

_EL: dict[str, Any] = {
    "family": Family.EL,
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
    "schedulers": OLD_SCHEDULERS,
    "fallbacks": (),
    "sh_weighs": False,
}
_DEBIAN: dict[str, Any] = {
    "family": Family.DEBIAN,
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
        Platform(name="el4", release=4, **_OLD_EL, rsync="-rlK", ipv6_is_on=False),
        Platform(name="el5", release=5, **_OLD_EL),
        Platform(
            name="el9",
            release=9,
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
        Platform(name="debian", release=12, **_DEBIAN),
    )
}


def nearest(family: Family, release: int) -> Platform:
    """Give the platform of a family that is nearest to a release; of two as near, the younger one."""
    known = (platform for platform in PLATFORMS.values() if platform.family is family)
    return min(known, key=lambda platform: (abs(platform.release - release), -platform.release))
