"""Releases that are no platform of lvsgen, and the platform that is nearest to each."""

from __future__ import annotations

import re

_EL = re.compile(
    r"(el|rhel|redhat|centos|rocky|alma|ol|oracle|sl|scientific|fedora|amzn|amazon|cloudlinux)(linux|stream)?"
    r"[-_ ]?([0-9]{1,4})([-_.][0-9.]*)?",
    re.ASCII,
)
_DEBIAN = re.compile(
    r"(debian|ubuntu|raspbian|raspios|devuan|mint|proxmox|pve)[-_ ]?(linux)?[-_ ]?([0-9.]*)(lts)?", re.ASCII
)
_DEBIAN_12 = ("bookworm", "debian-bookworm", "debian_bookworm")
_CODENAMES = ("trixie", "bullseye", "buster", "stretch", "sid", "noble", "jammy", "focal", "bionic")
_ROLLING = ("fedora", "amzn", "amazon")
_EL_7 = 7


def nearest(word: str) -> tuple[str, str]:
    """Give the platform that is nearest to a release and what is to be said of that; two empty words when none is."""
    name = word.lower()
    if found := _EL.fullmatch(name):
        return _el(found[1], int(found[3]))
    if name in _DEBIAN_12 or re.fullmatch(r"debian[-_ ]?(gnu)?12([.][0-9]+)?", name, re.ASCII):
        return "debian", "write platform: debian, which means Debian 12"
    if name.partition("-")[2] in _CODENAMES or name in _CODENAMES or (_DEBIAN.fullmatch(name) and name != "debian"):
        ubuntu = "; an Ubuntu server has network: networkd" if name.startswith("ubuntu") else ""
        return "debian", f"write platform: debian, which means Debian 12, if its tools are like those{ubuntu}"
    return "", ""


def _el(family: str, number: int) -> tuple[str, str]:
    if family not in _ROLLING and number < _EL_7:
        platform = "el4" if number < 5 else "el5"
        return platform, f"write platform: {platform}, if its tools are like those of it"
    parts = ", with network: ifcfg and firewall: iptables" if number == _EL_7 else ""
    return "el9", f"write platform: el9{parts}, if its tools are like those of it"
