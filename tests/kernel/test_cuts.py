"""A power cut after any file of an apply, or of its undoing: the boot finds files that bring the director up."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from lvsgen import manifest
from lvsgen.platforms import layout
from lvsgen.prove.lab import Lab
from tests.kernel import guests, scenes

FACTS = "/etc/lvsgen/llc/ipvs.rules"
SCRIPT = "/usr/local/sbin/lvs-director"
INIT = "/etc/rc.d/init.d/lvs-director"


def _version(built: scenes.Built, to: Path, name: str) -> Path:
    """Make of a built director one whose script needs an engine and facts that have this version's name.

    Without either it ends at once, so of two versions each needs files that the other does not have.
    """
    shutil.copytree(built.folder, to / "llc")
    host, engine, facts = to / "llc/llclb1", f"{layout.ENGINES}/engine-{name}.sh", f"{FACTS}.{name}"
    _write(to / f"llc/common/rootfs{engine}", f"engine={name}\n")
    (host / f"rootfs{FACTS}").rename(host / f"rootfs{facts}")
    for path in (SCRIPT, INIT):
        script = host / f"rootfs{path}"
        needs = f'. {engine} || exit 1\n[ "$engine" = {name} ] && [ -s {facts} ] || exit 1\n' if path == SCRIPT else ""
        head, _, rest = script.read_text().replace(FACTS, facts).partition("\n")
        script.write_text(f"{head}\n{needs}# version {name}\n{rest}")
    listing = (host / "FILES").read_text().replace(FACTS, facts)
    (host / "FILES").write_text(f"0644 root:root common/rootfs{engine}\n{listing}")
    placed = {path: (host / f"rootfs{path}").read_bytes() for path in (facts, SCRIPT, INIT)}
    digests = {path: manifest.digest(raw) for path, raw in placed.items()}
    digests[engine] = manifest.digest(f"engine={name}\n".encode())
    (host / f"rootfs{manifest.host_path('llc')}").write_text(manifest.render(digests))
    return host


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text)


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
