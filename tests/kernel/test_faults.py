"""A start or reload that fails, or is hit by a signal, at any of its calls leaves the host as it was found."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator

import pytest

from lvsgen.prove.lab import Host, Lab
from tests.kernel import faults, scenes
from tests.kernel.faults import Call
from tests.kernel.scenes import DIRECTOR, REALSERVER, Built

CHANGING = re.compile(r"(mv|sysctl -w|ip addr (add|del)|ip route (add|del)|ipvsadm --(set|restore)|iptables-restore)\b")

DRIFT = """\
ipvsadm -E -t 129.129.190.54:22 -s wlc -p 60
ipvsadm -e -t 129.129.190.54:22 -r 129.129.190.175 -g -w 4 -x 9 -y 3
ipvsadm -a -t 129.129.190.54:22 -r 129.129.190.200 -g -w 2 -x 5
ipvsadm --set 100 0 0
sysctl -qw net/ipv4/ip_forward=1 net/ipv4/conf/all/accept_redirects=1 net/ipv4/conf/eth0/send_redirects=0
"""
RULE_DRIFT = """\
iptables -t nat -A lvsgen-llc -p tcp --dport 99 -m comment --comment "it's mine" -j REDIRECT --to-ports 100
iptables -t nat -D PREROUTING -j lvsgen-llc
"""


_LEARNED: dict[str, tuple[list[Call], int]] = {}
KINDS = (*faults.FAULTS, "closed output", "reading")
"""Under one shell everything, kind by kind; under the others the same faults by turns."""
IN_SHORT = {"director": "busybox", "realserver": "bash", "first_start": "dash"}
"""What `make test` tries under which shell: every step that changes something, and some of each other kind."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Pair shells with kinds of faults."""
    if "kind" in metafunc.fixturenames:
        name = metafunc.function.__name__
        kinds = ("mixed",) if "first_start" in name else KINDS
        short = next((shell, "spread") for part, shell in IN_SHORT.items() if part in name)
        pairs = [("dash", kind) for kind in kinds] + [("bash", "mixed"), ("busybox", "mixed")]
        long = [pytest.param(*pair, marks=pytest.mark.long) for pair in pairs]
        metafunc.parametrize(("shell", "kind"), [short, *long], ids=["-".join(pair) for pair in (short, *pairs)])


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The example with another VIP, a service more and another weight."""
    text = scenes.example_text().replace("services:", "  new: {address: 129.129.190.55}\nservices:")
    tls = "{vip: new, protocol: tcp, port: 443, scheduler: sh, forward: direct, realservers: {llc6: {weight: 2}}}"
    text = text.replace("services:", f"services:\n  tls: {tls}")
    return scenes.build_text(tmp_path_factory.mktemp("newer"), text)


@pytest.fixture
def drifted(empty_lab: Lab, example: Built, newer: Built, shell: str) -> Callable[[str, str, str], Host]:
    """Makes a fresh host that runs the example, then drifted, then got newer files: a reload has everything to do."""

    def make(name: str, script: str, drift: str) -> Host:
        scenes.build_hosts(empty_lab)
        host = empty_lab[name]
        scenes.install(empty_lab, example, name)
        scenes.use_shell(host, shell)
        host.run(script, "start")
        host.sh(drift)
        scenes.install(empty_lab, newer, name)
        return host

    return make


def test_a_director_reload_with_a_fault_changes_nothing(
    drifted: Callable[[str, str, str], Host], newer: Built, kind: str, shell: str
) -> None:
    director = _try_faults(lambda: drifted("llclb1", DIRECTOR, DRIFT), DIRECTOR, kind, f"director {shell}")
    assert scenes.missing(newer.states["llclb1"], director.snapshot()) == []


def test_a_realserver_reload_with_a_fault_changes_nothing(
    drifted: Callable[[str, str, str], Host], kind: str, shell: str
) -> None:
    realserver = _try_faults(lambda: drifted("llc6", REALSERVER, RULE_DRIFT), REALSERVER, kind, f"realserver {shell}")
    assert [rule for rule in realserver.snapshot()["iptables"] if rule.startswith("-A")] == [
        "-A PREROUTING -j lvsgen-llc",
        "-A lvsgen-llc -d 129.129.190.54/32 -j REDIRECT",
        "-A lvsgen-llc -d 129.129.190.55/32 -j REDIRECT",
    ]


def test_a_first_start_with_a_fault_leaves_nothing_behind(
    empty_lab: Lab, example: Built, shell: str, kind: str
) -> None:
    def fresh() -> Host:
        scenes.build_hosts(empty_lab)
        scenes.install(empty_lab, example, "llclb1")
        scenes.use_shell(empty_lab["llclb1"], shell)
        empty_lab["llclb1"].run("sysctl", "-qw", "net/ipv4/ip_forward=1")
        return empty_lab["llclb1"]

    director = _try_faults(fresh, DIRECTOR, kind, f"first start {shell}")
    assert scenes.missing(example.states["llclb1"], director.snapshot()) == []


def _try_faults(make: Callable[[], Host], script: str, kind: str, situation: str) -> Host:
    """Fault after fault on one host, since each must leave it as found; then, without any, the reload must work."""
    calls, lines = _learn(make, script, situation)
    host = make()
    saboteur = faults.Saboteur(host)
    before = _state(host)
    for call, fault in _faults(calls, kind):
        failed = saboteur.run(call, fault, script, "reload") != 0
        assert (call, fault, failed, _changes(before, host)) == (call, fault, True, [])
    for line in _closings(lines, kind):
        failed = saboteur.run_deaf(line, script, "reload") != 0
        changes = _changes(before, host)
        if not failed and changes:  # the reader left so late that all was said and done
            break
        assert (line, failed, changes) == (line, True, [])
    host.run(script, "reload")
    return host


def _learn(make: Callable[[], Host], script: str, situation: str) -> tuple[list[Call], int]:
    """The calls that a reload makes, and how many lines it prints; the same in the same situation."""
    if situation not in _LEARNED:
        _LEARNED[situation] = _look_on(make(), script)
    return _LEARNED[situation]


def _look_on(host: Host, script: str) -> tuple[list[Call], int]:
    saboteur = faults.Saboteur(host)
    calls = saboteur.calls(script, "reload")
    assert any(CHANGING.match(str(call)) for call in calls)
    return calls, len(saboteur.said)


def _faults(calls: list[Call], kind: str) -> Iterator[tuple[Call, str]]:
    """One kind of fault at every call that changes something; "reading": a failure at all others; "mixed": by turns.

    "spread" is mixed, and a failure at the first call of each tool that only reads.
    """
    turns, tools = itertools.cycle(faults.FAULTS), set[str]()
    for call in calls:
        changing = bool(CHANGING.match(str(call)))
        if changing and kind not in ("reading", "closed output"):
            yield call, next(turns) if kind in ("mixed", "spread") else kind
        elif not changing and (kind == "reading" or (kind == "spread" and call.tool not in tools)):
            tools.add(call.tool)
            yield call, "before"


def _closings(lines: int, kind: str) -> Iterable[int]:
    """After how many lines the output is closed."""
    if kind == "spread":
        return (0, lines // 2, lines - 1)
    return range(lines if kind in ("closed output", "mixed") else 0)


def _state(host: Host) -> scenes.Snapshot:
    """What a snapshot holds, and the files that a script writes."""
    files = host.sh("ls -A /var/run; cat /var/run/lvsgen-llc.state 2>/dev/null; true").stdout
    return host.snapshot() | {"files": [line for line in files.splitlines() if line not in ("xtables.lock", "lab")]}


def _changes(before: scenes.Snapshot, host: Host) -> list[str]:
    return scenes.differences(before, _state(host))
