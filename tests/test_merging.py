"""docs/build.md, Merging: two branches that each change the description, merged by git, settled by a build."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lvsgen.build import build, compare
from lvsgen.errors import OperatorError
from lvsgen.load import load_all
from lvsgen.outdir import desired, reviewed
from tests.clusters import EXAMPLES
from tests.test_small_changes import SERVERS, description

TOP = EXAMPLES.parent
ATTRIBUTES = ".gitattributes"
WHO = {f"GIT_{role}_{what}": "a@b" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
ALONE = WHO | {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}

Git = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site's repository: a description of 40 realservers, what is built of it, and our attributes."""
    shutil.copy(TOP / ATTRIBUTES, tmp_path)
    _git(tmp_path, "init", "-q", "-b", "main")
    _commit(tmp_path, description(SERVERS))
    return tmp_path


def _git(site: Path, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    environment = os.environ | ALONE
    return subprocess.run(
        ["git", *words], cwd=site, env=environment, capture_output=True, text=True, check=check, errors="replace"
    )


def _commit(site: Path, text: str) -> None:
    (site / "cluster.yaml").write_text(text)
    build(load_all([site / "cluster.yaml"]), site / "out")
    _git(site, "add", "-A")
    _git(site, "commit", "-q", "-m", "x")


def _merge(site: Path, ours: str, theirs: str) -> subprocess.CompletedProcess[str]:
    """Make two branches, one description each, and merge the one into the other."""
    _git(site, "checkout", "-q", "-b", "theirs")
    _commit(site, theirs)
    _git(site, "checkout", "-q", "main")
    _commit(site, ours)
    return _git(site, "merge", "--no-edit", "theirs", check=False)


def _conflicts(site: Path) -> list[str]:
    return _git(site, "diff", "--name-only", "--diff-filter=U").stdout.split()


def _settled(site: Path) -> bool:
    """Build, as the page says, and tell whether out/ is then what the merged description makes, nothing more."""
    build(load_all([site / "cluster.yaml"]), site / "out")
    fresh = site / "fresh"
    build(load_all([site / "cluster.yaml"]), fresh)
    differing = subprocess.run(["diff", "-r", site / "out", fresh], check=False).returncode
    return not differing and not any(
        found.differs for found in compare(load_all([site / "cluster.yaml"]), site / "out")
    )


APART = {
    "two weights": (description(SERVERS, {"web05": 2}), description(SERVERS, {"web30": 3})),
    "a weight and a comment": (description(SERVERS, {"web05": 2}), description(SERVERS, comment="# said\n")),
    "a realserver more and one less": (description([*SERVERS, "web41"]), description(SERVERS[1:])),
}


@pytest.mark.parametrize("name", APART)
def test_a_build_settles_what_git_merged(site: Path, name: str) -> None:
    merged = _merge(site, *APART[name])
    assert "cluster.yaml" not in _conflicts(site)
    assert _settled(site)
    _git(site, "add", "-A", ".", ":!fresh")
    assert _conflicts(site) == []
    assert merged.returncode == 0 or name == "a realserver more and one less", "figure and loops of the page differ"


def test_a_merge_that_was_not_built_is_applied_nowhere(site: Path) -> None:
    _merge(site, *APART["two weights"])
    copied = subprocess.run(["sha256sum", "-c", "MANIFEST"], cwd=site / "out/big", capture_output=True, check=False)
    assert copied.returncode == 1
    for host in ("lb", "web05", "web20"):
        with pytest.raises(
            OperatorError, match="MANIFEST has lines that lvsgen build did not write, or a path twice"
        ) as refused:
            reviewed.check(desired.read(site / "out/big" / host), committed=False)
        assert "lvsgen build" in refused.value.hint


def test_a_conflict_is_solved_in_the_description_alone(site: Path) -> None:
    merged = _merge(site, description(SERVERS, {"web05": 2}), description(SERVERS, {"web05": 3}))
    assert merged.returncode == 1
    (site / "cluster.yaml").write_text(description(SERVERS, {"web05": 3}))
    assert _settled(site)


def test_without_these_attributes_lists_of_digests_always_conflict(site: Path) -> None:
    """Why they are there; if git can do without one day, they can go."""
    (site / ATTRIBUTES).write_text("")
    _git(site, "commit", "-q", "-a", "-m", "none")
    merged = _merge(site, *APART["two weights"])
    assert (merged.returncode, _conflicts(site)) == (
        1,
        ["out/big/DESCRIPTION", "out/big/MANIFEST", "out/big/lb/rootfs/etc/lvsgen/big/MANIFEST"],
    )


def test_the_page_shows_the_attributes_that_are_tried_here() -> None:
    lines = [line for line in (TOP / ATTRIBUTES).read_text().splitlines() if not line.startswith("#")]
    assert "".join(f"    {line}\n" for line in lines) in (TOP / "docs/build.md").read_text()


def test_no_checkout_writes_other_ends_of_lines(site: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    there = tmp_path_factory.mktemp("clone") / "site"
    _git(site, "clone", "-q", "-c", "core.autocrlf=true", "-c", "core.eol=crlf", str(site), str(there))
    assert b"\r\n" not in (there / "out/big/MANIFEST").read_bytes()
    reviewed.check(desired.read(there / "out/big/lb"), committed=False)
