"""Releases that are no platform of lvsgen, and the platform that is nearest to each."""

from __future__ import annotations

import re

from lvsgen.platforms import table
from lvsgen.platforms.platform import Family
from lvsgen.platforms.table import PLATFORMS

_EL = re.compile(
    r"(el|rhel|redhat|centos|rocky|alma|ol|oracle|sl|scientific|fedora|amzn|amazon|cloudlinux)(linux|stream)?"
    r"[-_ ]?([0-9]{1,4})([-_.][0-9.]*)?",
    re.ASCII,
)
_DEBIAN = re.compile(
    r"(debian|ubuntu|raspbian|raspios|devuan|mint|proxmox|pve)[-_ ]?(linux)?[-_ ]?([0-9.]*)(lts)?", re.ASCII
)
_NUMBERED = re.compile(r"debian[-_ ]?(?:gnu)?([0-9]+)(?:[.][0-9]+)?", re.ASCII)
_NUMBERS = {"bookworm": 12, "trixie": 13, "bullseye": 11, "buster": 10, "stretch": 9, "sid": 10**4}
_UBUNTU = ("ubuntu", "noble", "jammy", "focal", "bionic")
_ROLLING = ("fedora", "amzn", "amazon")
_EL_7, _NEWEST = 7, 10**4


def nearest(word: str) -> tuple[str, str]:
    """Give the platform that is nearest to a release and what is to be said of that; two empty words when none is."""
    name = word.lower()
    if found := _EL.fullmatch(name):
        return _el(_NEWEST if found[1] in _ROLLING else int(found[3]))
    last = re.split("[-_]", name)[-1]
    if name not in PLATFORMS and (
        last in (*_NUMBERS, *_UBUNTU) or _DEBIAN.fullmatch(name) or _NUMBERED.fullmatch(name)
    ):
        return _debian(name, last)
    return "", ""


def _el(number: int) -> tuple[str, str]:
    near = table.nearest(Family.EL, number).name
    parts = ", with network: ifcfg and firewall: iptables" if number == _EL_7 else ""
    return near, f"write platform: {near}{parts}, if its tools are like those of it"


def _debian(name: str, last: str) -> tuple[str, str]:
    number = _NUMBERED.fullmatch(name)
    release = int(number[1]) if number else _NUMBERS.get(last, _NEWEST)
    near = table.nearest(Family.DEBIAN, release)
    like = "" if release == near.release else ", if its tools are like those"
    ubuntu = "; an Ubuntu server has network: networkd" if name.startswith("ubuntu") else ""
    return near.name, f"write platform: {near.name}, which means Debian {near.release}{like}{ubuntu}"
