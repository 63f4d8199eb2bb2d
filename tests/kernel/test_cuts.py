"""A power cut after any file of an apply, or of its undoing: the boot finds files that bring the director up."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from lvsgen import manifest
from lvsgen.platforms import layout
from lvsgen.platforms.layout import ENGINE
from lvsgen.prove.lab import Done, Host, Lab
from lvsgen.render import scripts
from tests.kernel import guests, scenes
from tests.kernel.boots import EMPTY

FACTS = "/etc/lvsgen/llc/host"
SCRIPT = "/usr/local/sbin/lvs-director"
INIT = "/etc/rc.d/init.d/lvs-director"


def _version(built: scenes.Built, to: Path, name: str) -> Path:
    """Make of a built director one whose engine and facts have this version's name, and a script that asks for them.

    Without either it ends at once, so of two versions each needs files that the other does not have.
    """
    shutil.copytree(built.folder, to / "llc")
    host, engine, facts = to / "llc/llclb1", f"{layout.ENGINES}/engine-{name}.sh", f"{FACTS}.{name}"
    shutil.rmtree(to / "llc/common", ignore_errors=True)
    _write(to / f"llc/common/rootfs{engine}", scripts.engine())
    (host / f"rootfs{FACTS}").rename(host / f"rootfs{facts}")
    for path in (SCRIPT, INIT):
        script = host / f"rootfs{path}"
        head, _, rest = script.read_text().replace(f"{FACTS} ", f"{facts} ").replace(ENGINE, engine).partition("\n")
        script.write_text(f"{head}\n# version {name}{'.' * int(name)}\n{rest}")  # rsync copies what differs in size
    lines = (host / "FILES").read_text().replace(FACTS, facts).splitlines(keepends=True)
    listing = "".join(line for line in lines if " common/" not in line)
    (host / "FILES").write_text(f"0644 root:root common/rootfs{engine}\n{listing}")
    placed = {path: (host / f"rootfs{path}").read_bytes() for path in (facts, SCRIPT, INIT)}
    digests = {path: manifest.digest(raw) for path, raw in placed.items()}
    digests[engine] = manifest.digest(scripts.engine().encode())
    (host / f"rootfs{manifest.host_path('llc')}").write_text(manifest.render(digests))
    return host


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text)


COPIES = 5
"""What all hosts have, the facts, the script, what starts it, and last the list of it all."""
AS_IF_REMOTE = """\
set -e
copies=0
ssh() { if [ "$1" = -n ]; then shift 2; ( eval "$*" ) </dev/null; else shift; ( eval "$*" ); fi; }
rsync() {
    copies=$((copies + 1))
    [ "$copies" -le CUT ] || exit 99
    command rsync "${@:1:$#-1}" "$(echo "${!#}" | sed "s/^root@[^:]*://")"
}
yum() { :; }
chkconfig() { :; }
service() { "/etc/rc.d/init.d/$1" "$2"; }
"""


def _paste(host: Host, built: scenes.Built, folder: Path, copies: int) -> Done:
    """Paste the block of the page into a shell, cut off after some of its copies; one cut off ends with 99."""
    page = (built.folder / "README.md").read_text()
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    block = next(found for found in blocks if "for host in llclb1" in found)
    shell = AS_IF_REMOTE.replace("CUT", str(copies)) + block
    return host.run("/bin/bash", "-c", shell, cwd=guests.folder(folder.parent), timeout=180, check=False)


def test_after_a_cut_at_any_copy_of_the_page_a_boot_brings_the_director_up(cluster: Lab, tmp_path: Path) -> None:
    host, text = cluster["llclb1"], scenes.example_text()
    newer_text = text.replace("scheduler: rr", "scheduler: wlc")
    builds = [scenes.build_text(tmp_path / name, said) for name, said in (("a", text), ("b", newer_text))]
    older, newer = (_version(one, tmp_path / name, name) for one, name in zip(builds, ("6", "7"), strict=True))
    whole = _paste(host, builds[0], older, COPIES)
    assert whole.status == 0, whole
    for copies in range(COPIES):  # what was cut off is done again, and a step further
        assert _paste(host, builds[1], newer, copies).status == 99
        host.sh(EMPTY)
        host.run(INIT, "start")
        live = host.snapshot()
        assert [] in [scenes.missing(built.states["llclb1"], live) for built in builds], copies
    assert _paste(host, builds[1], newer, COPIES).status == 0
    left = host.sh("ls /etc/lvsgen/llc /usr/local/lib/lvsgen").stdout.split()
    assert [name for name in left if name.endswith((".6", "-6.sh"))] == []
    assert host.sh("sha256sum -c --quiet /etc/lvsgen/llc/MANIFEST").stdout == ""


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.long)])
def test_after_a_cut_at_any_file_there_and_back_a_boot_brings_the_director_up(
    cluster: Lab, example: scenes.Built, tmp_path: Path, every: int
) -> None:
    text = scenes.example_text().replace("scheduler: rr", "scheduler: wlc")
    text = text.replace("llc: {address: 129.129.190.54}", "llc: {address: 129.129.190.55}")
    older = _version(example, tmp_path / "older", "6")
    newer = _version(scenes.build_text(tmp_path / "built", text), tmp_path / "newer", "7")
    argv = (guests.PYTHON, "-m", "tests.kernel.cuts", guests.folder(older), guests.folder(newer), str(every))
    done = cluster["llclb1"].run(*argv, env=guests.environment(), timeout=900)
    assert (json.loads(done.stdout), done.stderr) == ([], "")
