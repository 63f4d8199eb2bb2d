"""Faults: tools of a host that do as they are told until the one call that goes wrong."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field

from lvsgen.prove.lab import Host

TOOLS = (
    "ip",
    "ipvsadm",
    "sysctl",
    "iptables-save",
    "iptables-restore",
    "awk",
    "sort",
    "cat",
    "mv",
    "sed",
    "cut",
)
"""Everything that start and reload call between taking the lock and giving it back."""
FAULTS = ("before", "after", "HUP", "INT", "TERM")
"""The call fails instead of doing its work, or after it; or the script gets a signal there."""

_COUNT = "/run/lvsgen-faults"
_REAL = "/run/lab/real"
_WRAPPER = f"""#!/bin/sh
# Builtins only: whatever this called might itself be a wrapped tool.
tool=${{0##*/}}
read -r at fault <{_COUNT}/plan
read -r number <{_COUNT}/count
number=$((number + 1))
echo $number >{_COUNT}/count
echo "$number $tool ${{1-}} ${{2-}}" >>{_COUNT}/calls
if [ $number = "$at" ]; then
    case $fault in
    before) exit 1 ;;
    after) {_REAL}/$tool "$@"; exit 1 ;;
    *) kill -$fault $PPID ;;
    esac
fi
exec {_REAL}/$tool "$@"
"""


@dataclass(slots=True)
class Saboteur:
    """A host whose tools are wrapped; `said` is what the last run without a fault printed."""

    host: Host
    said: list[str] = field(default_factory=list)

    def calls(self, *argv: str) -> list[str]:
        """Run a command without any fault: "NUMBER TOOL WORD WORD" for each call that it makes."""
        self.plan(0, "before")
        self.said = self.host.run(*argv, timeout=60).stdout.splitlines()
        return [line for line in self.host.read(f"{_COUNT}/calls").splitlines() if line[:1].isdigit()]

    def run(self, at: int, fault: str, *argv: str) -> int | str:
        """Run a command with a fault at call number `at`; returns its status."""
        self.plan(at, fault)
        return self.host.run(*argv, check=False, timeout=60).status

    def run_deaf(self, lines: int, *argv: str) -> int | str:
        """Run a command whose output is closed after so many lines; returns its status."""
        self.plan(0, "before")
        reader = "".join("read -r line; " for _ in range(lines))
        script = f"{{ {shlex.join(argv)}; echo $? >{_COUNT}/status; }} 2>/dev/null | {{ {reader} exec <&-; }}"
        self.host.run("/bin/bash", "-c", script, check=False, timeout=60)
        return int(self.host.read(f"{_COUNT}/status"))

    def plan(self, at: int, fault: str) -> None:
        """Arrange for a fault at call number `at`, counting from 1 anew; 0 for none."""
        self.host.write(f"{_COUNT}/plan", f"{at} {fault}\n")
        self.host.write(f"{_COUNT}/count", "0\n")
        self.host.write(f"{_COUNT}/calls", "")


def sabotage(host: Host) -> Saboteur:
    """Wrap every tool of a host; it works as before until told otherwise."""
    saboteur = Saboteur(host)
    saboteur.plan(0, "before")
    for tool in TOOLS:
        path = host.sh(f"command -v {tool}").stdout.strip()
        real = host.wrap(path, _WRAPPER)
        assert real == f"{_REAL}/{tool}", real
    return saboteur
