"""lvsgen diff: what a change of a description does to each host, against revisions, folders and every former format."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from lvsgen import manifest
from lvsgen.diff import built, compare, say
from lvsgen.diff.compare import Fate
from lvsgen.outdir import revision
from lvsgen.state import origin, statefile
from tests import pages
from tests.clusters import EXAMPLES, rendered
from tests.console import Lvsgen
from tests.test_merging import ALONE
from tests.test_small_changes import SERVERS, description

LLC = (EXAMPLES / "llclb1.yaml").read_text()


@pytest.fixture
def site(lvsgen_: Lvsgen) -> Lvsgen:
    """The command line in a repository that has the cluster of the example as ./cluster.yaml, built and committed."""
    Path("cluster.yaml").write_text(LLC)
    lvsgen_("build")
    _git("init", "-q", "-b", "main")
    _commit()
    return lvsgen_


def _git(*words: str) -> None:
    subprocess.run(["git", *words], env=os.environ | ALONE, check=True, capture_output=True)


def _commit() -> None:
    _git("add", "-A")
    _git("commit", "-q", "-m", "x")


def _change(before: str, after: str) -> None:
    text = Path("cluster.yaml").read_text()
    assert before in text
    Path("cluster.yaml").write_text(text.replace(before, after))


def test_a_change_is_said_for_each_host_and_the_others_are_counted(site: Lvsgen) -> None:
    _change("scheduler: rr", "scheduler: wlc")
    run = site("diff")
    assert (run.status, run.err) == (10, "")
    assert run.out == (
        "llc/llclb1:\n"
        "  tcp 129.129.190.54:22: scheduler from rr to wlc  [cluster.yaml:15]\n"
        "  file /etc/lvsgen/llc/host: change\n"
        "llc: 2 hosts: no change\n"
    )


def test_it_is_said_alike_before_and_after_the_build(site: Lvsgen) -> None:
    _change("scheduler: rr", "scheduler: wlc")
    before = site("diff").out
    site("build")
    assert site("diff").out == before
    _commit()
    assert site("diff").status == 0
    assert site("diff", "HEAD~1").out == before
    assert site("diff", "main~1").out == before


def test_a_comment_is_no_change_of_any_host(site: Lvsgen) -> None:
    _change("cluster: llc ", "# a comment\ncluster: llc ")
    run = site("diff")
    assert (run.status, run.out) == (0, "llc: 3 hosts: no change\n")


def test_what_drops_connections_and_what_is_dangerous_is_marked(site: Lvsgen) -> None:
    _change(", llc6: {weight: 1}", "")
    lines = site("diff").out.splitlines()
    gone = "tcp 129.129.190.54:22: delete 129.129.190.176:22, direct, weight 1"
    assert f"x {gone} (established connections to 129.129.190.176:22 are cut: drain it first)" in lines
    new = site("diff", "HEAD", "--out", "elsewhere").out.splitlines()
    assert any(line.startswith("! sysctl net/ipv4/ip_forward: to 0 (hosts that route through this one") for line in new)


def test_a_folder_is_compared_with_as_well(site: Lvsgen) -> None:
    shutil.move("out", "yesterday")
    _change("scheduler: rr", "scheduler: wlc")
    run = site("diff", "yesterday")
    assert (run.status, run.out) == (10, site("diff").out)


def test_a_setting_that_is_no_longer_named_goes_back(site: Lvsgen) -> None:
    _change("timeouts: ", "# timeouts: ")
    assert "  timeout tcp: no longer set, goes back to what it was before\n" in site("diff").out


def test_a_host_more_and_a_host_less_are_said(site: Lvsgen) -> None:
    text = LLC.replace("llc6", "llc7").replace("129.129.190.176", "129.129.190.177")
    Path("cluster.yaml").write_text(text)
    lines = site("diff").out.splitlines()
    assert "llc/llc7: new" in lines
    assert "  6 files: add" in lines
    gone = "llc/llc6: no longer described: take it down there first, then its files: nothing does that by itself"
    assert gone in lines
    assert "  chain lvsgen-llc in nat PREROUTING: delete with 1 rule" in lines
    assert "  6 files: remove" in lines
    assert lines[-1] == "llc: 1 host: no change"


def test_a_renamed_cluster_is_compared_with_what_it_was(site: Lvsgen) -> None:
    _change("cluster: llc ", "cluster: hall ")
    run = site("diff")
    was = "hall: was called llc: take that down on its hosts before this comes, and remove its folder from out/\n"
    assert run.out.startswith(was)
    assert "hall/llc5, llc6:\n  chain lvsgen-hall in nat PREROUTING: add with 1 rule  [cluster.yaml:12]\n" in run.out
    assert run.status == 10
    assert "not compared" not in run.out


def test_clusters_of_descriptions_that_are_not_named_are_not_compared(site: Lvsgen) -> None:
    shutil.copy(EXAMPLES / "web.yaml", ".")
    site("build", "web.yaml")
    _commit()
    other = "web: not compared, since its description was not named (it was made from web.yaml)\n"
    assert site("diff").out == f"llc: 3 hosts: no change\n{other}"
    both = site("diff", "--file", "cluster.yaml", "--file", "web.yaml")
    assert (both.status, both.out) == (0, "llc: 3 hosts: no change\nweb: 4 hosts: no change\n")


def test_everything_is_new_where_nothing_was_committed(site: Lvsgen) -> None:
    _git("rm", "-r", "-q", "--cached", "out")
    _git("commit", "-q", "-m", "none")
    run = site("diff")
    assert run.status == 10
    assert [line for line in run.out.splitlines() if line.endswith(": new")] == [
        "llc/llc5, llc6: new",
        "llc/llclb1: new",
    ]


def test_hosts_with_the_same_change_stand_together(lvsgen_: Lvsgen) -> None:
    Path("cluster.yaml").write_text(description(SERVERS))
    lvsgen_("build")
    shutil.move("out", "before")
    text = description(SERVERS).replace("  www: {address: 192.0.2.80}", "  www: {address: 192.0.2.81}")
    Path("cluster.yaml").write_text(text)
    heads = [line for line in lvsgen_("diff", "before").out.splitlines() if not line.startswith((" ", "x", "!"))]
    named = ", ".join(SERVERS[:8])
    assert heads == ["big/lb:", f"big/{named}, 32 more:"]


def test_markdown_is_for_a_merge_request(site: Lvsgen) -> None:
    _change(", llc6: {weight: 1}", ", llc6: {weight: 3}")
    _change("llc5: {weight: 1}, ", "")
    assert site("diff", "--format", "markdown").out == (
        "What this does to each host, compared with `HEAD`:\n"
        "\n"
        "### llc\n"
        "\n"
        "**llc5**\n"
        "\n"
        "- `chain lvsgen-llc in nat PREROUTING: delete with 1 rule`\n"
        "- `file /etc/lvsgen/llc/host: change`\n"
        "\n"
        "**llclb1**\n"
        "\n"
        "- `tcp 129.129.190.54:22: weight of 129.129.190.176:22 from 1 to 3` `cluster.yaml:15`\n"
        "- **x** `tcp 129.129.190.54:22: delete 129.129.190.175:22, direct, weight 1`:"
        " established connections to 129.129.190.175:22 are cut: drain it first\n"
        "- `file /etc/lvsgen/llc/host: change`\n"
        "\n"
        "1 host: no change\n"
    )


def test_programs_are_told_all_of_it_and_the_page_names_each_key(site: Lvsgen) -> None:
    _change("scheduler: rr", "scheduler: wlc")
    document = site("diff", "--format", "json").document
    assert (document["verb"], document["status"], document["against"], document["differs"]) == (
        "diff",
        10,
        "HEAD",
        True,
    )
    [cluster] = document["clusters"]
    assert [(host["host"], host["fate"]) for host in cluster["hosts"]] == [
        ("llc5", "same"),
        ("llc6", "same"),
        ("llclb1", "changed"),
    ]
    says = {"says": "tcp 129.129.190.54:22: scheduler from rr to wlc", "drops": "", "dangerous": ""}
    assert cluster["hosts"][2]["operations"] == [says | {"place": "cluster.yaml:15"}]
    assert cluster["hosts"][2]["files"] == [{"path": "/etc/lvsgen/llc/host", "change": "change"}]
    assert pages.unnamed("docs/diff.md", document) == set()
    fates = (TOP / "docs/diff.md").read_text()
    assert [fate for fate in Fate if f"`{fate.name.lower()}`" not in fates] == []


TOP = EXAMPLES.parent


def _files(source: str) -> dict[str, bytes]:
    return {path: file.text.encode() for path, file in rendered(source).items()}


def _former(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same as format 1 had it: each state names the description, and no file beside does."""
    made_from = origin.parse(files[origin.NAME], origin.NAME)
    old = {path: raw for path, raw in files.items() if path != origin.NAME}
    for path in [path for path in old if path.endswith("/state.json")]:
        old[path] = statefile.write(replace(statefile.read(old[path]), description=made_from)).encode()
    return old


@pytest.mark.parametrize("source", ["llclb1.yaml", "web.yaml", "kinds"])
def test_every_former_format_is_read(source: str) -> None:
    new = built.read("c", _files(source), "new")
    old = built.read("c", _former(_files(source)), "old")
    assert old.description == new.description == source
    found = compare.compare({"c": old}, {"c": new}, "old")
    assert not found.differs
    assert say.text(found).count("no change") == 1


def test_a_mode_of_a_file_is_a_change_of_it() -> None:
    files = _files("web.yaml")
    loose = files | {"lb1/FILES": files["lb1/FILES"].replace(b"0755", b"0700")}
    found = compare.compare({"web": built.read("web", loose, "")}, {"web": built.read("web", files, "")}, "")
    [host] = [host for host in found.clusters[0].hosts if host.fate is not Fate.SAME]
    assert [(file.path, file.change) for file in host.files] == [("/usr/local/sbin/lvs-director", "change")]


def test_the_hosts_own_list_of_digests_is_no_change_of_its_own() -> None:
    paths = {path for host in built.read("web", _files("web.yaml"), "").hosts.values() for path in host.files}
    assert manifest.host_path("web") not in paths
    assert "/usr/local/sbin/lvs-director" in paths


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing-of-this-name"], "git knows no revision 'nothing-of-this-name'"),
        (["v1", "--file", "none.yaml"], "cannot read none.yaml"),
        (["empty"], "empty holds no cluster"),
        (["HEAD:out"], "git knows no revision 'HEAD:out'"),
        (["--file", "none.yaml"], "cannot read none.yaml"),
    ],
)
def test_what_cannot_be_compared_with_is_refused(site: Lvsgen, words: list[str], said: str) -> None:
    Path("empty").mkdir()
    run = site("diff", *words)
    assert (run.status, run.out) == (6, "")
    assert said in run.err
    assert "= help: " in run.err


def test_a_state_of_a_later_format_is_refused_by_its_name(site: Lvsgen) -> None:
    state = Path("out/llc/llc5/state.json")
    state.write_text(json.dumps({"format": 9}))
    _commit()
    assert "HEAD:out/llc/llc5/state.json: format: 9" in site("diff").err


def test_where_there_is_no_repository_a_folder_is_asked_for(lvsgen_: Lvsgen) -> None:
    Path("cluster.yaml").write_text(LLC)
    lvsgen_("build")
    run = lvsgen_("diff")
    assert run.status == 6
    assert "is in no repository of git" in run.err
    assert "lvsgen diff DIR" in run.err


def test_a_repository_without_a_commit_is_refused(lvsgen_: Lvsgen) -> None:
    Path("cluster.yaml").write_text(LLC)
    _git("init", "-q")
    assert lvsgen_("diff").status == 6


@pytest.mark.parametrize("name", ["-n", "--all", "--output=x"])
def test_a_revision_is_no_option_of_git(site: Lvsgen, name: str) -> None:
    run = site("diff", "--", name)
    assert (run.status, list(Path().glob("x"))) == (6, [])
    assert f"git knows no revision '{name}'" in run.err


def test_links_and_other_repositories_of_a_revision_are_passed_over(site: Lvsgen) -> None:
    Path("out/llc/llc5/state.json").rename("elsewhere.json")
    Path("out/llc/llc5/state.json").symlink_to(Path("elsewhere.json").resolve())
    _commit()
    assert "llc/llc5: new\n" in site("diff").out


def test_what_git_does_not_have_here_is_said(site: Lvsgen) -> None:
    words = ["git", "rev-parse", "HEAD:out/llc/llc5/state.json"]
    name = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    (Path(".git/objects") / name[:2] / name[2:]).unlink()
    run = site("diff")
    assert run.status == 6
    assert "cannot read the repository of out: " in run.err


def test_what_is_too_large_is_refused(site: Lvsgen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revision, "_LARGEST_SUM", 1000)
    assert "'HEAD' holds more than 0 MiB there" in site("diff").err


def test_out_may_lie_deeper_in_the_repository(site: Lvsgen, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("sites").mkdir()
    shutil.move("cluster.yaml", "sites/cluster.yaml")
    shutil.move("out", "sites/out")
    _commit()
    monkeypatch.chdir("sites")
    assert (site("diff").status, site("diff", "--out", "../sites/out").status) == (0, 0)


def test_what_a_checkout_could_have_run_is_not_run(site: Lvsgen) -> None:
    trap = Path("trap").resolve()
    trap.write_text("#!/bin/sh\ntouch " + str(trap.with_name("sprung")) + "\n")
    trap.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "core.sshCommand",
        "filter.x.smudge",
        "diff.x.textconv",
    ):
        _git("config", key, str(trap))
    Path(".gitattributes").write_text("* filter=x diff=x\n")
    _git("config", "filter.x.clean", "cat")
    _commit()
    Path("sprung").unlink(missing_ok=True)
    assert site("diff").status == 0
    assert not Path("sprung").exists()
