"""The planner of the scripts, in awk, says what plan() says: from any state to any other, the same commands."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings

from lvsgen.host import record
from lvsgen.plan.commands import commands
from lvsgen.plan.plan import plan
from lvsgen.render import facts, templates
from lvsgen.state.hoststate import HostState, ordered
from lvsgen.state.parts import Destination, Sysctl, Timeout, VipAddress
from lvsgen.state.scope import Scope, narrow
from tests import printed, states
from tests.tiers import many

PLANNER = templates.fill("engine/planner.awk.j2")
AWKS = ("mawk", "busybox awk", "original-awk", "gawk --traditional")
SIDES = ("addresses", "routes", "timeouts", "daemons", "listed", "saved", "chains", "tables")


@dataclass(frozen=True)
class Told:
    """What the planner makes of a host: each command with what it reads, as one text, and the files it wrote."""

    answer: str
    commands: tuple[str, ...]
    files: dict[str, str]


def ask(awk: str, wanted: str, live: HostState, before: str, *, verb: str = "start") -> Told:
    """Ask the planner about a host that is as `live` says."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for listing, text in printed.listings(live).items():
            (work / listing).write_text(text)
        printed.proc(live, work / "proc/sys")
        conf = work / "proc/sys/net/ipv4/conf"
        (work / "devices").write_text("".join(f"{conf}/{path.name}\n" for path in sorted(conf.iterdir())))
        (work / "facts").write_text(wanted)
        (work / "record").write_text(before)
        variables = {"mode": "first", "verb": verb, "work": name, "plan": f"{name}/plan.1", "boot": printed.BOOT}
        variables |= {"name": "lvs-director", "root": name, "asked": " ".join(SIDES)}
        given = [word for pair in variables.items() for word in ("-v", "=".join(pair))]
        sides = [word for side in ("record", "facts", "devices", *SIDES) for word in (f"side={side}", f"{name}/{side}")]
        argv = [*awk.split(), *given, PLANNER, *sides]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
        files = {path.name: path.read_text() for path in work.iterdir() if path.is_file()}
        return Told(done.stdout.strip(), tuple(_joined(_commands(files))), files)


def _joined(commands: Iterator[str]) -> Iterator[str]:
    """Join batches of ipvsadm: scripts look between additions and deletions whether the kernel took them."""
    for is_batch, group in groupby(commands, key=lambda command: command.startswith(f"{_RESTORE}\n")):
        if is_batch:
            yield f"{_RESTORE}\n" + "".join(command.removeprefix(f"{_RESTORE}\n") for command in group)
        else:
            yield from group


_RESTORE = "ipvsadm --restore"


def _commands(files: dict[str, str]) -> Iterator[str]:
    for line in files.get("plan.1", "").splitlines():
        what, *words = line.split("\t")
        if what == "run":
            yield words[0]
        elif what == "feed":
            yield f"{words[1]}\n{files[f'batch.{words[0]}']}"


def recorded(*lines: str) -> str:
    """Write a record of this boot."""
    return "".join(f"{line}\n" for line in (f"boot\t{printed.BOOT}", *sorted(lines)))


def expected(current: HostState, desired: HostState) -> tuple[str, ...]:
    """Say by plan() what the planner has to say."""
    return tuple(
        f"{_words(command.argv)}\n{command.stdin}" if command.stdin else _words(command.argv)
        for command in commands(plan(current, desired))
    )


def _words(argv: tuple[str, ...]) -> str:
    text = " ".join(argv)
    if argv[:3] == ("ip", "addr", "add"):
        return re.sub(r"( brd \S+)( dev \S+)", r"\2\1", text)
    return text


def _keys(state: HostState) -> Iterator[str]:
    return (str(part.key) for part in state if not isinstance(part, Sysctl | Timeout | Destination))


def _readable(state: HostState, desired: HostState) -> HostState:
    """Give it what every kernel has, and take what no listing says: the hook of a chain to which nothing jumps."""
    there = {part.path: "0" for part in desired.sysctls} | printed.settings(state)
    seconds = {Timeout(name, value).key: Timeout(name, value) for name, value in printed.USUAL_TIMEOUTS.items()}
    seconds |= {part.key: part for part in state.timeouts}
    chains = (chain if chain.jumps else replace(chain, hook="PREROUTING") for chain in state.chains)
    return replace(
        state,
        sysctls=ordered(Sysctl(key, value) for key, value in there.items()),
        timeouts=ordered(seconds.values()),
        chains=ordered(chains),
    )


@pytest.mark.parametrize("awk", AWKS)
@settings(max_examples=many(400), deadline=None)
@given(current=states.states(), desired=states.states())
def test_the_planner_says_what_plan_says(awk: str, current: HostState, desired: HostState) -> None:
    live = _readable(current, desired)
    before = recorded("put\tformat-2", *(f"put\t{key}" for key in _keys(live)))
    told = ask(awk, "".join(f"{line}\n" for line in (*facts.lines(desired), "end")), live, before)
    here = Scope.of(desired) | Scope.of(replace(live, sysctls=(), timeouts=()))
    seen, earlier = narrow(live, here), record.parse(before, printed.BOOT)
    assert told.commands == expected(seen, desired), told
    assert told.files["planned"] == record.render(record.planned(earlier, desired, seen))
    assert told.files["settled"] == record.render(record.settled(earlier, desired, seen))


ROUTES = (
    "default via 192.0.2.254 dev eth0 src 192.0.2.80 ",
    "10.1.0.0/16 via 192.0.2.254 dev eth0 src 192.0.2.80 linkdown ",
    "10.2.0.0/16 dev eth0 scope link src 192.0.2.80 mtu lock 1400 rto_min lock 200ms ",
    "10.3.0.0/16  encap ip id 5 src 0.0.0.0 dst 10.0.0.3 ttl 0 tos 0 via 192.0.2.254 dev eth0 src 192.0.2.80 ",
    "10.4.0.0/16 nhid 7 via inet6 fe80::1 dev eth0 table 7 src 192.0.2.80 ",
    "unreachable 10.5.0.0/16 src 192.0.2.80 ",
)


@pytest.mark.parametrize("awk", AWKS)
def test_routes_of_others_are_listed_as_ip_takes_them(awk: str, monkeypatch: pytest.MonkeyPatch) -> None:
    live = HostState(addresses=(VipAddress(IPv4Address("192.0.2.80"), "eth0"),))
    listed = printed.listings(live) | {"routes": "".join(f"{line}\n" for line in (*ROUTES, "end"))}
    monkeypatch.setattr(printed, "listings", lambda _: listed)
    told = ask(awk, "end\n", live, recorded("put\tformat-2", "put\taddress 192.0.2.80/32 eth0"))
    found = [line.split("\t")[2] for line in told.files["dependents"].splitlines()]
    assert found == [
        "default via 192.0.2.254 dev eth0 src 192.0.2.80",
        "10.1.0.0/16 via 192.0.2.254 dev eth0 src 192.0.2.80",
        "10.2.0.0/16 dev eth0 scope link src 192.0.2.80 mtu lock 1400 rto_min 200ms",
        "10.3.0.0/16 encap ip id 5 src 0.0.0.0 dst 10.0.0.3 ttl 0 tos 0 via 192.0.2.254 dev eth0 src 192.0.2.80",
        "10.4.0.0/16 nhid 7 table 7 src 192.0.2.80",
        "unreachable 10.5.0.0/16 src 192.0.2.80",
    ]


def test_its_lines_fit_where_they_are_reviewed() -> None:
    engine = templates.fill("engine/engine.sh.j2").splitlines()
    assert [line for line in engine if len(line) > 120] == []


def test_what_a_function_returns_never_depends_on_a_trap() -> None:
    """Within a trap, a `return` without a number gives the status of before the trap, in bash and by POSIX."""
    shell = templates.fill("engine/engine.sh.j2").partition("\n        function ")[0]
    bare = [line for line in shell.splitlines() if re.search(r"\breturn *($|;)", line) and "phase !~" not in line]
    assert bare == []
