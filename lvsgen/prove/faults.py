"""Faults: make a command in a host fail, or a signal arrive, at exactly one of the commands that a script runs.

Wrappers stand in the place of the tools; they log each call to /run/lab/calls and count it. What happens at which count
is a line of shell in /run/lab/armed, where `$1` on are the tool's arguments and `$real` is the tool itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from lvsgen.prove.lab import Done, Host

FAILS = "echo 'made to fail' >&2; exit 1"
FAILS_AFTER_ALL = '"$real" "$@"; echo \'made to fail\' >&2; exit 1'

_WRAPPER = """\
#!/bin/sh
real=/run/lab/real/{name}
case "{name} $*" in {quiet}) exec "$real" "$@" ;; esac
read -r n </run/lab/count
n=$((n + 1))
echo "$n" >/run/lab/count
echo "{name} $*" >>/run/lab/calls
. /run/lab/armed
exec "$real" "$@"
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a script ended, and the calls of wrapped tools that it made, in order."""

    done: Done
    calls: tuple[str, ...]


def signals(name: str) -> str:
    """The script gets this signal just before the command runs, which it then does."""
    return f'read -r script </run/lab/script; kill -{name} "$script"'


def wrap(host: Host, *tools: str, quiet: tuple[str, ...] = ()) -> None:
    """Wrap tools, given by path; calls that match a pattern of `quiet` ("ip -o *") are neither logged nor counted."""
    for tool in tools:
        name = tool.rpartition("/")[2]
        patterns = "|".join(pattern.replace(" ", "\\ ") for pattern in quiet) or "''"
        host.wrap(tool, _WRAPPER.format(name=name, quiet=patterns))


def run(host: Host, *argv: str, at: int = 0, action: str = "", timeout: float = 30) -> Outcome:
    """Run a script over wrapped tools; at its call number `at` (from 1; 0 for never) `action` happens."""
    host.write("/run/lab/armed", f'[ "$n" -ne {at} ] || {{ {action or ":"}; }}\n')
    host.write("/run/lab/count", "0\n")
    host.write("/run/lab/calls", "")
    start = 'echo $$ >/run/lab/script; exec "$@"'
    done = host.run("/bin/sh", "-c", start, "sh", *argv, timeout=timeout, check=False)
    return Outcome(done, tuple(host.read("/run/lab/calls").splitlines()))
