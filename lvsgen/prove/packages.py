"""The system packages that the kernel lab needs: the one list that Makefile, documentation and lab share.

Runs without anything installed: `python3 lvsgen/prove/packages.py` prints what is missing here, `--all` every package.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

TOOLS = {
    "ipvsadm": "ipvsadm",
    "xtables-legacy-multi": "iptables",
    "ip": "iproute2",
    "nft": "nftables",
    "ping": "iputils-ping",
    "arping": "iputils-arping",
    "modprobe": "kmod",
    "mount": "mount",
    "unshare": "util-linux",
    "sysctl": "procps",
    "dash": "dash",
    "bash": "bash",
    "busybox": "busybox",
    "mawk": "mawk",
    "gawk": "gawk",
    "original-awk": "original-awk",
    "rsync": "rsync",
    "/usr/bin/python3": "python3",
    "/lib/systemd/systemd": "systemd",
    "/usr/sbin/sshd": "openssh-server",
    "ssh": "openssh-client",
    "gcc": "gcc",
    "python3-config": "python3-dev",
    "dpkg": "dpkg",
    "apt-get": "apt",
}
"""What the lab runs, by name or by path, and the Debian package that brings it."""


def missing(tools: Mapping[str, str] = TOOLS) -> tuple[str, ...]:
    """The packages to install before the lab, or whatever runs these tools, can run; sorted."""
    return tuple(sorted({package for tool, package in tools.items() if shutil.which(tool, path=PATH) is None}))


def install_command(packages: tuple[str, ...]) -> str:
    """The command an administrator types to get `packages`."""
    return f"apt-get update && apt-get install --yes --no-install-recommends {' '.join(packages)}"


def main(arguments: list[str]) -> None:
    """Print the packages that are missing, or all of them, on one line."""
    print(*(sorted(set(TOOLS.values())) if "--all" in arguments else missing()))


if __name__ == "__main__":
    main(sys.argv[1:])
