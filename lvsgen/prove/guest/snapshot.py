"""What a host's kernel holds, as texts that compare equal when nothing has changed."""

from __future__ import annotations

import pathlib
import re
import subprocess

from lvsgen.prove.guest import world
from lvsgen.prove.guest.namespaces import Hosts

_SYSCTL = pathlib.Path("/proc/sys")
_CONF = ["forwarding", "send_redirects", "accept_redirects", "rp_filter", "arp_ignore", "arp_announce"]
_COMMANDS = {
    "addresses": ["ip", "-o", "-4", "addr"],
    "routes": ["ip", "-4", "route"],
    "table": ["ipvsadm", "-Sn"],
    "thresholds": ["ipvsadm", "-Ln", "--thresholds"],
    "timeouts": ["ipvsadm", "-Ln", "--timeout"],
    "daemons": ["ipvsadm", "-Ln", "--daemon"],
    "iptables": ["iptables-save"],
}


class Snapshots:
    """Read hosts; each part is a list of lines, in the order that the tool prints them."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts

    def take(self, host: str) -> dict[str, list[str]]:
        """The parts: addresses, routes, table, thresholds, timeouts, daemons, iptables, sysctls, devices."""
        self._hosts.enter(host)
        parts = {part: _lines(argv) for part, argv in _COMMANDS.items()}
        parts["thresholds"] = [re.sub(r"( +\d+){2} *$", "", line).rstrip() for line in parts["thresholds"][3:]]
        parts["iptables"] = _rules(parts["iptables"])
        parts["sysctls"] = [f"{path.relative_to(_SYSCTL)} = {_value(path)}" for path in _keys()]
        parts["devices"] = sorted(path.name for path in pathlib.Path("/sys/class/net").iterdir())
        return parts


def _lines(argv: list[str]) -> list[str]:
    done = subprocess.run(
        argv, text=True, errors="backslashreplace", capture_output=True, check=False, env=world.ENVIRONMENT
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(argv)}: {done.stderr}")
    return done.stdout.splitlines()


def _rules(lines: list[str]) -> list[str]:
    """Without counters and dates, and without tables in which nobody has put anything."""
    lines = [re.sub(r" ?\[\d+:\d+\] ?", "", line) for line in lines if not line.startswith("#")]
    tables = "\n".join(lines).split("COMMIT")
    return [line for table in tables if not _untouched(table) for line in table.split("\n") if line]


def _untouched(table: str) -> bool:
    return all(
        line.startswith("*") or (line.startswith(":") and line.endswith(" ACCEPT"))
        for line in table.split("\n")
        if line
    )


def _keys() -> list[pathlib.Path]:
    ipv4 = _SYSCTL / "net/ipv4"
    keys = [ipv4 / "ip_forward", *(device / key for device in (ipv4 / "conf").iterdir() for key in _CONF)]
    return sorted([*keys, *(ipv4 / "vs").glob("*")])


def _value(path: pathlib.Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        return f"({error.strerror})"
