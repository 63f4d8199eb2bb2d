"""What all hosts have in common: built once, and for each host as good as a file of its own."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from lvsgen import build, manifest
from lvsgen.diff import built
from lvsgen.errors import OperatorError
from lvsgen.host import files
from lvsgen.host.files import ABSENT, Kind
from lvsgen.load import load
from lvsgen.outdir import desired, pick, reviewed
from lvsgen.platforms import layout
from lvsgen.render import common
from lvsgen.render.hostbuild import File
from tests.clusters import EXAMPLES

ENGINE = f"{layout.ENGINES}/engine-7.sh"
HOSTS = ("llclb1", "llc5", "llc6")


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example, built with an engine."""
    return _build(tmp_path, monkeypatch, {ENGINE: File("run=7\n")})


def _build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: dict[str, File]) -> Path:
    monkeypatch.setattr(common, "files", lambda: shared)
    build.build([load(EXAMPLES / "llclb1.yaml")], tmp_path / "out")
    return tmp_path / "out/llc"


def test_it_stands_once_and_every_list_has_it(cluster: Path) -> None:
    digest = manifest.digest(b"run=7\n")
    assert list(cluster.rglob("engine-*")) == [cluster / f"common/rootfs{ENGINE}"]
    assert manifest.parse((cluster / "MANIFEST").read_bytes())[f"common/rootfs{ENGINE}"] == digest
    for host in HOSTS:
        listed = (cluster / host / "FILES").read_text().splitlines()
        assert f"0644 root:root common/rootfs{ENGINE}" in listed
        own = manifest.parse_host((cluster / host / f"rootfs{manifest.host_path('llc')}").read_bytes())
        assert own[ENGINE] == digest


def test_the_page_copies_it_before_all_else_and_sets_its_mode(cluster: Path) -> None:
    page = (cluster / "README.md").read_text()
    copies = [line.split(" root@")[0] for line in page.splitlines() if line.startswith("        rsync ")]
    assert copies[0] == "        rsync -rlK common/rootfs/"
    assert [copy for copy in copies if "common" in copy] == [copies[0], copies[0].replace("-rlK", "-rlEK")]
    assert page.count("""awk 'sub("^(common/)?rootfs/", "/", $3)""") == 2


def test_a_host_has_it_first_of_all_files(cluster: Path, tmp_path: Path) -> None:
    for host in HOSTS:
        found = desired.read(cluster / host)
        reviewed.check(found, committed=False)
        changes = desired.file_changes(found, tmp_path / "root", network=False)
        assert next(one.path for one in changes if one.after.kind is Kind.FILE) == ENGINE


@pytest.mark.parametrize("path", [f"common/rootfs{ENGINE}", "common/rootfs/etc/passwd"])
def test_what_is_not_as_built_there_is_refused_for_every_host(cluster: Path, path: str) -> None:
    (cluster / path).parent.mkdir(parents=True, exist_ok=True)
    (cluster / path).write_text("evil\n")
    for host in HOSTS:
        with pytest.raises(OperatorError, match=path):
            reviewed.check(desired.read(cluster / host), committed=False)


def test_a_difference_is_one_of_every_host(cluster: Path) -> None:
    raw = {str(path.relative_to(cluster)): path.read_bytes() for path in cluster.rglob("*") if path.is_file()}
    hosts = built.read("llc", raw, "out/llc").hosts
    digest = manifest.digest(b"run=7\n")
    assert [host.files[ENGINE] for host in hosts.values()] == [f"0644 root:root {digest}"] * 3


def test_an_engine_goes_only_when_no_manifest_of_the_host_names_it(
    cluster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    _put(cluster, root)
    older = root / "etc/lvsgen/older"
    older.mkdir()
    _build(tmp_path, monkeypatch, {})
    assert _gone(cluster, root) == [ENGINE]
    (older / "MANIFEST").write_text(manifest.render({ENGINE: manifest.digest(b"as it was"), "/etc/hosts": "0" * 64}))
    assert _gone(cluster, root) == []
    (older / "MANIFEST").write_text(manifest.render({"/etc/hosts": "0" * 64}))
    assert _gone(cluster, root) == [ENGINE]
    (older / "MANIFEST").chmod(0o666)
    assert _gone(cluster, root) == [], "who cannot be believed may need it"
    (older / "MANIFEST").chmod(0o644)
    (root / ENGINE[1:]).write_text("edited\n")
    assert _gone(cluster, root) == []


def test_common_is_no_host(cluster: Path) -> None:
    (cluster / "common/state.json").touch()
    with pytest.raises(OperatorError, match="no host 'common' in"):
        pick.choose(cluster.parent, "llc", "common")


def _put(cluster: Path, root: Path) -> None:
    for change in desired.file_changes(desired.read(cluster / "llclb1"), root, network=False):
        files.put(root / change.path[1:], replace(change.after, uid=os.getuid(), gid=os.getgid()))


def _gone(cluster: Path, root: Path) -> list[str]:
    changes = desired.file_changes(desired.read(cluster / "llclb1"), root, network=False)
    return [change.path for change in changes if change.after == ABSENT]
