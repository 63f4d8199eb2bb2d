"""What the tests of the scripts share: a built cluster on lab hosts, and comparisons with what was asked for."""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lvsgen import build
from lvsgen.load import load
from lvsgen.lower.lower import lower
from lvsgen.prove.lab import MACHINE, Done, Host, Lab
from lvsgen.prove.topology import cluster
from lvsgen.state.hoststate import HostState
from lvsgen.state.ipvsrules import rules

VIP = "129.129.190.54"
SSH = 22
HOSTS = ("llclb1", "llc5", "llc6")
DIRECTOR = "/usr/local/sbin/lvs-director"
REALSERVER = "/usr/local/sbin/lvs-realserver"
EXAMPLE = Path(__file__).parents[2] / "examples" / "llclb1.yaml"

AS_THE_PAGE_SAYS = """awk 'sub("^(common/)?rootfs/", "/", $3) { print "chmod", $1, $3, "&& chown", $2, $3 }'"""

PATHS = "/var/run /var/lib/lvsgen /tmp /etc/lvsgen /etc/rc.d /usr/local/sbin"
FILES = f"find -H {PATHS} ! -name xtables.lock ! -type d -printf '%p %m %U:%G %s %T@ %l\\n' 2>/dev/null | sort"

Snapshot = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Built:
    """A description that was built: out/<cluster>, and the states it stands for."""

    folder: Path
    states: dict[str, HostState]


def build_text(folder: Path, text: str) -> Built:
    """Build a description given as text, below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "cluster.yaml"
    file.write_text(text)
    loaded = load(file)
    build.build([loaded], folder / "out")
    cluster = loaded.cluster
    states = {name: lowered.state for name, lowered in lower(cluster).items()}
    return Built(folder / "out" / cluster.cluster, states)


def example_text() -> str:
    """The description of the document's cluster, for tests to change."""
    return EXAMPLE.read_text()


def use_shell(host: Host, shell: str) -> None:
    """Let /bin/sh of a host be another shell; the file behind it is dash's."""
    if shell != "dash":
        host.run("mount", "--bind", f"/bin/{shell}", "/bin/dash")


def build_hosts(lab: Lab) -> None:
    """Make client, gateway, llclb1, llc5 and llc6 anew, with nothing of lvsgen on them."""
    realservers = {"llc5": "129.129.190.175", "llc6": "129.129.190.176"}
    lab.build(cluster(("llclb1", "129.129.190.53"), realservers, gateway="129.129.190.1", flavour="el"))


def install(lab: Lab, built: Built, *names: str) -> None:
    """Copy the built files to the hosts, all of them unless some are named."""
    for name in names or HOSTS:
        source = f"{MACHINE}{built.folder / name}"
        copy(lab[name], built, name)
        lab[name].sh(f"{AS_THE_PAGE_SAYS} {source}/FILES | sh -e")


def copy(host: Host, built: Built, name: str) -> None:
    """Copy the built files to a host as they are in out/."""
    for rootfs in (built.folder / "common/rootfs", built.folder / name / "rootfs"):
        if rootfs.is_dir():
            host.run("rsync", "-rlEK", f"{MACHINE}{rootfs}/", "/")


def start_all(lab: Lab) -> None:
    """Bring the cluster up in the order of its review page, and let ssh answer on the realservers."""
    for name in ("llc5", "llc6"):
        lab[name].serve(SSH)
        lab[name].run("/etc/rc.d/init.d/lvs", "start")
    lab["llclb1"].run("/etc/rc.d/init.d/lvs-director", "start")


def differences(before: Snapshot, after: Snapshot) -> list[str]:
    """The lines by which two snapshots differ; connection counts are nobody's state."""
    found = []
    for part in before:
        if part != "thresholds":
            found += [line for line in difflib.ndiff(before[part], after[part]) if line[0] in "+-"]
    return found + _limits(before, after)


def _limits(before: Snapshot, after: Snapshot) -> list[str]:
    listed = [[line.split()[:4] for line in snapshot["thresholds"]] for snapshot in (before, after)]
    return [] if listed[0] == listed[1] else [f"thresholds: {listed}"]


def everything(host: Host) -> Snapshot:
    """The kernel's state, and every file that a verb could touch, with its time of change."""
    return host.snapshot() | {"files": host.sh(FILES).stdout.splitlines()}


def missing(state: HostState, live: Snapshot) -> list[str]:
    """What of a director's state is not live, or is live otherwise; the table must be equal as a whole."""
    found = [line for line in difflib.ndiff(list(rules(state)), live["table"]) if line[0] in "+-"]
    for vip in state.addresses:
        words = f" {vip.device}    inet {vip.address}/32 brd {vip.broadcast} scope global {vip.label}\\"
        found += [] if any(words in line for line in live["addresses"]) else [words]
    for route in state.routes:
        words = f"{route.address} dev {route.device} scope link src {route.source} "
        found += [] if words in live["routes"] else [words]
    for sysctl in state.sysctls:
        words = f"{sysctl.path} = {sysctl.value}"
        found += [] if words in live["sysctls"] else [words]
    return found


def silent(done: Done) -> bool:
    """Did a command end well and without a word?"""
    return done == Done(0, "", "")


def run_script(host: Host, *argv: str) -> Done:
    """Run a script, whatever its status."""
    return host.run(*argv, check=False, timeout=180)


def until(true: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for something to be so; a failure when it is not in time."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)
