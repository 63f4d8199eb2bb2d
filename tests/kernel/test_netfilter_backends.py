"""Each way to write netfilter rules ends in the same; what python-iptables cannot say goes through iptables-restore."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lvsgen.prove.lab import MACHINE, Lab
from tests.kernel import guests

TOP = Path(__file__).parents[2]

_CHAINS = """
import json, os
from lvsgen.apply.system import System
from lvsgen.state.netfilter import Chain
from lvsgen.host.live import netfilter
from lvsgen.plan.operation import Add, Change, Remove

rules = (
    "-d 192.0.2.1/32 -j REDIRECT",
    "-d 192.0.2.2/32 -p tcp -m tcp --dport 22 -j REDIRECT --to-ports 2222",
    '-p udp -m udp --dport 53 -m comment --comment "a name" -j ACCEPT',
)
odd = "! -d 192.0.2.3/32 -j ACCEPT"
steps = [
    (None, Chain("nat", "lvsgen-x", "PREROUTING", rules)),
    (Chain("nat", "lvsgen-x", "PREROUTING", rules), Chain("nat", "lvsgen-x", "OUTPUT", rules[:1], 2)),
    (Chain("nat", "lvsgen-x", "OUTPUT", rules[:1], 2), Chain("nat", "lvsgen-x", "OUTPUT", (odd,))),
]
found = []
os.system("iptables -t nat -A PREROUTING -d 192.0.2.9 -j ACCEPT")
with open("/tmp/running", "w") as running:
    for before, after in steps:
        for step in System(running.fileno()).steps([Change(before, after) if before else Add(after)]):
            step.do()
        read = netfilter.chains([after.key]).chains
        found.append([step.name, read == (after,), repr(read)])
    for others in ((odd,), rules[2:]):
        pair = Chain("nat", "lvsgen-y", "PREROUTING", rules[:1]), Chain("mangle", "lvsgen-y", "PREROUTING", others)
        for step in System(running.fileno()).steps([Add(chain) for chain in pair]):
            step.do()
        read = netfilter.chains([chain.key for chain in pair]).chains
        found.append([step.name, set(read) == set(pair), repr(read)])
        for step in System(running.fileno()).steps([Remove(chain) for chain in pair]):
            step.do()
    for step in System(running.fileno()).steps([Remove(after)]):
        step.do()
found.append([step.name, netfilter.chains([after.key]).chains == (), os.popen("iptables-save -t nat").read()])
print(json.dumps(found))
"""

_TABLES = """
import os, sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from lvsgen.apply import executor
from lvsgen.host import lock
from lvsgen.apply.change import Change
from lvsgen.host.paths import HostPaths
from lvsgen.state.hoststate import HostState
from lvsgen.state.keys import TableKey
from lvsgen.state.netfilter import NftTable
from lvsgen.host.live import reader
from lvsgen.plan import plan
from lvsgen.state.scope import Scope, narrow

top = Path(sys.argv[1])
paths = HostPaths("web", top / "run", top / "state", top / "root")
(top / "run").mkdir()
scope = Scope(frozenset({TableKey("ip", "lvsgen-web"), TableKey("ip", "lvsgen-old")}))

def state():
    return narrow(reader.read(scope), scope)

def apply(tables, observe):
    target = HostState(tables=tables)
    change = Change(lock.boot_id(), "web", "web1", "now", "s", scope, state(), target, target)
    return executor.apply(paths, lambda: change, observe)[-1].result.name

def body(*addresses):
    return ("chain prerouting {", "type nat hook prerouting priority dstnat; policy accept;",
            *(f"ip daddr {address} redirect" for address in addresses), "}")

one = (NftTable("ip", "lvsgen-old", body("192.0.2.1")), NftTable("ip", "lvsgen-web", body("192.0.2.1")))
two = (NftTable("ip", "lvsgen-web", body("192.0.2.1", "192.0.2.2")),)
steps = []
assert apply(one, steps.append) == "DONE"
assert state().tables == one, state()
for at in range(5):
    count = iter(range(99))
    def fail(name):
        if next(count) == at:
            raise OSError("made to fail")
    assert apply(two, fail) == "UNDONE", at
    assert state().tables == one, at
assert apply(two, steps.append) == "DONE"
assert state().tables == two
assert executor.rollback(paths, steps.append).result.name == "UNDONE"
assert state().tables == one
print(len(steps))
"""


@pytest.mark.parametrize("way", ["python-iptables", "iptables-restore"])
def test_chains_are_written_alike(cluster: Lab, way: str) -> None:
    found = importlib.util.find_spec("iptc")
    assert found, "python-iptables is not installed: make test does that, or: pip install 'lvsgen[apply]'"
    assert found.origin
    paths = [f"{MACHINE}{TOP}", f"{MACHINE}{Path(found.origin).parents[1]}"]
    program = _CHAINS if way == "python-iptables" else _CHAINS.replace(").steps", ", False).steps")
    environment = {"PYTHONPATH": ":".join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
    done = cluster["llc5"].run(guests.PYTHON, "-c", program, env=environment, timeout=120)
    *steps, last = json.loads(done.stdout)
    for name, same, read in steps:
        assert (name.split()[0].rstrip(":"), same) == (way, True), read
    assert last[1]
    assert "-A PREROUTING -d 192.0.2.9/32 -j ACCEPT" in last[2]


def test_tables_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    argv = ["unshare", "-rn", sys.executable, "-c", _TABLES, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TOP), os.environ.get("PYTHONPATH", "")])}
    run = subprocess.run(argv, capture_output=True, text=True, check=False, env=environment)
    assert (run.returncode, run.stderr) == (0, "")
