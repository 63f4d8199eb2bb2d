"""What clients notice of a change: nothing, whether apply or the script makes it; a table built anew they do notice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lvsgen.prove.connections import Connection, Hammered
from lvsgen.prove.lab import Host, Lab
from lvsgen.prove.topology import cluster
from lvsgen.prove.uml import CallError, Kernel
from tests.kernel import guests, scenes
from tests.kernel.scenes import DIRECTOR, REALSERVER, SSH, VIP, Built

SERVERS = {f"llc{last}": f"129.129.190.17{last}" for last in (5, 6, 7)}
BEFORE, ADDED, REWEIGHED, REMOVED = range(4)
WEIGHTS = ((1, 1), (1, 1, 1), (3, 1, 2), (3, 1))
OPEN = 20
OLD_WAY = f"""\
for turn in 1 2 3 4 5 6 7 8; do
    ipvsadm -C
    ipvsadm -A -t {VIP}:22 -s wrr
    ipvsadm -a -t {VIP}:22 -r {SERVERS["llc5"]} -g -w $turn
    ipvsadm -a -t {VIP}:22 -r {SERVERS["llc6"]} -g -w 1
done
"""


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> list[Built]:
    """The cluster as it becomes: llc7 comes, weights change, llc7 goes."""
    top = tmp_path_factory.mktemp("versions")
    return [scenes.build_text(top / str(number), _described(weights)) for number, weights in enumerate(WEIGHTS)]


def _described(weights: tuple[int, ...]) -> str:
    pool = ", ".join(f"{name}: {{weight: {weight}}}" for name, weight in zip(SERVERS, weights, strict=False))
    server = f"llc7: {{platform: el4, interfaces: {{eth0: {{network: lan, address: {SERVERS['llc7']}}}}}}}"
    text = scenes.example_text().replace("llc5: {weight: 1}, llc6: {weight: 1}", pool)
    return text.replace("vips:", f"  {server}\nvips:").replace("scheduler: rr", "scheduler: wrr")


@pytest.fixture(scope="module")
def llc(kernel: Kernel, versions: list[Built]) -> Iterator[Lab]:
    """The cluster, serving; llc7 is ready, but nobody sends it anything."""
    lab = Lab(kernel)
    lab.build(cluster(("llclb1", "129.129.190.53"), SERVERS, gateway="129.129.190.1", flavour="el"))
    scenes.install(lab, versions[ADDED], *SERVERS)
    scenes.install(lab, versions[BEFORE], "llclb1")
    for name in SERVERS:
        lab[name].serve(SSH)
        lab[name].run(REALSERVER, "start")
    lab["llclb1"].run(DIRECTOR, "start")
    yield lab
    lab.drop()


@pytest.mark.parametrize("way", ["apply", "reload"])
def test_clients_notice_nothing_when_a_realserver_comes_gets_a_weight_and_goes(
    llc: Lab, versions: list[Built], way: str
) -> None:
    change, drain = (_apply, _drain) if way == "apply" else (_reload, _drain_by_script)
    client, director = llc["client"], llc["llclb1"]
    held = [client.hold(VIP, SSH) for _ in range(OPEN)]
    with client.hammer(VIP, SSH) as hammer:
        change(director, versions[ADDED])
        own = _held_by("llc7", client)
        change(director, versions[REWEIGHED])
        drain(director, versions[REWEIGHED], own)
        change(director, versions[REMOVED])
        director.run(DIRECTOR, "undrain", "llc7")
    echoed = _say(way, hammer.result, held)
    assert scenes.missing(versions[REMOVED].states["llclb1"], director.snapshot()) == []
    assert (hammer.result.errors, echoed) == ({}, OPEN)
    assert min(hammer.result.answers[name] for name in SERVERS) > 10


def test_clients_notice_a_table_that_is_emptied_and_built_anew(llc: Lab) -> None:
    held = [llc["client"].hold(VIP, SSH) for _ in range(OPEN)]
    with llc["client"].hammer(VIP, SSH) as hammer:
        llc["llclb1"].run("nice", "-n", "19", "/bin/sh", "-c", OLD_WAY)  # the client's is 19, too
    _say("ipvsadm -C and all anew, 8 times", hammer.result, held)
    assert sum(hammer.result.errors.values()) > 0


def _apply(director: Host, built: Built) -> None:
    out = guests.folder(built.folder.parent)
    assert guests.lvsgen(director, "apply", "--no-rehearse", "--out", out).status == 0


def _reload(director: Host, built: Built) -> None:
    scenes.install(Lab(director.kernel, {director.name: director}), built, director.name)
    director.run(DIRECTOR, "reload")


def _drain(director: Host, built: Built, own: Connection) -> None:
    """Drain llc7, which waits for the end of the connection that it has."""
    argv = (guests.PYTHON, "-m", "lvsgen", "drain", "llc7", "--out", guests.folder(built.folder.parent))
    job = director.spawn(*argv, env=guests.environment())
    director.sh(f"until ipvsadm -Sn | grep -q '{SERVERS['llc7']}.* -w 0'; do sleep 0.1; done")
    assert _goes_on(own)
    own.close()
    assert job.wait(20).status == 0


def _drain_by_script(director: Host, built: Built, own: Connection) -> None:
    director.run(DIRECTOR, "drain", "llc7")
    assert _goes_on(own)
    own.close()


def _held_by(name: str, client: Host) -> Connection:
    """A connection that a realserver has, among those that come next."""
    return next(held for held in (client.hold(VIP, SSH) for _ in range(100)) if held.answerer == name)


def _echoed(held: list[Connection]) -> int:
    """How many of these connections still work."""
    return sum(map(_goes_on, held))


def _goes_on(connection: Connection) -> bool:
    try:
        return connection.ask("still there?", timeout=2) == "still there?"
    except CallError:
        return False


def _say(what: str, hammered: Hammered, held: list[Connection]) -> int:
    """Print the figures; returns how many of the open connections go on."""
    opened, failed, echoed = sum(hammered.answers.values()), sum(hammered.errors.values()), _echoed(held)
    print(f"{what}: {opened} connections opened, {failed} failed; {echoed} of {len(held)} open ones go on")
    return echoed
