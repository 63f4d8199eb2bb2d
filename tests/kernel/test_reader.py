"""A host reads back as what was put there, whoever put it, and twice alike."""

from __future__ import annotations

import json
from ipaddress import IPv4Address
from random import Random

import pytest

from lvsgen.prove.lab import Host, Lab
from lvsgen.state import ipvsrules, statefile
from lvsgen.state.hoststate import HostState, ordered
from lvsgen.state.keys import ServiceKey
from lvsgen.state.netfilter import Chain
from lvsgen.state.parts import Destination, HostRoute, Service, SyncDaemon, Sysctl, Timeout, VipAddress
from lvsgen.state.scope import Scope, narrow
from tests.kernel import guests, tables

VIP = IPv4Address("129.129.190.54")
OTHER = IPv4Address("129.129.190.99")
RIP = IPv4Address("129.129.190.175")
SSH = Service(ServiceKey("tcp", VIP, 22), "rr")

_ROUND_TRIPS = """
import json, subprocess, sys
from lvsgen.state import statefile
from lvsgen.host.live import reader
from lvsgen.state.scope import Scope
from lvsgen.state.statefile import StateFile

scope, states = Scope(exclusive=True), []
for text in json.load(sys.stdin):
    subprocess.run(["ipvsadm", "-C"], check=True)
    subprocess.run(["ipvsadm", "--restore"], input=text.encode(), check=True)
    first, second = reader.read(scope), reader.read(scope)
    assert first == second
    states.append(statefile.write(StateFile("test", "test", first)))
print(json.dumps(states))
"""

_BY_HAND = """
set -e
ipvsadm -A -t 129.129.190.54:22 -s rr
ipvsadm -a -t 129.129.190.54:22 -r 129.129.190.175:22 -g -w 1 -x 10 -y 5
ipvsadm --set 100 20 30
ipvsadm --start-daemon master --mcast-interface eth0 --syncid 7
ipvsadm --start-daemon backup --mcast-interface eth0 --syncid 8 --sync-maxlen 1400 \\
    --mcast-group 224.0.0.99 --mcast-ttl 3
ip addr add 129.129.190.54/32 dev eth0 brd 129.129.190.54 label eth0:1
ip addr add 129.129.190.99/32 dev lo
ip addr add 129.129.190.100/24 dev eth0
ip addr add 10.1.1.1 peer 10.1.1.2/32 dev eth0
ip route add 129.129.190.54/32 dev eth0 src 129.129.190.54
ip route add 129.129.190.99/32 dev eth0
ip route append 129.129.190.99/32 dev eth0 src 129.129.190.54
ip route add 10.5.5.5/32 via 129.129.190.1
ip route add 10.6.6.6/32 dev eth0 metric 5
ip route add blackhole 10.8.8.8/32
iptables -t nat -N lvsgen-llc
iptables -t nat -A lvsgen-llc -d 129.129.190.54 -j REDIRECT
iptables -t nat -A lvsgen-llc -p tcp --dport 80 -m comment --comment "by  hand" -j REDIRECT --to-ports 8080
iptables -t nat -A PREROUTING -j lvsgen-llc
iptables -t nat -A PREROUTING -j lvsgen-llc
iptables -t nat -A OUTPUT -d 129.129.190.54 -j lvsgen-llc
iptables -t mangle -N lvsgen-llc
iptables -t mangle -N lvsgen-other
sysctl -q -w net.ipv4.conf.eth0.arp_ignore=1 net.ipv4.vs.expire_nodest_conn=1
"""

FOUND = HostState(
    sysctls=(
        Sysctl("net/ipv4/conf/eth0/arp_ignore", "1"),
        Sysctl("net/ipv4/ip_local_port_range", "32768 60999"),
        Sysctl("net/ipv4/vs/expire_nodest_conn", "1"),
    ),
    addresses=(VipAddress(VIP, "eth0", "eth0:1", VIP), VipAddress(OTHER, "lo")),
    routes=(HostRoute(VIP, "eth0", VIP), HostRoute(OTHER, "eth0")),
    services=(SSH,),
    destinations=(Destination(SSH.key, RIP, 22, "direct", 1, 10, 5),),
    timeouts=(Timeout("tcp", 100), Timeout("tcpfin", 20), Timeout("udp", 30)),
    daemons=(
        SyncDaemon("backup", "eth0", 8, ("--sync-maxlen", "1400", "--mcast-group", "224.0.0.99", "--mcast-ttl", "3")),
        SyncDaemon("master", "eth0", 7),
    ),
    chains=(
        Chain("mangle", "lvsgen-llc", "PREROUTING", (), 0),
        Chain(
            "nat",
            "lvsgen-llc",
            "PREROUTING",
            (
                "-d 129.129.190.54/32 -j REDIRECT",
                '-p tcp -m tcp --dport 80 -m comment --comment "by  hand" -j REDIRECT --to-ports 8080',
            ),
            2,
        ),
    ),
)

_READ = """
import json, sys
from lvsgen.state import statefile
from lvsgen.errors import OperatorError
from lvsgen.host.live import reader
from lvsgen.state.scope import Scope
from lvsgen.state.statefile import StateFile

scope = Scope.of(statefile.read(sys.stdin.read()).state)
sight, refusal = reader.look(scope), ""
try:
    assert reader.read(scope) == sight.state == reader.read(scope)
except OperatorError as error:
    refusal = str(error)
text = statefile.write(StateFile("test", "test", sight.state))
print(json.dumps([text, sight.foreign, refusal]))
"""


def look(host: Host, named: HostState) -> tuple[HostState, list[str], str]:
    """What the reader sees of a host, of the kinds and names that a state has; and why it would not change it."""
    text = statefile.write(statefile.StateFile("test", "test", named))
    found, foreign, refusal = json.loads(guests.python(host, _READ, stdin=text).stdout)
    return statefile.read(found).state, foreign, refusal


@pytest.mark.parametrize("seeds", [range(12), pytest.param(range(12, 60), marks=pytest.mark.long)], ids=str)
def test_any_table_reads_back_as_it_was_written(cluster: Lab, seeds: range) -> None:
    written = [tables.table(Random(seed)) for seed in seeds]
    texts = ["".join(f"{line}\n" for line in ipvsrules.rules(table)) for table in written]
    done = guests.python(cluster["llclb1"], _ROUND_TRIPS, stdin=json.dumps(texts))
    read = [statefile.read(text).state for text in json.loads(done.stdout)]
    assert done.stderr == ""
    for seed, (was, found) in zip(seeds, zip(written, read, strict=True), strict=True):
        assert found == was, f"seed {seed}"


def test_what_a_hand_has_built_is_read(cluster: Lab) -> None:
    cluster["llclb1"].sh(_BY_HAND)
    state, foreign, refusal = look(cluster["llclb1"], FOUND)
    assert narrow(state, Scope.of(FOUND)) == FOUND
    assert foreign == ["-t nat -A OUTPUT -d 129.129.190.54/32 -j lvsgen-llc"]
    assert refusal == ""


def test_what_the_scope_does_not_name_is_not_asked_for(cluster: Lab) -> None:
    for tool in ("/usr/sbin/ipvsadm", "/usr/sbin/ip", "/usr/sbin/nft"):
        cluster["llc5"].wrap(tool, "#!/bin/sh\nexit 1\n")
    named = HostState(chains=(Chain("nat", "lvsgen-llc", "PREROUTING", ()),))
    assert look(cluster["llc5"], named) == (HostState(), [], "")


def test_writing_ip_forward_widens_what_is_read(cluster: Lab) -> None:
    state, _, _ = look(cluster["llclb1"], HostState(sysctls=(Sysctl("net/ipv4/ip_forward", "1"),)))
    keys = [sysctl.path.removeprefix("net/ipv4/conf/") for sysctl in state.sysctls]
    assert {"all/accept_redirects", "default/forwarding", "eth0/forwarding", "lo/forwarding"} <= set(keys)
    assert "net/ipv4/ip_forward" in keys


def test_services_that_a_state_cannot_say_are_foreign(cluster: Lab) -> None:
    cluster["llclb1"].sh(
        "set -e\n"
        "ipvsadm -A -t 129.129.190.54:22 -s rr\n"
        "ipvsadm -A -f 7 -s rr\n"
        "ipvsadm -A -f 7 -6 -s rr\n"
        "ipvsadm -A -t [2001:db8::1]:80 -s wlc -p 60\n"
        "ipvsadm -a -t [2001:db8::1]:80 -r [::1]:80 -m\n"
        "ipvsadm -A --sctp-service 129.129.190.54:22 -s rr\n"
    )
    named = HostState(
        services=ordered((Service(SSH.key, "rr"), Service(ServiceKey("fwmark", IPv4Address(0), 7), "rr")))
    )
    state, foreign, refusal = look(cluster["llclb1"], named)
    assert state == named
    assert sorted(foreign) == [
        "-A --sctp-service 129.129.190.54:22 -s rr",
        "-A -f 7 -6 -s rr",
        "-A -t [2001:db8::1]:80 -s wlc -p 60",
        "-a -t [2001:db8::1]:80 -r [::1]:80 -m -w 1",
    ]
    assert refusal == ""


@pytest.mark.parametrize("name", ["ours", "theirs"])
def test_an_ipv6_destination_of_our_service_is_refused(cluster: Lab, name: str) -> None:
    cluster["llclb1"].sh(
        "set -e\nipvsadm -A -t 129.129.190.54:22 -s rr\nipvsadm -a -t 129.129.190.54:22 -r [::1]:22 -i -w 3\n"
    )
    port = 22 if name == "ours" else 23
    _, foreign, refusal = look(cluster["llclb1"], HostState(services=(Service(ServiceKey("tcp", VIP, port), "rr"),)))
    assert len(foreign) == 1
    assert refusal == (f"lvsgen could not put this back: {foreign[0]}" if name == "ours" else "")
