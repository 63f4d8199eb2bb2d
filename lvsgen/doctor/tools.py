"""The doctor on tools: ipvsadm, ip, iptables with its library, nft with its library, arping."""

from __future__ import annotations

import ctypes.util
import importlib.util
import re
import sys
from collections.abc import Iterator

from lvsgen import process
from lvsgen.apply import arping
from lvsgen.apply.arping import Kind
from lvsgen.doctor.line import Line, note, ok, problem
from lvsgen.doctor.needs import Needs
from lvsgen.errors import OperatorError

TOOL = ok("{tool}", "{version}")
NO_TOOL = problem("{tool}", "is not installed", "install {package}")
LEGACY = ok("iptables", "{version}: python-iptables reaches the same rules, where it works")
NF_TABLES = ok("iptables", "{version}: rules are written by iptables-restore; python-iptables would not see them")
LIBRARY = ok("python-iptables", "works")
LIBRARY_UNUSED = ok("python-iptables", "not used: it reaches legacy rules alone, and iptables here is nf_tables")
NO_LIBRARY = note(
    "python-iptables", "is not installed: iptables-restore is used instead", "pip install 'lvsgen[apply]'"
)
LIBRARY_BROKEN = note(
    "python-iptables",
    "does not work here, so iptables-restore is used instead: {reason}",
    "nothing, where that will do",
)
LIBNFTABLES = ok("libnftables", "{library} with its Python binding")
NO_LIBNFTABLES = note(
    "libnftables", "is not installed: nft is used instead", "install libnftables1 (Debian) or nftables (el)"
)
NO_BINDING = note(
    "libnftables", "{library} without its Python binding: nft is used instead", "install python3-nftables"
)

ARPING = ok("arping", "{whose}: VIPs that come up are announced, and looked for on other hosts before")
NO_ARPING = note(
    "arping",
    "is not installed: VIPs that come up are not announced, and nobody looks whether another host has them",
    "install iputils-arping (Debian) or iputils (el)",
)
OTHER_ARPING = note(
    "arping",
    "is neither iputils' nor busybox's, and not used: VIPs that come up are not announced",
    "install iputils-arping (Debian) or iputils (el) in its place",
)

_VERSION = re.compile(r"v?(\d+(?:\.\d+)+)")
_PACKAGES = {
    "ip": "iproute (el) or iproute2 (Debian)",
    "ipvsadm": "the package ipvsadm",
    "iptables": "the package iptables",
    "nft": "the package nftables",
}


def lines(needs: Needs) -> Iterator[Line]:
    """Look at the tools that are needed here."""
    yield _tool("ip", "-V", needs)
    if needs.ipvs:
        yield _tool("ipvsadm", "--version", needs)
    if needs.iptables:
        yield _iptables(needs)
        yield _python_iptables()
    if needs.nft:
        yield _tool("nft", "--version", needs)
        yield _libnftables()
    if needs.arping:
        yield _arping()


def flavour() -> str:
    """Say what `iptables` is here: legacy, nf_tables, or "" where there is none."""
    version = _version("iptables", "-V")
    return "" if not version else "nf_tables" if "nf_tables" in version else "legacy"


def _tool(name: str, option: str, needs: Needs) -> Line:
    version = _version(name, option)
    if version:
        return TOOL.of(tool=name, version=version)
    return NO_TOOL.of(tool=name, package=_PACKAGES[name]).where(needs.is_known)


def _iptables(needs: Needs) -> Line:
    kinds = {"legacy": LEGACY, "nf_tables": NF_TABLES}
    kind = flavour()
    return kinds[kind].of(version=_version("iptables", "-V")) if kind else _tool("iptables", "-V", needs)


def _python_iptables() -> Line:
    if flavour() == "nf_tables":
        return LIBRARY_UNUSED
    if importlib.util.find_spec("iptc") is None:
        return NO_LIBRARY
    done = process.run((sys.executable, "-c", "import iptc; iptc.Table(iptc.Table.NAT).refresh()"))
    return LIBRARY_BROKEN.of(reason=_last(done.stderr)) if done.status else LIBRARY


def _libnftables() -> Line:
    library = ctypes.util.find_library("nftables")
    if library is None:
        return NO_LIBNFTABLES
    there = importlib.util.find_spec("nftables") is not None
    return (LIBNFTABLES if there else NO_BINDING).of(library=library)


def _arping() -> Line:
    match arping.tool().kind:
        case Kind.NONE:
            return NO_ARPING
        case Kind.OTHER:
            return OTHER_ARPING
        case kind:
            return ARPING.of(whose=kind.value)


def _version(name: str, option: str) -> str:
    try:
        done = process.run((name, option), timeout=10)
    except OperatorError:
        return ""
    said = [line.strip() for line in (*done.stdout.splitlines(), *done.stderr.splitlines())]
    found = (line for line in said if name in line and _VERSION.search(line))
    return next(found, f"{process.find(name)}, of an unknown version")


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["it crashed"])[-1]
