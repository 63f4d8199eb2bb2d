"""Every refusal of a verb on a host: exit status 6, a sentence, the next step, and nothing was touched."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lvsgen import manifest
from lvsgen.prove.lab import Done, Host, Lab
from lvsgen.prove.uml import Kernel
from lvsgen.state import statefile
from lvsgen.state.hoststate import HostState
from tests.kernel import guests, scenes
from tests.kernel.refusals import CASES, NOBODY, OUTS, Case

OUT = Path(__file__).parents[2] / "out"


@pytest.fixture(scope="module")
def director(kernel: Kernel) -> Iterator[Host]:
    """A director to which the example was applied."""
    lab = Lab(kernel)
    scenes.build_hosts(lab)
    assert guests.lvsgen(lab["llclb1"], "apply", "--no-rehearse", "--out", guests.folder(OUT)).status == 0
    yield lab["llclb1"]
    lab.drop()


@pytest.fixture(scope="module")
def outs(director: Host, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where on the host each of OUTS is, for everybody to read."""
    top = tmp_path_factory.mktemp("outs")
    for name, change in OUTS.items():
        _altered(top / name, change)
    director.sh(f"cp -r {guests.folder(top)} /srv/outs; chmod -R a+rX /srv/outs")
    return {name: f"/srv/outs/{name}" for name in OUTS}


def _altered(out: Path, change: Callable[[HostState], HostState]) -> Path:
    """The example with another state for the director, signed as if build had made it."""
    shutil.copytree(OUT / "llc", out / "llc")
    path, listing = out / "llc" / "llclb1" / "state.json", out / "llc" / manifest.NAME
    file = statefile.read(path.read_bytes())
    path.write_text(statefile.write(replace(file, state=change(file.state))))
    digests = manifest.parse(listing.read_bytes()) | {"llclb1/state.json": manifest.digest(path.read_bytes())}
    listing.write_text(manifest.render(digests))
    return out


@pytest.fixture(scope="module")
def untouched(director: Host) -> dict[str, list[str]]:
    """What the director is before, between and after all cases."""
    return scenes.everything(director)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_refusal_says_what_to_do_and_touches_nothing(
    director: Host, untouched: dict[str, list[str]], outs: dict[str, str], case: Case
) -> None:
    words = f"{case.by} {guests.PYTHON} -m lvsgen {case.typed.format(**outs)}"
    script = f"set -e\n{case.arrange}\nset +e\n{words}\nstatus=$?\n{case.restore}\nexit $status"
    done = director.sh(script, env=guests.environment(), check=False, timeout=180)
    assert done == Done(6, "", f"lvsgen: {case.said}\n  = help: {case.hint}\n")
    assert scenes.differences(untouched, scenes.everything(director)) == []


def test_the_doctor_does_without_root_and_says_so(director: Host, outs: dict[str, str]) -> None:
    script = f"{NOBODY} {guests.PYTHON} -m lvsgen doctor --out {outs['out']}"
    done = director.sh(script, env=guests.environment(), check=False, timeout=180)
    assert (done.status, done.stderr) == (0, "")
    assert "note     root: this is not root: some things cannot be seen, and nothing changed\n" in done.stdout
    assert "note     rehearsal: cannot rehearse: no scratch network namespace can be made: " in done.stdout
