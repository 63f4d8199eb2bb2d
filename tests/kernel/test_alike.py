"""apply and the script are two ways to one state: from any live state they leave the same."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from lvsgen.platforms.layout import paths
from lvsgen.platforms.platform import Role
from lvsgen.platforms.table import PLATFORMS
from lvsgen.prove.lab import Lab
from lvsgen.render import facts
from lvsgen.state import ip, statefile
from lvsgen.state.forms import RealServer
from lvsgen.state.hoststate import HostState, ordered
from lvsgen.state.parts import HostRoute
from lvsgen.state.statefile import StateFile
from tests.kernel import guests, scenes, tables, trials

SEEDS = range(13, 17)
"""With these, a VIP comes to one device while a hand has put its route on another."""
EL5 = PLATFORMS["el5"]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory, example: scenes.Built) -> list[Path]:
    """The out/ folders of the example's director, but with random states, which its script can bring about."""
    top = tmp_path_factory.mktemp("drawn")
    template = example.folder / "llclb1"
    return [_output(template, top / str(seed) / "llc" / "llclb1", state(Random(seed))) for seed in SEEDS]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, example: scenes.Built) -> list[Path]:
    """The example, and then other VIPs and services in it."""
    text = scenes.example_text().replace("llc: {address: 129.129.190.54}", "llc: {address: 129.129.190.55}")
    tls = "{vip: llc, protocol: tcp, port: 443, scheduler: sh, forward: direct, realservers: {llc6: {weight: 2}}}"
    text = text.replace("services:", f"services:\n  tls: {tls}").replace("tcp: 72h", "udp: 20s")
    return [one.folder / "llclb1" for one in (example, scenes.build_text(tmp_path_factory.mktemp("newer"), text))]


def state(draw: Random) -> HostState:
    """Draw what a director may be: it has a service, and each VIP has its route."""
    drawn = trials.state(draw)
    table = drawn
    while not table.services:
        table = tables.table(draw, 4)
    vips = tuple(replace(vip, label=draw.choice(("", f"{vip.device}:1"))) for vip in drawn.addresses)
    routes = ordered(HostRoute(vip.address, vip.device, vip.address) for vip in vips)
    table = replace(table, sysctls=drawn.sysctls, timeouts=drawn.timeouts)
    return replace(table, addresses=vips, routes=routes, daemons=(), chains=())


def _output(template: Path, folder: Path, wanted: HostState) -> Path:
    shutil.copytree(template, folder)
    shutil.copytree(template.parent / "common", folder.parent / "common")
    file = replace(statefile.read((folder / "state.json").read_bytes()), state=wanted, realservers=_servers(wanted))
    (folder / "state.json").write_text(statefile.write(file))
    for path, text in _rendered(file).items():
        (folder / f"rootfs{path}").write_text(text)
    return folder


def _rendered(file: StateFile) -> dict[str, str]:
    where = paths(EL5, Role.DIRECTOR, file.cluster)
    groups = (*facts.groups(file.state), tuple(facts.realservers(file.realservers)))
    return {where.facts: facts.text(file.cluster, file.host, where.script, *groups)}


def _servers(wanted: HostState) -> tuple[RealServer, ...]:
    used = {destination.address for destination in wanted.destinations}
    return tuple(
        RealServer(f"rs{str(address).rpartition('.')[2]}", (address,)) for address in sorted(used, key=ip.rank)
    )


@pytest.mark.parametrize("states", [2, pytest.param(len(SEEDS), marks=pytest.mark.long)])
def test_from_any_state_to_any_other_apply_and_the_script_leave_the_same(
    cluster: Lab, drawn: list[Path], built: list[Path], states: int
) -> None:
    folders, begun = [*drawn[:states], *built], time.monotonic()
    argv = (guests.PYTHON, "-m", "tests.kernel.alike", *map(guests.folder, folders))
    done = cluster["llclb1"].run(*argv, env=guests.environment(), timeout=1500)
    print(f"{len(folders) - 1} states, each by apply and by the script, in {time.monotonic() - begun:.0f} s")
    found = json.loads(done.stdout)
    assert (found, done.stderr) == ([10], ""), json.dumps(found, indent=1)
