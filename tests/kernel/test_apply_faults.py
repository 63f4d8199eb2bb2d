"""A transaction that meets any fault at any of its steps leaves the host as it was, or as desired; never between."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from lvsgen.prove.lab import Host, Lab
from lvsgen.state import statefile
from lvsgen.state.hoststate import HostState
from lvsgen.state.keys import ServiceKey
from lvsgen.state.netfilter import Chain
from lvsgen.state.parts import Destination, HostRoute, Service, SyncDaemon, Sysctl, Timeout, VipAddress
from tests.kernel import guests
from tests.kernel.matrix import FAULTS, TURNS

TOP = Path(__file__).parents[2]
OUT = TOP / "out"
OLD, NEW, BOTH = (IPv4Address(f"129.129.190.{last}") for last in (54, 55, 56))
RIPS = tuple(IPv4Address(f"129.129.190.{last}") for last in (175, 176, 177))

DRIFT = """\
ip addr del 129.129.190.54/32 dev eth0
ip addr add 129.129.190.54/32 dev eth0 brd 129.129.190.54 label eth0:1 metric 7 noprefixroute
ip route add 129.129.190.54/32 dev eth0 src 129.129.190.54 mtu 1400 advmss 1300 proto static
ip route change default via 129.129.190.1 src 129.129.190.54
ip route add 10.1.0.0/24 src 129.129.190.54 nexthop via 129.129.190.1 weight 2 nexthop via 129.129.190.2
ip route append 10.1.0.0/24 via 129.129.190.1
ip nexthop add id 5 via 129.129.190.1 dev eth0
ip route add 10.2.0.0/24 nhid 5 src 129.129.190.54
ip route add 10.3.0.0/24 via 129.129.190.1 src 129.129.190.54 table 100
ip route add 10.4.0.0/24 via 129.129.190.1 src 129.129.190.56
ipvsadm -E -t 129.129.190.56:22 -s wlc -p 60
ipvsadm -e -t 129.129.190.56:22 -r 129.129.190.175 -g -w 4 -x 9 -y 3
ipvsadm -A -u 129.129.190.99:53 -s rr
iptables -t nat -A lvsgen-llc -p tcp --dport 99 -m comment --comment "it's mine" -j REDIRECT --to-ports 100
iptables -t nat -I PREROUTING -d 192.0.2.9 -j ACCEPT
iptables -t nat -A PREROUTING -j lvsgen-llc
sysctl -qw net/ipv4/conf/all/accept_redirects=0
mkdir -p /etc/rc.d/rc3.d /etc/rc.d/rc6.d
ln -s ../init.d/lvs-director /etc/rc.d/rc3.d/K05lvs-director
echo "# somebody's own" >/usr/local/sbin/lvs-director
chmod 700 /usr/local/sbin/lvs-director
touch -d 2001-02-03T04:05:06.789 /usr/local/sbin/lvs-director /etc/lvsgen/llc/host
"""
"""What hands did to the host after the older state was applied."""

SMALL = """\
set -e
for place in /var/lib/lvsgen /usr/local/sbin /etc/lvsgen /etc/rc.d; do
    size=300k; if [ $place = /var/lib/lvsgen ]; then size=4m; fi
    cp -a $place /tmp/was
    mount -t tmpfs -o size=$size,mode=755 none $place
    cp -a /tmp/was/. $place
    rm -r /tmp/was
done
mount -o remount,size=300k /run
"""
"""Filesystems that a test can fill."""

LABEL = """
import os
from tests.kernel import matrix
for path in matrix.NAMES:
    os.setxattr(path, "security.selinux", b"system_u:object_r:bin_t:s0\\0")
    os.setxattr(path, "trusted.note", b"mine")
matrix.link()
"""
"""Labels, attributes and second names of files."""


def _key(vip: IPv4Address) -> ServiceKey:
    return ServiceKey("tcp", vip, 22)


def _targets(vip: IPv4Address, *weights: tuple[IPv4Address, int]) -> tuple[Destination, ...]:
    return tuple(Destination(_key(vip), rip, 22, "direct", weight) for rip, weight in weights)


OLDER = HostState(
    sysctls=(Sysctl("net/ipv4/conf/all/send_redirects", "1"), Sysctl("net/ipv4/conf/eth0/send_redirects", "0")),
    addresses=(VipAddress(OLD, "eth0", "eth0:1", OLD), VipAddress(BOTH, "eth0", "eth0:2")),
    routes=(HostRoute(OLD, "eth0", OLD),),
    services=(Service(_key(OLD), "rr"), Service(_key(BOTH), "rr")),
    destinations=(*_targets(OLD, (RIPS[0], 1), (RIPS[1], 1)), *_targets(BOTH, (RIPS[0], 1), (RIPS[1], 1))),
    timeouts=(Timeout("tcp", 3600),),
    daemons=(SyncDaemon("backup", "eth0", 7),),
    chains=(
        Chain("mangle", "lvsgen-old", "PREROUTING", ("-d 192.0.2.1/32 -j ACCEPT",)),
        Chain("nat", "lvsgen-llc", "PREROUTING", ("-d 129.129.190.54/32 -j REDIRECT",)),
    ),
)
NEWER = HostState(
    sysctls=(Sysctl("net/ipv4/conf/all/send_redirects", "0"), Sysctl("net/ipv4/ip_forward", "1")),
    addresses=(VipAddress(NEW, "eth0", "eth0:1", NEW), VipAddress(BOTH, "eth0", "eth0:2")),
    routes=(HostRoute(NEW, "eth0", NEW),),
    services=(Service(_key(NEW), "wlc"), Service(_key(BOTH), "sh")),
    destinations=(*_targets(NEW, (RIPS[2], 3)), *_targets(BOTH, (RIPS[0], 2), (RIPS[2], 1))),
    timeouts=(Timeout("tcpfin", 77), Timeout("udp", 88)),
    daemons=(SyncDaemon("master", "eth0", 7),),
    chains=(
        Chain("mangle", "lvsgen-new", "PREROUTING", ("-d 192.0.2.2/32 -j ACCEPT",)),
        Chain("nat", "lvsgen-llc", "PREROUTING", ("-d 129.129.190.55/32 -j REDIRECT",)),
    ),
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The out/ folders of the older and the newer state."""
    older, newer = (_output(tmp_path_factory.mktemp("out") / "llc" / "llclb1", state) for state in (OLDER, NEWER))
    script = newer / "rootfs/usr/local/sbin/lvs-director"
    script.write_text(f"{script.read_text()}# newer\n")
    return older, newer


def _output(folder: Path, state: HostState) -> Path:
    """What the repository has for the director, with another state."""
    shutil.copytree(OUT / "llc" / "llclb1", folder)
    shutil.copytree(OUT / "llc" / "common", folder.parent / "common")
    file = statefile.read((folder / "state.json").read_bytes())
    (folder / "state.json").write_text(statefile.write(replace(file, state=state)))
    return folder


@pytest.fixture
def drifted(cluster: Lab, folders: tuple[Path, Path]) -> Host:
    """A director on which the older state was applied, and then hands were at work."""
    host = cluster["llclb1"]
    guests.python(
        host,
        "import sys, pathlib; from tests.kernel.matrix import *; "
        "assert apply(HostPaths('llc'), pathlib.Path(sys.argv[1]), print) == 10",
        guests.folder(folders[0]),
    )
    host.sh(SMALL)
    host.sh(DRIFT)
    guests.python(host, LABEL)
    return host


WHOLE = tuple(
    pytest.param(faults, marks=pytest.mark.long) for faults in (FAULTS[:2], FAULTS[2:4], FAULTS[4:5], FAULTS[5:])
)


@pytest.mark.parametrize("faults", [(TURNS,), *WHOLE], ids=" ".join)
def test_any_fault_at_any_step_leaves_the_host_as_it_was(
    drifted: Host, folders: tuple[Path, Path], faults: tuple[str, ...]
) -> None:
    begun = time.monotonic()
    argv = (guests.PYTHON, "-m", "tests.kernel.matrix", guests.folder(folders[1]), *faults)
    done = drifted.run(*argv, env=guests.environment(), timeout=1500)
    found = json.loads(done.stdout)
    steps = found["steps"]
    print(*steps, sep="\n")
    print(f"{len(steps)} steps x {' '.join(faults)} in {time.monotonic() - begun:.0f} s; loose: {found['loose']}")
    assert found["wrong"] == []
    assert found["loose"].get("between", 0) == 0
    assert done.stderr == ""
    for kind in ("sysctl", "--set", "--restore", "ip -batch", "daemon", "file", "ip route prepend"):
        assert any(kind in step for step in steps), kind
    assert f"{len(steps)} steps x {len(FAULTS)} faults" in (TOP / "docs/apply.md").read_text(), "the figure in the docs"


REPEATED = [(trial, every) for every in (4, 1) for trial in ("kills_in_the_rollback", "reboots")]


@pytest.mark.parametrize(
    ("trial", "every"),
    [
        ("foreigners", 1),
        ("stuck", 1),
        *REPEATED[:2],
        *(pytest.param(*one, marks=pytest.mark.long) for one in REPEATED[2:]),
    ],
)
def test_a_trial_finds_nothing_wrong(drifted: Host, folders: tuple[Path, Path], trial: str, every: int) -> None:
    assert _trial(drifted, trial, every, guests.folder(folders[1])) == []


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.long)])
def test_from_any_state_to_any_other_and_back(cluster: Lab, folders: tuple[Path, Path], every: int) -> None:
    host = cluster["llclb1"]
    host.run("mkdir", "/var/tmp/llc")
    for name in ("llclb1", "common"):
        host.run("cp", "-r", guests.folder(folders[1].with_name(name)), f"/var/tmp/llc/{name}")
    assert _trial(host, "pairs", every, "/var/tmp/llc/llclb1") == []


def _trial(host: Host, name: str, every: int, folder: str) -> object:
    argv = (guests.PYTHON, "-m", "tests.kernel.trials", name, str(every), folder)
    done = host.run(*argv, env=guests.environment(), timeout=1500)
    assert done.stderr == ""
    return json.loads(done.stdout)
