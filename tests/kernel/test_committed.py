"""apply --require-committed by root, in the checkout of somebody else, who has named programs for git to run."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvsgen.prove.lab import Done, Host, Lab
from tests.kernel import guests

OUT = guests.folder(Path(__file__).parents[2] / "out")
CHECKOUT, MARK = "/srv/checkout", "/srv/checkout/mark"
RULES = "out/llc/llclb1/rootfs/etc/lvsgen/llc/host"
OWNER = "setpriv --reuid=4711 --regid=4711 --clear-groups env HOME=/nonexistent"
GIT = f"{OWNER} git -c user.name=a -c user.email=a@b"
HOSTILE = f"""\
set -e
mkdir -p {CHECKOUT}
cp -r {OUT} {CHECKOUT}/out
chown -R 4711:4711 {CHECKOUT}
cd {CHECKOUT}
git() {{ {GIT} "$@"; }}
git init -q
git add .
git commit -qm all
{OWNER} sh -c 'printf "#!/bin/sh\\nid -u >>{MARK}\\nprintf \\"token\\\\0\\"\\n" >.git/evil; chmod 755 .git/evil'
for key in core.fsmonitor core.sshCommand core.pager diff.external filter.evil.clean filter.evil.smudge; do
    git config $key {CHECKOUT}/.git/evil
done
{OWNER} cp .git/evil .git/hooks/post-index-change
{OWNER} sh -c 'echo "* filter=evil" >.git/info/attributes'
"""


@pytest.fixture
def director(cluster: Lab) -> Host:
    """A director with nothing of lvsgen on it, and a hostile checkout."""
    cluster["llclb1"].sh(HOSTILE)
    return cluster["llclb1"]


def _apply(host: Host) -> Done:
    return guests.lvsgen(host, "apply", "--no-rehearse", "--require-committed", "--out", f"{CHECKOUT}/out")


def _marks(host: Host) -> str:
    return host.sh(f"cat {MARK} 2>/dev/null || :").stdout


def test_what_is_committed_is_applied_and_nothing_of_the_owner_runs(director: Host) -> None:
    before = director.sh(f"cd {CHECKOUT}; find .git -printf '%p %U %m %T@\\n' | sort").stdout
    assert _apply(director).status == 0
    assert _marks(director) == ""
    assert director.sh(f"cd {CHECKOUT}; find .git -printf '%p %U %m %T@\\n' | sort").stdout == before
    director.sh(f"cd {CHECKOUT}; {OWNER} git status --short")
    assert "4711" in _marks(director), "plain git runs it"


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_what_the_index_hides_is_refused(director: Host, flag: str) -> None:
    director.sh(f"cd {CHECKOUT}; {GIT} update-index {flag} {RULES}; sed -i s/rr/wlc/ {RULES}; rm -f {MARK}")
    director.sh(
        f"cd {CHECKOUT}/out/llc; sha256sum DESCRIPTION README.md $(find llc* common -type f | LC_ALL=C sort) >MANIFEST"
    )
    director.sh(f"cd {CHECKOUT}; {GIT} -c core.fsmonitor= -c filter.evil.clean= commit -qm signed out/llc/MANIFEST")
    before = director.run("ipvsadm", "-Sn").stdout
    done = _apply(director)
    said = f"{CHECKOUT}/out/llc is not committed: {CHECKOUT}/{RULES} is not what HEAD has"
    assert (done.status, done.stderr.splitlines()[0]) == (6, f"lvsgen: {said}")
    assert director.run("ipvsadm", "-Sn").stdout == before
