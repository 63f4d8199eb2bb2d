"""apply/reviewed.py, desired.py, enabling.py: what is applied is what was built, and where its files go."""

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from lvsgen import manifest
from lvsgen.build import build
from lvsgen.errors import OperatorError
from lvsgen.host import files
from lvsgen.host.files import Kind
from lvsgen.load import load_all
from lvsgen.outdir import desired, reviewed
from lvsgen.state import origin, statefile

TOP = Path(__file__).parent.parent


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """What the repository has, committed in a repository of its own."""
    shutil.copytree(TOP / "out", tmp_path / "out")
    shutil.copytree(TOP / "examples", tmp_path / "examples")
    for words in ("init -q", "add .", "-c user.name=a -c user.email=a@b commit -q -m all"):
        subprocess.run(["git", "-C", str(tmp_path), *words.split()], check=True)
    return tmp_path


def _refusal(project: Path, *, committed: bool = False) -> tuple[str, str]:
    with pytest.raises(OperatorError) as raised:
        reviewed.check(desired.read(project / "out/llc/llclb1", whole=committed), committed=committed)
    return str(raised.value), raised.value.hint


def test_what_was_built_and_committed_is_fine(project: Path) -> None:
    for folder in project.glob("out/*/*/state.json"):
        reviewed.check(desired.read(folder.parent, whole=True), committed=True)


def test_a_changed_file_is_refused(project: Path) -> None:
    (project / "out/llc/llclb1/rootfs/etc/lvsgen/llc/host").write_text("")
    message, hint = _refusal(project)
    assert "host is not what lvsgen build made" in message
    assert "lvsgen build" in hint


def test_a_file_more_and_a_file_less_are_refused(project: Path) -> None:
    extra = project / "out/llc/llclb1/rootfs/etc/passwd"
    extra.write_text("root::0:0::/:/bin/sh\n")
    assert "is not in MANIFEST" in _refusal(project)[0]
    extra.unlink()
    (project / "out/llc/llclb1/FILES").unlink()
    assert "is missing, MANIFEST lists it" in _refusal(project)[0]


def test_a_link_in_place_of_a_file_is_refused(project: Path) -> None:
    file = project / "out/llc/llclb1/rootfs/usr/local/sbin/lvs-director"
    original = file.rename(project / "original")
    file.symlink_to(original)
    assert _refusal(project)[0] == f"{file} is a link, not a file"


def test_a_description_that_has_changed_since_is_refused(project: Path) -> None:
    with (project / "examples/llclb1.yaml").open("a") as stream:
        stream.write("# a comment\n")
    message, hint = _refusal(project)
    assert "has changed since" in message
    assert hint.startswith("build and review it: lvsgen build ")


def test_what_names_the_description_is_checked_too(project: Path) -> None:
    made_from = project / "out/llc/DESCRIPTION"
    made_from.write_text(made_from.read_text().replace("llclb1.yaml", "other.yaml"))
    assert "DESCRIPTION is not what lvsgen build made" in _refusal(project)[0]
    made_from.unlink()
    assert "DESCRIPTION is missing, MANIFEST lists it" in _refusal(project)[0]
    listing = project / "out/llc/MANIFEST"
    listing.write_text(listing.read_text().partition("\n")[2])
    assert "cannot read" in _refusal(project)[0]


def test_an_out_of_the_former_format_is_read_and_its_description_compared(project: Path) -> None:
    cluster, state = project / "out/llc", project / "out/llc/llclb1/state.json"
    made_from = origin.read(cluster)
    (cluster / origin.NAME).unlink()
    old = replace(statefile.read(state.read_bytes()), description=made_from)
    state.write_text(statefile.write(old))
    lines = (cluster / manifest.NAME).read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.endswith(("DESCRIPTION\n", "llclb1/state.json\n"))]
    new = f"{manifest.digest(state.read_bytes())}  llclb1/state.json\n"
    (cluster / manifest.NAME).write_text("".join([*kept, new]))
    reviewed.check(desired.read(project / "out/llc/llclb1"), committed=False)
    with (project / "examples/llclb1.yaml").open("a") as stream:
        stream.write("# a comment\n")
    assert "has changed since" in _refusal(project)[0]


def test_what_is_not_committed_is_refused_if_wished(project: Path) -> None:
    (project / "out/llc/llc5/new").write_text("")
    reviewed.check(desired.read(project / "out/llc/llclb1"), committed=False)
    assert "is not committed" in _refusal(project, committed=True)[0]


def test_what_is_in_no_repository_is_refused_if_wished(project: Path) -> None:
    shutil.rmtree(project / ".git")
    assert "is not in version control" in _refusal(project, committed=True)[0]


def test_files_go_to_their_places_with_their_modes_and_are_started_at_boot(project: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    for level in range(7):
        (root / f"etc/rc.d/rc{level}.d").mkdir(parents=True)
    (root / "etc/rc.d/rc3.d/S10lvs-director").symlink_to("../init.d/lvs-director")
    (root / "etc/rc.d/rc5.d/K10lvs-director").symlink_to("../init.d/lvs-director")
    changes = desired.file_changes(desired.read(project / "out/llc/llclb1"), root, network=False)
    found = {change.path: (change.before.kind, change.after.kind, f"{change.after.mode:o}") for change in changes}
    assert found["/usr/local/sbin/lvs-director"] == (Kind.ABSENT, Kind.FILE, "755")
    assert found["/etc/lvsgen"] == (Kind.ABSENT, Kind.FOLDER, "755")
    links = {path.removeprefix("/etc/rc.d/") for path, (_, kind, _) in found.items() if kind is Kind.LINK}
    assert len(links) == 6
    assert "rc3.d/S10lvs-director" not in found
    assert found["/etc/rc.d/rc5.d/K10lvs-director"] == (Kind.LINK, Kind.ABSENT, "0")
    assert not any("sysconfig" in path for path in found)


def test_network_files_come_only_if_wished_and_units_are_wanted(project: Path, tmp_path: Path) -> None:
    host = desired.read(project / "out/web/lb1")
    paths = {change.path: change.after for change in desired.file_changes(host, tmp_path, network=True)}
    assert f"{paths['/etc/NetworkManager/system-connections/eth0.nmconnection'].mode:o}" == "600"
    link = paths["/etc/systemd/system/multi-user.target.wants/lvs-director.service"]
    assert (link.kind, link.raw) == (Kind.LINK, b"/etc/systemd/system/lvs-director.service")


def test_what_a_newer_out_no_longer_has_goes_with_its_links(project: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    for level in range(7):
        (root / f"etc/rc.d/rc{level}.d").mkdir(parents=True)
    for change in desired.file_changes(desired.read(project / "out/llc/llclb1"), root, network=False):
        files.put(root / change.path[1:], replace(change.after, uid=os.getuid(), gid=os.getgid()))
    text = (project / "examples/llclb1.yaml").read_text().replace("platform: el5", "platform: el9")
    (project / "newer.yaml").write_text(text)
    build(load_all([project / "newer.yaml"]), project / "newer")
    newer = desired.read(project / "newer/llc/llclb1")
    gone = [change.path for change in desired.file_changes(newer, root, network=False) if change.after == files.ABSENT]
    scripts = [f"/etc/rc.d/rc{level}.d/{'S92' if level in '2345' else 'K08'}lvs-director" for level in "0123456"]
    assert gone == [*scripts, "/etc/rc.d/init.d/lvs-director"]
    (root / "etc/rc.d/init.d/lvs-director").write_text("edited\n")
    changes = desired.file_changes(newer, root, network=False)
    assert [change.path for change in changes if change.after == files.ABSENT] == []


@pytest.mark.parametrize("path", ["/../etc/passwd", "etc/passwd", "/etc//passwd", "/", "/etc/./passwd"])
def test_a_hosts_manifest_with_a_hostile_path_lists_nothing(path: str) -> None:
    assert manifest.parse_host(f"{manifest.digest(b'')}  {path}\n".encode()) == {}
