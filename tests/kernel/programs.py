"""Count the programs that a command starts in a host: the kernel's own accounting writes a record of each that ends."""

from __future__ import annotations

import json
from collections import Counter

from lvsgen.prove.lab import Host
from tests.kernel import guests

_ACCOUNTED = r"""
import collections, ctypes, json, pathlib, subprocess, sys
FORKED = 1  # the flag of a process that never became another program: a subshell
file = pathlib.Path("/tmp/accounted")
file.write_bytes(b"")
kernel = ctypes.CDLL(None)
assert kernel.acct(bytes(file)) == 0
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
assert kernel.acct(None) == 0
data = file.read_bytes()[:-64]  # the last record is of this program itself
records = [data[at : at + 64] for at in range(0, len(data), 64)]
names = (record[36:53].split(b"\0")[0].decode() for record in records if not record[0] & FORKED)
print(json.dumps(collections.Counter(names)))
sys.exit(done.stdout + done.stderr if done.returncode else 0)
"""
"""A record has 64 bytes (acct(5), version 2): flags in its first, the program's name from the 36th on."""


def started(host: Host, *argv: str) -> Counter[str]:
    """Run a command in a host and count by name what was started, itself included; CommandError when it fails."""
    return Counter(json.loads(guests.python(host, _ACCOUNTED, *argv).stdout))
