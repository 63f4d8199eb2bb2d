"""What an ordinary user of the host can make root do: nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvsgen.prove.lab import Done, Host, Lab
from tests.kernel import guests, scenes

OUT = guests.folder(Path(__file__).parents[2] / "out")
USER = "setpriv --reuid=65534 --regid=65534 --clear-groups"
JOURNALS = "/var/lib/lvsgen/llc/transactions"
PLANTED = f"{JOURNALS}/000009.journal"
CAUGHT = "/etc/profile.d/caught.sh"

PLANT = """
import sys
from pathlib import Path
from lvsgen.apply import change
from lvsgen.host.files import ABSENT, FileChange, Kind, Node
from lvsgen.apply.journal import Journal, Phase
journal = Journal(Path(sys.argv[1]))
made = change.from_data(Journal(Path(sys.argv[2])).entries[0].data)
script = FileChange(sys.argv[3], Node(Kind.FILE, b"echo caught", 0o755), ABSENT)
data = change.to_data(made) | {"files": change.to_data(change.replace(made, files=(script,)))["files"]}
journal.append(Phase.BEGUN, **data)
"""


@pytest.fixture
def director(cluster: Lab) -> Host:
    """A director with nothing of lvsgen on it."""
    return cluster["llclb1"]


def _under_umask_0(host: Host, typed: str) -> Done:
    return host.sh(f"umask 000; {guests.PYTHON} -m lvsgen {typed}", env=guests.environment(), check=False, timeout=180)


def _plant(host: Host) -> None:
    """A journal of a change that would put a script there when it is undone."""
    program = PLANT.replace("change.replace(", "__import__('dataclasses').replace(")
    guests.python(host, program, "/tmp/a/b/c/000009.journal", f"{JOURNALS}/000001.journal", CAUGHT)
    host.sh("chmod -R go+rX /tmp/a")


def test_under_any_umask_nobody_else_can_write_what_root_made(director: Host) -> None:
    assert _under_umask_0(director, f"apply --no-rehearse --out {OUT} --confirm 600s").status == 0
    assert _under_umask_0(director, "confirm --same-session").status == 0
    assert _under_umask_0(director, f"drain llc6 --timeout 0 --out {OUT}").status == 0
    folders = "/var/lib/lvsgen /var/run /etc/lvsgen /usr/local/sbin"
    assert director.sh(f"find -H {folders} -name '*lvs*' ! -type l -perm /022").stdout == ""
    _plant(director)
    planted = director.sh(f"{USER} cp /tmp/a/b/c/000009.journal {PLANTED}", check=False)
    assert (planted.status, "Permission denied" in planted.stderr) == (1, True)


def test_what_a_user_plants_where_all_can_write_is_refused_and_done_by_nobody(director: Host) -> None:
    apply = f"apply --no-rehearse --out {OUT}"
    assert guests.lvsgen(director, *apply.split(), "--confirm", "600s").status == 0
    _plant(director)
    director.sh(f"chmod 777 {JOURNALS}; {USER} cp /tmp/a/b/c/000009.journal {PLANTED}")
    before = scenes.everything(director)
    mend = "see what is there and who wrote it, then: {}; or move it away"
    for mode, path, why, tool in (
        ("777", JOURNALS, "others can write it", "chmod go-w"),
        ("755", PLANTED, "root does not own it", "chown root"),
    ):
        director.sh(f"chmod {mode} {JOURNALS}")
        said = f"lvsgen: {path} cannot be believed: {why}\n  = help: {mend.format(f'{tool} {path}')}\n"
        for typed in (apply, f"plan --out {OUT}", "confirm", "rollback", "rollback --resume", "history"):
            assert guests.lvsgen(director, *typed.split()) == Done(6, "", said), typed
    director.sh("sleep 2")
    found = scenes.differences(before, scenes.everything(director))
    assert [line for line in found if "lvsgen-llc.watcher" not in line] == []  # there it says that it cannot
    director.sh(f"test ! -e {CAUGHT}; rm {PLANTED}")
    assert guests.lvsgen(director, "confirm", "--same-session").status == 0


def test_a_list_of_the_drained_that_others_can_write_drains_nobody_and_that_is_said(director: Host) -> None:
    assert guests.lvsgen(director, "apply", "--no-rehearse", "--out", OUT).status == 0
    listed = "/var/lib/lvsgen/llc/drained"
    director.sh(f"echo llc5 >{listed}; chmod 666 {listed}")
    said = f"nobody counts as drained: {listed} cannot be believed: others can write it; "
    planned = guests.lvsgen(director, "plan", "--out", OUT)
    assert (planned.status, planned.stdout.splitlines()[0]) == (0, "llclb1: nothing to do")
    assert said in planned.stdout
    assert said in guests.lvsgen(director, "status", "--out", OUT).stdout
    drained = guests.lvsgen(director, "drain", "llc6", "--timeout", "0", "--out", OUT)
    assert (drained.status, drained.stdout.splitlines()[0][: len(said)]) == (0, said)
    assert director.sh(f"cat {listed}; stat -c %a {listed}").stdout == "llc6\n644\n"
    director.sh(f"chmod 644 {listed}; echo llc5 >>{listed}")
    assert "weight of 129.129.190.175:22 from 1 to 0" in guests.lvsgen(director, "plan", "--out", OUT).stdout
