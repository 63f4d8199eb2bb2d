"""Runs in a lab host: whole transactions from and to random states, beside foreign writers, over reboots and failures.

`python -m tests.kernel.trials NAME EVERY FOLDER` prints what a trial found as JSON; empty when all is well.
A trial that goes from step to step, or from seed to seed, looks at each EVERY-th.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
from random import Random
from typing import Any

from lvsgen.apply import journal as journals
from lvsgen.errors import OperatorError
from lvsgen.host.live import reader
from lvsgen.host.paths import HostPaths
from lvsgen.plan.plan import plan
from lvsgen.state import statefile
from lvsgen.state.hoststate import HostState, ordered
from lvsgen.state.keys import TimeoutName
from lvsgen.state.netfilter import Chain
from lvsgen.state.parts import HostRoute, SyncDaemon, Sysctl, Timeout, VipAddress
from lvsgen.state.scope import Scope, narrow
from tests.kernel import tables
from tests.kernel.matrix import apply, at, difference, forked, look, rollback

PAIRS = 8
PATHS = HostPaths("llc")
BOOT_ID = "/proc/sys/kernel/random/boot_id"
SERVICE = "-t 192.0.2.7:{}"
RULE = "PREROUTING -d 192.0.2.7/32 -p tcp -m tcp --dport {} -j ACCEPT"
_VIPS = tuple(IPv4Address(f"129.129.190.{last}") for last in (54, 55, 99))
_KEYS = (
    "ip_forward",
    "conf/all/send_redirects",
    "conf/eth0/send_redirects",
    "conf/lo/arp_ignore",
    "vs/expire_nodest_conn",
)
_TIMEOUTS: tuple[TimeoutName, ...] = ("tcp", "tcpfin", "udp")
_RULES = (
    "-d 129.129.190.54/32 -j REDIRECT",
    "-d 129.129.190.55/32 -p tcp -m tcp --dport 22 -j REDIRECT --to-ports 2222",
    '-p udp -m udp --dport 53 -m comment --comment "a name" -j ACCEPT',
)


def pairs(folder: Path, every: int) -> list[Any]:
    """From any a, apply b, apply b again, roll back."""
    wrong: list[Any] = []
    for seed in range(0, PAIRS, every):
        draw = Random(seed)
        a, b = state(draw), state(draw)
        _wear(folder, a)
        first = forked(lambda: apply(PATHS, folder, _quiet))
        foreign(draw)
        before = look()
        _wear(folder, b)
        status = forked(lambda: apply(PATHS, folder, _quiet))
        scope = Scope.of(b)
        if left := plan(narrow(reader.read(scope), scope), b):
            wrong.append([seed, "reads back otherwise", repr(left)])
        count, after = len(journals.all_of(PATHS.journals)), look()
        again = forked(lambda: apply(PATHS, folder, _fail))
        if again != 0 or len(journals.all_of(PATHS.journals)) != count or look() != after:
            wrong.append([seed, "the second apply did something", again])
        if status == 10:
            forked(lambda: rollback(PATHS, _quiet))
        if look() != before or first not in (0, 10) or status not in (0, 10):
            wrong.append([seed, first, status, difference(before, look())])
    return wrong


def foreigners(folder: Path, _: int) -> list[Any]:
    """Somebody else adds a service and a rule at every step of a transaction that fails at its last one."""
    count, last = iter(range(1, 1000)), Path("/tmp/meddled")

    def meddle(name: str) -> None:
        number = next(count)
        run(f"ipvsadm -A {SERVICE.format(number)} -s rr && iptables -w 10 -t nat -A {RULE.format(number)}")
        last.write_text(str(number))
        if name == "journal: committed":
            raise OperatorError("made to fail")

    before = look()
    status = forked(lambda: apply(PATHS, folder, meddle))
    lost = []
    for number in range(1, int(last.read_text()) + 1):
        commands = (f"ipvsadm -D {SERVICE.format(number)}", f"iptables -t nat -D {RULE.format(number)}")
        lost += [command for command in commands if not run(command)]
    return [found for found in (status != 4, lost, difference(before, look())) if found]


def stuck(folder: Path, _: int) -> list[Any]:
    """The rollback fails; it says so, and resuming it, once that works again, completes it."""
    before = look()

    def observe(name: str) -> None:
        if name == "journal: committed" or name.startswith("undo: ipvsadm"):
            raise OperatorError("made to fail")

    status = forked(lambda: apply(PATHS, folder, observe))
    half = look() != before
    done = subprocess.run(
        [sys.executable, "-m", "lvsgen", "rollback", "--resume"], capture_output=True, text=True, check=False
    )
    return (
        [] if (status, half, done.returncode, look() == before) == (5, True, 0, True) else [status, half, done.stderr]
    )


def kills_in_the_rollback(folder: Path, every: int) -> list[Any]:
    """KILL at every step of a rollback; resuming completes it."""
    before, index = look(), 0
    while True:
        forked(lambda: apply(PATHS, folder, _quiet))
        status = forked(lambda: rollback(PATHS, at(index, "KILL")))  # noqa: B023 - called at once
        if status != -signal.SIGKILL:
            return [] if index > 5 else [index, status]
        forked(lambda: rollback(PATHS, _quiet))
        if look() != before:
            return [index, difference(before, look())]
        index += every


def reboots(folder: Path, every: int) -> list[Any]:
    """KILL at every step, then another boot id: the kernel is left alone, and the files are as before."""
    wrong: list[Any] = []
    index, status = 0, -9
    while status == -9:
        before = look()
        status = forked(lambda: apply(PATHS, folder, at(index, "KILL")))  # noqa: B023 - called at once
        killed = look()
        run(f"echo {index:08}-other-boot >/tmp/boot && mount --bind /tmp/boot {BOOT_ID}")
        forked(lambda: rollback(PATHS, _quiet, resume=True))
        found = look()
        kernel = [line for line in difference(killed, found) if not line[2:].startswith("/") or "/proc/" in line]
        files = [line for line in difference(before, found) if line[2:].startswith(("/etc", "/usr"))]
        if status == -9 and (kernel or files):
            wrong.append([index, kernel, files])
        run(f"umount {BOOT_ID}")
        index += every
    return wrong


def state(draw: Random) -> HostState:
    """Draw what a host may be."""
    vips, table = draw.sample(_VIPS, draw.randint(0, 3)), tables.table(draw, 4)
    return HostState(
        sysctls=ordered(Sysctl(f"net/ipv4/{key}", draw.choice("01")) for key in draw.sample(_KEYS, 3)),
        addresses=ordered(VipAddress(vip, draw.choice(("eth0", "lo")), "", vip) for vip in vips),
        routes=ordered(HostRoute(vip, "eth0", draw.choice((None, vip))) for vip in vips if draw.random() < 0.7),
        services=table.services,
        destinations=table.destinations,
        timeouts=ordered(Timeout(name, draw.randint(1, 900)) for name in draw.sample(_TIMEOUTS, 2)),
        daemons=(SyncDaemon("backup", "eth0", draw.randint(0, 9)),) if draw.random() < 0.4 else (),
        chains=ordered(_chain(draw, table) for table in draw.sample(("nat", "mangle"), draw.randint(0, 2))),
    )


def foreign(draw: Random) -> None:
    """Let hands be at work, on what is ours and on what is not."""
    for line in draw.sample(HANDS, 4):
        run(line)


HANDS = (
    "ipvsadm -A -t 192.0.2.8:80 -s rr",
    "ipvsadm -a -t 129.129.190.54:22 -r 129.129.190.9 -g -w 7",
    "ipvsadm -C",
    "ip addr add 129.129.190.54/32 dev lo",
    "ip addr del 129.129.190.55/32 dev eth0",
    "ip route add 129.129.190.99/32 dev lo",
    "iptables -t nat -F lvsgen-llc",
    "iptables -t mangle -A lvsgen-llc -j ACCEPT",
    "iptables -t nat -I PREROUTING -d 192.0.2.8 -j ACCEPT",
    "ipvsadm --set 11 12 13",
    "echo 1 >/proc/sys/net/ipv4/ip_forward",
    "echo 0 >/proc/sys/net/ipv4/conf/all/send_redirects",
)


def run(line: str) -> bool:
    """Run a line of sh; tells whether it worked."""
    return subprocess.run(["/bin/sh", "-c", line], capture_output=True, check=False).returncode == 0


def _chain(draw: Random, table: str) -> Chain:
    rules = draw.sample(_RULES, draw.randint(1, 3)) if table == "nat" else [_RULES[2]]
    return Chain(table, "lvsgen-llc", draw.choice(("PREROUTING", "OUTPUT")), tuple(rules))


def _wear(folder: Path, wanted: HostState) -> None:
    """Let out/ say that the host is to be this."""
    file = statefile.read((folder / "state.json").read_bytes())
    (folder / "state.json").write_text(statefile.write(replace(file, state=wanted)))


def _quiet(name: str) -> None:
    """Look on."""


def _fail(name: str) -> None:
    raise OperatorError(f"there should be nothing to do, but: {name}")


TRIALS: dict[str, Callable[..., list[Any]]] = {
    trial.__name__: trial for trial in (pairs, foreigners, stuck, kills_in_the_rollback, reboots)
}


def main(argv: Sequence[str]) -> None:
    """Run one trial."""
    name, every, folder = argv
    json.dump(TRIALS[name](Path(folder), int(every)), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
