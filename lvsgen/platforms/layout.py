"""Where files go on a host of each platform."""

from __future__ import annotations

from dataclasses import dataclass

from lvsgen import manifest
from lvsgen.platforms.platform import Init, Platform, Role


@dataclass(frozen=True, slots=True)
class Paths:
    """Where lvsgen's own files go on one host.

    `service` is the init script or unit, `manifest` the list of all the others.
    """

    script: str
    facts: str
    service: str
    manifest: str

    @property
    def service_name(self) -> str:
        """What `service`, `chkconfig` or `systemctl` know it by."""
        return self.service.rpartition("/")[2]


UNIT_DIR = "/etc/systemd/system"
ENGINES = "/usr/local/lib/lvsgen"
"""Where engines are, each by its format: those of several clusters, or versions, stand beside each other."""
ENGINE = f"{ENGINES}/engine-2.sh"


def paths(platform: Platform, role: Role, cluster: str) -> Paths:
    """Say where a host's files go; none of the folders is a link on its platform, so a copied tree replaces none."""
    script, facts = f"{platform.local_sbin}/lvs-{role}", f"{manifest.FOLDER}/{cluster}/host"
    init_script = f"{platform.init_dir}/{'lvs-director' if role is Role.DIRECTOR else 'lvs'}"
    service = f"{UNIT_DIR}/lvs-{role}.service" if platform.init is Init.SYSTEMD else init_script
    return Paths(script, facts, service, manifest.host_path(cluster))


def addition_path(unit: str, role: Role) -> str:
    """Say where lvsgen's addition to one of the system's own units goes."""
    return f"{UNIT_DIR}/{unit}.d/lvs-{role}.conf"
