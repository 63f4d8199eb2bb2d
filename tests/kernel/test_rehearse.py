"""A rehearsal in a real kernel: it finds what the kernel would refuse, and leaves the host as it is."""

from __future__ import annotations

import json

from lvsgen.prove.lab import Host, Lab
from tests.kernel import guests, scenes
from tests.kernel.scenes import DIRECTOR, Built

_REHEARSALS = """
import json, sys
from dataclasses import replace
from ipaddress import IPv4Address
from lvsgen.state import statefile
from lvsgen.apply import rehearse
from lvsgen.errors import OperatorError
from lvsgen.state.hoststate import *
from lvsgen.host.live import reader
from lvsgen.state.scope import Scope, narrow

wanted = statefile.read(open(sys.argv[1]).read()).state
said = {}
exec(sys.stdin.read())
for name, desired in cases(wanted).items():
    scope = Scope.of(wanted, desired)
    try:
        rehearse.rehearse(narrow(reader.read(scope), scope), desired, scope)
        said[name] = ""
    except OperatorError as error:
        said[name] = str(error)
print(json.dumps(said))
"""

_DIRECTOR_CASES = """
def cases(wanted):
    ssh, = wanted.services
    vip, = wanted.addresses
    first, second = wanted.destinations
    with_service = lambda **changes: replace(wanted, services=(replace(ssh, **changes),))
    to = lambda *parts: replace(wanted, destinations=ordered(parts))
    with_first = lambda **changes: to(replace(first, **changes), second)
    other = IPv4Address("10.0.0.1")
    daemons = (SyncDaemon("backup", "eth0", 8), SyncDaemon("master", "eth0", 7, ("--sync-maxlen", "1400")))
    return {
        "as it is": wanted,
        "nothing": HostState(),
        "forwarding": replace(wanted, sysctls=(Sysctl("net/ipv4/ip_forward", "1"),)),
        "daemons": replace(wanted, daemons=daemons),
        "more": replace(with_service(scheduler="wlc", persistence=300), destinations=(replace(first, weight=7),)),
        "no such scheduler": with_service(scheduler="best"),
        "thresholds": with_first(upper=5, lower=9),
        "broadcast": with_first(address=IPv4Address("129.129.190.255")),
        "two methods": to(first, replace(first, port=2222, forward="direct")),
        "no such device": replace(wanted, addresses=(replace(vip, device="eth7"),)),
        "no such source": replace(wanted, routes=(HostRoute(other, "eth0", IPv4Address("10.0.0.2")),)),
        "no such setting": replace(wanted, sysctls=(Sysctl("net/ipv4/vs/speed", "9"),)),
        "no such value": replace(wanted, sysctls=(Sysctl("net/ipv4/ip_forward", "yes"),)),
    }
"""

_DIRECTOR_SAYS = {
    "as it is": "",
    "nothing": "",
    "forwarding": "",
    "daemons": "",
    "more": "",
    "no such scheduler": "tcp 129.129.190.54:22: scheduler from rr to best: Scheduler or persistence engine not found",
    "thresholds": "tcp 129.129.190.54:22: upper of 129.129.190.175:22 from 0 to 5",
    "broadcast": "tcp 129.129.190.54:22: add 129.129.190.255:22, direct, weight 1",
    "two methods": "tcp 129.129.190.54:22: add 129.129.190.175:2222",
    "no such device": 'VIP 129.129.190.54 on eth7: up: Cannot find device "eth7"',
    "no such source": "route to 10.0.0.1 on eth0 from 10.0.0.2: add: ",
    "no such setting": "this kernel has no net/ipv4/vs/speed",
    "no such value": "sysctl net/ipv4/ip_forward: from 0 to yes",
}


def rehearsed(host: Host, built: Built, cases: str) -> dict[str, str]:
    """What rehearsals of several changes said, by name; they must not change the host."""
    before = host.snapshot()
    state = guests.folder(built.folder / host.name / "state.json")
    done = guests.python(host, _REHEARSALS, state, stdin=cases)
    assert done.stderr == ""
    assert scenes.differences(before, host.snapshot()) == []
    return dict(json.loads(done.stdout))


def test_what_a_director_would_refuse_is_refused_before(cluster: Lab, example: Built) -> None:
    scenes.install(cluster, example)
    director = cluster["llclb1"]
    director.run(DIRECTOR, "start")
    director.sh("ipvsadm -A -t 129.129.190.99:80; ip addr add 129.129.190.99/32 dev lo")
    said = rehearsed(director, example, _DIRECTOR_CASES)
    assert said.keys() == _DIRECTOR_SAYS.keys()
    for name, words in _DIRECTOR_SAYS.items():
        assert said[name] == words if words == "" else words in said[name], f"{name}: {said[name]}"


def test_interfaces_of_others_may_have_any_name_that_the_kernel_takes(cluster: Lab, example: Built) -> None:
    """And what follows ip_forward on them comes back, too."""
    director = cluster["llclb1"]
    program = """
import subprocess
ip = lambda *words: subprocess.run(["ip", *words], check=True)
names = (b"dev", b"up", b'"q', b"#x", b"a\\\\b", b"-x", b"type", b"\\xc3\\xbc", b"\\xff", b"it's")
for last, name in enumerate(names, 1):
    ip("link", "add", "name", name, "type", "dummy")
    ip("link", "set", "dev", name, "up")
    ip("addr", "add", f"10.{last}.0.1/24", "dev", name)
    ip("route", "add", f"10.{last}.9.0/24", "dev", name)
ip("link", "property", "add", "dev", "dev", "altname", "link")
"""
    guests.python(director, program)
    out = guests.folder(example.folder.parent)
    before = director.snapshot()
    done = guests.lvsgen(director, "apply", "--out", out)
    assert (done.status, done.stderr) == (0, "")
    assert "rehearsed: the kernel does it" in done.stdout
    assert guests.lvsgen(director, "rollback").status == 0
    assert scenes.differences(before, director.snapshot()) == []
