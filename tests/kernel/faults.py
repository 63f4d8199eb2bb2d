"""Faults: tools of a host that do as they are told until the one call that goes wrong."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
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

_NOTES = "/tmp/lvsgen-faults"
_REAL = "/run/lab/real"
_WRAPPER = f"""#!/bin/sh
# Builtins only: whatever this called might itself be a wrapped tool.
tool=${{0##*/}}
read -r at fault <{_NOTES}/plan
number=0
[ ! -f {_NOTES}/$tool ] || read -r number <{_NOTES}/$tool
number=$((number + 1))
echo $number >{_NOTES}/$tool
echo "$tool $number ${{1-}} ${{2-}}" >>{_NOTES}/calls
if [ $number = "$at" ]; then
    case $fault in
    before) exit 1 ;;
    after) {_REAL}/$tool "$@"; exit 1 ;;
    *) kill -$fault $PPID ;;
    esac
fi
exec {_REAL}/$tool "$@"
"""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a script: the tool, which of its calls it is, from 1, and its first two words."""

    tool: str
    number: int
    words: str

    def __str__(self) -> str:
        """The call as one would type it."""
        return f"{self.tool} {self.words}"


@dataclass(slots=True)
class Saboteur:
    """A host whose tools can go wrong; `said` is what the last run without a fault printed.

    A wrapped tool takes twice its time: only the one that is to fail is wrapped, and all when the calls are learned.
    """

    host: Host
    tools: tuple[str, ...] = TOOLS
    said: list[str] = field(default_factory=list)
    _wrapped: set[str] = field(default_factory=set)

    def calls(self, *argv: str) -> list[Call]:
        """Run a command without any fault; every call that it makes, in order."""
        self._wrap(self.tools)
        self._plan(0, "none")
        self.said = self.host.run(*argv, timeout=180).stdout.splitlines()
        lines = [line.split(" ", 2) for line in self.host.read(f"{_NOTES}/calls").splitlines()]
        return [Call(row[0], int(row[1]), row[2]) for row in lines if len(row) == 3 and row[0] in self.tools]

    def run(self, call: Call, fault: str, *argv: str) -> int | str:
        """Run a command with a fault at one of its calls; returns its status."""
        self._wrap((call.tool,))
        self._plan(call.number, fault)
        return self.host.run(*argv, check=False, timeout=180).status

    def run_deaf(self, lines: int, *argv: str) -> int | str:
        """Run a command whose output is closed after so many lines; returns its status."""
        self._wrap(())
        reader = "".join("read -r line; " for _ in range(lines))
        script = f"{{ {shlex.join(argv)}; echo $? >{_NOTES}-status; }} 2>/dev/null | {{ {reader} exec <&-; }}"
        self.host.run("/bin/bash", "-c", script, check=False, timeout=180)
        return int(self.host.read(f"{_NOTES}-status"))

    def _plan(self, at: int, fault: str) -> None:
        """Arrange for a fault at call number `at` of the wrapped tool, counting anew; 0 for none."""
        self.host.sh(f"rm -rf {_NOTES} && mkdir {_NOTES} && echo {at} {fault} >{_NOTES}/plan")

    def _wrap(self, tools: Iterable[str]) -> None:
        """Wrap these tools and no others."""
        wanted = set(tools)
        for tool in sorted(self._wrapped - wanted):
            self.host.unwrap(_place(self.host, tool))
        for tool in sorted(wanted - self._wrapped):
            assert self.host.wrap(_place(self.host, tool), _WRAPPER) == f"{_REAL}/{tool}"
        self._wrapped = wanted


def _place(host: Host, tool: str) -> str:
    return host.sh(f"command -v {tool}").stdout.strip()
