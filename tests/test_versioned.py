"""outdir/versioned.py, repository.py: what was read is what HEAD has, and git runs nothing of the checkout's owner."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lvsgen import manifest, process
from lvsgen.errors import OperatorError
from lvsgen.outdir import desired, repository, reviewed, tree, versioned
from tests.pages import TOP

SOMEBODY = 4711
IS_ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not IS_ROOT, reason="gives files to somebody else, and runs programs as them")


@dataclass(frozen=True, slots=True)
class Checkout:
    """A repository with an out/ in it, of its owner."""

    top: Path
    owner: int

    @property
    def cluster(self) -> Path:
        return self.top / "out/llc"

    def git(self, *words: str, at: Path | None = None) -> str:
        """Run git as the owner does."""
        who = {"user": self.owner, "group": self.owner, "extra_groups": ()} if IS_ROOT else {}
        names = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always")
        run = subprocess.run(  # type: ignore[call-overload]
            ["git", "-C", str(at or self.top), *names, *words],
            check=True,
            capture_output=True,
            text=True,
            env={"HOME": str(self.top), "PATH": os.environ["PATH"]},
            **who,
        )
        return str(run.stdout)

    def check(self, cluster: Path | None = None) -> None:
        """What --require-committed does."""
        versioned.check(tree.read((cluster or self.cluster) / "llclb1", whole=True))

    def refusal(self, cluster: Path | None = None) -> str:
        with pytest.raises(OperatorError) as refused:
            self.check(cluster)
        assert refused.value.hint
        return str(refused.value)


def _checkout(top: Path, owner: int, *init: str) -> Checkout:
    made = Checkout(top, owner)
    shutil.copytree(TOP / "out/llc", top / "out/llc")
    top.chmod(0o755)
    for path in (top, *top.rglob("*")):
        if IS_ROOT:
            os.chown(path, owner, owner)
    made.git("init", "-q", *init)
    made.git("add", ".")
    made.git("commit", "-qm", "all")
    return made


@pytest.fixture
def top() -> Iterator[Path]:
    """A folder that everybody can reach."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture(params=[os.geteuid(), pytest.param(SOMEBODY, marks=as_root)], ids=["ours", "somebody's"])
def checkout(request: pytest.FixtureRequest, top: Path) -> Checkout:
    return _checkout(top, request.param)


def test_what_is_committed_is_fine(checkout: Checkout) -> None:
    checkout.check()


def test_a_repository_with_sha256_is_fine(top: Path) -> None:
    made = _checkout(top, os.geteuid(), "--object-format=sha256")
    made.check()
    (made.cluster / "README.md").write_text("")
    assert "README.md is not what HEAD has" in made.refusal()


def test_a_link_to_out_is_fine(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(checkout.top / "out")
    checkout.check(tmp_path / "link/llc")


def test_who_owns_the_checkout_decides_what_is_applied(checkout: Checkout) -> None:
    """A mistake is caught, and who means it signs and commits it: so docs/trust.md says whom one trusts with that."""
    (checkout.cluster / RULES).write_text("evil\n")
    found = desired.read(checkout.cluster / "llclb1", whole=True)
    with pytest.raises(OperatorError, match="is not what lvsgen build made"):
        reviewed.check(found, committed=True)
    listing = checkout.cluster / manifest.NAME
    digests = manifest.parse(listing.read_bytes()) | {RULES: manifest.digest(b"evil\n")}
    listing.write_text(manifest.render(digests))
    with pytest.raises(OperatorError, match="is not committed"):
        reviewed.check(desired.read(checkout.cluster / "llclb1", whole=True), committed=True)
    checkout.git("commit", "-qam", "evil")
    reviewed.check(desired.read(checkout.cluster / "llclb1", whole=True), committed=True)


RULES = "llclb1/rootfs/etc/lvsgen/llc/host"


def _edit(checkout: Checkout) -> None:
    (checkout.cluster / RULES).write_text("evil\n")


def _assumed(checkout: Checkout) -> None:
    checkout.git("update-index", "--assume-unchanged", f"out/llc/{RULES}")
    _edit(checkout)


def _skipped(checkout: Checkout) -> None:
    checkout.git("update-index", "--skip-worktree", f"out/llc/{RULES}")
    _edit(checkout)


def _monitored(checkout: Checkout) -> None:
    """A monitor that says that nothing has changed."""
    monitor = checkout.top / ".git/monitor"
    monitor.write_text("#!/bin/sh\nprintf 'token\\0'\n")
    monitor.chmod(0o755)
    checkout.git("config", "core.fsmonitor", str(monitor))
    checkout.git("status")
    _edit(checkout)


def _staged(checkout: Checkout) -> None:
    _edit(checkout)
    checkout.git("add", ".")


def _filtered(checkout: Checkout) -> None:
    """A filter that commits what was there before."""
    (checkout.top / ".gitattributes").write_text("host filter=same\n")
    checkout.git("config", "filter.same.clean", f"git cat-file blob HEAD:out/llc/{RULES}")
    _edit(checkout)
    assert RULES not in checkout.git("diff", "--name-only")


def _hidden(checkout: Checkout) -> None:
    (checkout.top / ".git/info/exclude").write_text("llclb1/rootfs/srv\n")
    more = checkout.cluster / "llclb1/rootfs/srv"
    more.mkdir()
    (more / ".profile").write_text("evil\n")


def _repository_within(checkout: Checkout) -> None:
    """git does not look into another repository."""
    more = checkout.cluster / "llclb1/rootfs/srv"
    more.mkdir()
    subprocess.run(["git", "-C", str(more), "init", "-q"], check=True)
    (more / ".profile").write_text("evil\n")


def _gone(checkout: Checkout) -> None:
    (checkout.cluster / RULES).unlink()


def _linked(checkout: Checkout) -> None:
    moved = (checkout.cluster / RULES).rename(checkout.top / "moved")
    (checkout.cluster / RULES).symlink_to(moved)
    checkout.git("add", ".")
    checkout.git("commit", "-qm", "a link")


def _replaced(checkout: Checkout) -> None:
    """A replacement of the committed object by another one."""
    old = checkout.git("rev-parse", f"HEAD:out/llc/{RULES}").strip()
    _edit(checkout)
    new = checkout.git("hash-object", "-w", f"out/llc/{RULES}").strip()
    checkout.git("replace", old, new)


DIFFERENT: dict[str, tuple[Callable[[Checkout], None], str]] = {
    "edited": (_edit, f"{RULES} is not what HEAD has"),
    "assumed unchanged": (_assumed, f"{RULES} is not what HEAD has"),
    "skipped": (_skipped, f"{RULES} is not what HEAD has"),
    "monitored": (_monitored, f"{RULES} is not what HEAD has"),
    "staged": (_staged, f"{RULES} is not what HEAD has"),
    "filtered": (_filtered, f"{RULES} is not what HEAD has"),
    "replaced": (_replaced, f"{RULES} is not what HEAD has"),
    "hidden": (_hidden, "llclb1/rootfs/srv/.profile is not in HEAD"),
    "in a repository within": (_repository_within, "llclb1/rootfs/srv/.git/HEAD is not in HEAD"),
    "gone": (_gone, f"{RULES} is missing, HEAD has it"),
    "a link": (_linked, f"{RULES} is a link, not a file"),
}


@pytest.mark.parametrize(("change", "said"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_what_is_not_committed_is_refused_whatever_git_is_told(
    checkout: Checkout, change: Callable[[Checkout], None], said: str
) -> None:
    change(checkout)
    cluster = checkout.cluster
    assert checkout.refusal().startswith(f"{cluster} is not committed: {cluster}/")
    assert checkout.refusal().startswith(f"{cluster} is not committed: {cluster}/{said}")


# Of which repository


def test_a_worktree_is_fine(checkout: Checkout) -> None:
    checkout.git("worktree", "add", "-q", "other")
    checkout.check(checkout.top / "other/out/llc")
    (checkout.top / "other/out/llc/README.md").write_text("")
    assert "README.md is not what HEAD has" in checkout.refusal(checkout.top / "other/out/llc")


def test_a_submodule_is_fine(checkout: Checkout) -> None:
    checkout.git("init", "-q", "above")
    checkout.git("submodule", "add", "-q", str(checkout.top), "sub", at=checkout.top / "above")
    checkout.check(checkout.top / "above/sub/out/llc")
    (checkout.top / "above/sub/out/llc/more").touch()
    assert "more is not in HEAD" in checkout.refusal(checkout.top / "above/sub/out/llc")


def test_a_repository_that_is_the_folder_itself_is_fine(checkout: Checkout) -> None:
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "all")):
        checkout.git(*words, at=checkout.cluster)
    checkout.check()


def _none(checkout: Checkout) -> None:
    shutil.rmtree(checkout.top / ".git")


def _no_commit(checkout: Checkout) -> None:
    checkout.git("update-ref", "-d", "HEAD")


def _nothing(checkout: Checkout) -> None:
    checkout.git("rm", "-qr", "--cached", "out")
    checkout.git("commit", "-qm", "nothing")


def _link(checkout: Checkout) -> None:
    (checkout.top / ".git").rename(checkout.top / "moved")
    (checkout.top / ".git").symlink_to("moved")


def _empty(checkout: Checkout) -> None:
    _none(checkout)
    (checkout.top / ".git").mkdir()


def _nowhere(checkout: Checkout) -> None:
    _none(checkout)
    (checkout.top / ".git").write_text("gitdir: nowhere\n")


def _nonsense(checkout: Checkout) -> None:
    _none(checkout)
    (checkout.top / ".git").write_text("what?\n")


def _pipe(checkout: Checkout) -> None:
    _none(checkout)
    os.mkfifo(checkout.top / ".git")


NOWHERE: dict[str, tuple[Callable[[Checkout], None], str]] = {
    "no repository": (_none, "it is in no repository"),
    "no commit": (_no_commit, "fatal: Not a valid object name HEAD"),
    "nothing committed": (_nothing, "HEAD has nothing there"),
    "a link": (_link, "/.git: it is a link, and none is followed here"),
    "an empty folder": (_empty, "fatal: not a git repository"),
    "a file that leads nowhere": (_nowhere, "/.git: No such file or directory"),
    "a file of nonsense": (_nonsense, "/.git does not say where a repository is"),
    "a pipe": (_pipe, "/.git: Not a directory"),
}


@pytest.mark.parametrize(("change", "said"), NOWHERE.values(), ids=NOWHERE.keys())
def test_what_is_in_no_repository_that_can_be_asked_is_refused(
    checkout: Checkout, change: Callable[[Checkout], None], said: str
) -> None:
    change(checkout)
    refusal = checkout.refusal()
    assert refusal.startswith(f"{checkout.cluster} is not in version control: ")
    assert said in refusal


@as_root
def test_a_file_that_leads_to_the_repository_of_somebody_else_is_refused(top: Path) -> None:
    made = _checkout(top, SOMEBODY)
    (top / ".git").rename(top / "moved")
    (top / ".git").write_text("gitdir: moved\n")
    assert f"{top}/.git leads to the repository of somebody else, {top}/moved" in made.refusal()


# What git runs, and as whom

_PROGRAMS = (
    "core.fsmonitor",
    "core.sshCommand",
    "core.pager",
    "core.editor",
    "core.askPass",
    "core.gitProxy",
    "core.alternateRefsCommand",
    "credential.helper",
    "diff.external",
    "sequence.editor",
    "gpg.program",
    "uploadpack.packObjectsHook",
    "pager.ls-tree",
    "alias.ls-tree",
    "filter.evil.clean",
    "filter.evil.smudge",
    "filter.evil.process",
    "diff.evil.textconv",
    "diff.evil.command",
    "merge.evil.driver",
    "remote.origin.uploadpack",
    "remote.origin.vcs",
    "trace2.eventTarget",
)
_HOOKS = ("post-index-change", "post-checkout", "pre-auto-gc", "reference-transaction", "fsmonitor-watchman")


def _arm(checkout: Checkout) -> Path:
    """Let everything that can name a program name one that leaves a mark."""
    mark, evil = checkout.top / "mark", checkout.top / ".git/evil"
    evil.write_text(f"#!/bin/sh\nid -u >>{mark}\nexit 1\n")
    evil.chmod(0o755)
    for key in _PROGRAMS:
        checkout.git("config", "--file", str(checkout.top / ".git/more"), key, str(evil))
    checkout.git("config", "include.path", str(checkout.top / ".git/more"))
    for hook in _HOOKS:
        shutil.copy(evil, checkout.top / f".git/hooks/{hook}")
    (checkout.top / ".git/info/attributes").write_text("* filter=evil diff=evil merge=evil\n")
    return mark


def test_git_runs_no_program_of_the_checkout(checkout: Checkout) -> None:
    mark = _arm(checkout)
    checkout.check()
    assert not mark.exists()
    subprocess.run(
        ["git", "-C", str(checkout.top), "-c", "safe.directory=*", "status"], capture_output=True, check=False
    )
    if checkout.owner == os.geteuid():
        assert mark.exists(), "plain git does run them"


def test_git_fetches_nothing_for_a_partial_clone(checkout: Checkout) -> None:
    checkout.git("config", "uploadpack.allowFilter", "true")
    checkout.git("clone", "-q", "--filter=tree:0", "--no-checkout", f"file://{checkout.top}", "part")
    part = Checkout(checkout.top / "part", checkout.owner)
    mark = _arm(part)
    (part.top / ".git/more").write_text(f'[remote "origin"]\n\tuploadpack = {part.top}/.git/evil\n')
    shutil.copytree(TOP / "out/llc", part.cluster)
    assert "is not in version control: " in part.refusal()
    assert not mark.exists()
    with pytest.raises(subprocess.CalledProcessError):
        part.git("ls-tree", "-r", "HEAD")
    assert mark.exists(), "plain git does run it"


def _said_by_git(monkeypatch: pytest.MonkeyPatch, top: Path, script: str) -> None:
    """Put another git first on the path."""
    tools = top / "tools"
    tools.mkdir()
    (tools / "git").write_text(f"#!/bin/sh\n{script}\n")
    (tools / "git").chmod(0o755)
    monkeypatch.setattr(process, "_FOLDERS", (str(tools), *process._FOLDERS))


@as_root
def test_git_has_the_owners_rights_and_nothing_of_ours(
    top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _checkout(top, SOMEBODY)
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_TRACE", str(top / "trace"))
    monkeypatch.setenv("SECRET", "ours")
    said = top / "said"
    wanted = "id -u; id -g; id -G; ps -o sid= -p $$; echo $$; tty; umask; env"
    _said_by_git(monkeypatch, top, f'{{ {wanted}; }} >{said}; exec /usr/bin/git "$@"')
    made.check()
    uid, gid, groups, session, pid, terminal, mask, *environment = said.read_text().splitlines()
    assert (uid, gid, groups, terminal) == (f"{SOMEBODY}", f"{SOMEBODY}", f"{SOMEBODY}", "not a tty")
    assert session.strip() == pid
    assert mask
    assert said.stat().st_uid == SOMEBODY
    names = {line.partition("=")[0] for line in environment}
    assert names - {"PWD", "OLDPWD", "_", "SHLVL"} == {"PATH", "LC_ALL", *repository._ENVIRONMENT}
    assert not (top / "trace").exists()


@as_root
def test_what_is_the_owners_stays_so(top: Path) -> None:
    made = _checkout(top, SOMEBODY)
    before = {path: path.lstat() for path in (top / ".git").rglob("*")}
    made.check()
    after = {path: path.lstat() for path in (top / ".git").rglob("*")}
    assert {path: (s.st_uid, s.st_mtime_ns, stat.S_IMODE(s.st_mode)) for path, s in after.items()} == {
        path: (s.st_uid, s.st_mtime_ns, stat.S_IMODE(s.st_mode)) for path, s in before.items()
    }


TALK = {
    "endless": ("exec cat /dev/zero", "git prints more than 64 MiB"),
    "slow": ("exec sleep 60", "git is not done after 0.5 s"),
    "dripping": ("while :; do printf .; sleep 0.1; done", "git is not done after 0.5 s"),
    "nonsense": ("echo what", "git says what lvsgen does not understand"),
    "of elsewhere": (f"printf '100644 blob {'0' * 40}\\tetc/passwd\\0'", "git says what lvsgen does not understand"),
    "failing": ("echo no >&2; exit 1", "is not in version control: no"),
}


@pytest.mark.parametrize(("script", "said"), TALK.values(), ids=TALK.keys())
def test_what_git_says_has_bounds_and_a_grammar(
    top: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    made = _checkout(top, os.geteuid())
    _said_by_git(monkeypatch, top, script)
    monkeypatch.setattr(process, "PATIENCE", 0.5 if "sleep" in script else 60)
    assert said in made.refusal()
