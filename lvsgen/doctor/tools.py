"""The doctor on tools: ipvsadm, ip, iptables with its library, nft with its library."""

from __future__ import annotations

import ctypes.util
import importlib.util
import re
import sys
from collections.abc import Iterator

from lvsgen import process
from lvsgen.doctor.line import Line, note, ok, problem
from lvsgen.doctor.needs import Needs
from lvsgen.errors import OperatorError

_VERSION = re.compile(r"v?(\d+(?:\.\d+)+)")


def lines(needs: Needs) -> Iterator[Line]:
    """Look at the tools that are needed here."""
    yield _tool("ip", "-V", "install iproute (el) or iproute2 (Debian)", needed=needs.is_known)
    if needs.ipvs:
        yield _tool("ipvsadm", "--version", "install the package ipvsadm", needed=needs.is_known)
    if needs.iptables:
        yield _iptables(needs)
        yield _python_iptables()
    if needs.nft:
        yield _tool("nft", "--version", "install the package nftables", needed=needs.is_known)
        yield _libnftables()


def flavour() -> str:
    """Say what `iptables` is here: legacy, nf_tables, or "" where there is none."""
    version = _version("iptables", "-V")
    return "" if not version else "nf_tables" if "nf_tables" in version else "legacy"


def _tool(name: str, option: str, step: str, *, needed: bool) -> Line:
    said = _version(name, option)
    if said:
        return ok(name, said)
    return (problem if needed else note)(name, "is not installed", step)


def _iptables(needs: Needs) -> Line:
    line = _tool("iptables", "-V", "install the package iptables", needed=needs.is_known)
    kinds = {
        "legacy": "python-iptables reaches the same rules, where it works",
        "nf_tables": "rules are written by iptables-restore; python-iptables would not see them",
    }
    return ok(line.about, f"{line.said}: {kinds[flavour()]}") if flavour() else line


def _python_iptables() -> Line:
    about = "python-iptables"
    if flavour() == "nf_tables":
        return ok(about, "not used: it reaches legacy rules alone, and iptables here is nf_tables")
    if importlib.util.find_spec("iptc") is None:
        return note(about, "is not installed: iptables-restore is used instead", "pip install 'lvsgen[apply]'")
    done = process.run((sys.executable, "-c", "import iptc; iptc.Table(iptc.Table.NAT).refresh()"))
    if done.status:
        return note(about, f"does not work here, so iptables-restore is used instead: {_last(done.stderr)}")
    return ok(about, "works")


def _libnftables() -> Line:
    about = "libnftables"
    library = ctypes.util.find_library("nftables")
    if library is None:
        return note(about, "is not installed: nft is used instead", "install libnftables1 (Debian) or nftables (el)")
    if importlib.util.find_spec("nftables") is None:
        return note(about, f"{library} without its Python binding: nft is used instead", "install python3-nftables")
    return ok(about, f"{library} with its Python binding")


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
