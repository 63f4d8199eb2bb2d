"""Where files go on a host of each platform."""

from __future__ import annotations

from dataclasses import dataclass

from lvsgen import manifest
from lvsgen.platforms.platform import Firewall, Init, Platform, Role


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
ENGINES = "/usr/local/lib/lvsgen"
"""Where engines are, each by its format: those of several clusters, or versions, stand beside each other."""
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
