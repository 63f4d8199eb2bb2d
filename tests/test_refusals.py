"""What host verbs refuse before they look at the host: an out/ that is not there, not clear, not sound, not reviewed.

What they refuse on a host is in tests/kernel/refusals.py.
"""

from __future__ import annotations

import ast
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lvsgen import manifest
from lvsgen.state import statefile
from tests.console import Lvsgen, Run

TOP = Path(__file__).parent.parent
HOST = "out/llc/llclb1"
FILES, STATE = f"{HOST}/FILES", f"{HOST}/state.json"
REBUILD = "run `lvsgen build` again and review what it writes, or restore it: git checkout -- out/llc"
GIT = "git -c user.name=a -c user.email=a@b"
READERS = {
    "plan": "plan --host llclb1",
    "status": "status --host llclb1",
    "watch": "status --watch --host llclb1",
    "drain": "drain llc6 --host llclb1",
    "undrain": "undrain llc6 --host llclb1",
    "doctor": "doctor --host llclb1",
}
"""The verbs that read out/; apply looks first whether it is root."""


@dataclass(frozen=True, slots=True)
class Case:
    """How the project gets wrong, by a script of sh, what is typed in which folder, and said; `*` is anything."""

    arrange: str
    said: str
    hint: str
    typed: str = "plan --host llclb1"
    folder: str = "."


UNCLEAR = {
    "no out": Case("rm -r out", "out holds no cluster", "say where it is with --out, or make it with lvsgen build"),
    "no such host": Case(f"rm -r {HOST}", "no host 'llclb1' in out", "did you mean 'lb1'?"),
    "in two clusters": Case(
        "cp -r out/llc out/old", "llclb1 is in several clusters of out", "choose with --cluster: llc or old"
    ),
    "another version": Case(
        f"""echo '{{"format": 3}}' >{STATE}""", f"{STATE}: format: 3, but this version reads 1 and 2", statefile.HINT
    ),
    "no JSON": Case(f"echo x >{STATE}", f"{STATE}: line 1, column 1: Expecting value", statefile.HINT),
    "a folder": Case(f"rm {STATE}; mkdir {STATE}", f"cannot read {STATE}: Is a directory", statefile.HINT),
}
"""What every verb that reads out/ refuses."""

UNREVIEWED = {
    "in another cluster": Case(
        "", "no host 'llclb1' in cluster web of out", "it is in llc", "plan --host llclb1 --cluster web"
    ),
    "no such cluster": Case(
        "", "no host 'x' in cluster old of out", "choose with --cluster: llc or web", "plan --host x --cluster old"
    ),
    "changed": Case(f"echo >>{FILES}", f"{FILES} is not what lvsgen build made: MANIFEST has another digest", REBUILD),
    "missing": Case(f"rm {FILES}", f"{FILES} is missing, MANIFEST lists it", REBUILD),
    "more": Case(
        f"touch {HOST}/rootfs/etc/shadow",
        f"{HOST}/rootfs/etc/shadow is not in MANIFEST: lvsgen build did not make it",
        REBUILD,
    ),
    "a link to a folder more": Case(
        f"ln -s etc {HOST}/rootfs/srv",
        f"{HOST}/rootfs/srv is not in MANIFEST: lvsgen build did not make it",
        REBUILD,
    ),
    "a link to nowhere": Case(f"rm {FILES}; ln -s none {FILES}", f"{FILES} is a link, not a file", REBUILD),
    "a link to the same": Case(f"mv {FILES} x; ln -s ../../../x {FILES}", f"{FILES} is a link, not a file", REBUILD),
    "a pipe": Case(f"rm {FILES}; mkfifo {FILES}", f"{FILES} is no file", REBUILD),
    "of another host": Case(
        f"cp out/llc/llc5/state.json {STATE}", f"{STATE} is about host 'llc5' of cluster 'llc'", statefile.HINT
    ),
    "a link for the cluster": Case(
        "mv out/llc llc; ln -s ../llc out/llc",
        "out/llc is a link, and below --out none is followed",
        "put the folder itself there, or name another --out",
    ),
    "of other lines": Case(
        "echo '<<<<<<< HEAD' >>out/llc/MANIFEST",
        "out/llc/MANIFEST has lines that lvsgen build did not write, or a path twice",
        REBUILD,
    ),
    "setuid": Case(
        f"sed -i s/0755/4755/ {FILES}; cd out/llc; "
        "sha256sum DESCRIPTION README.md $(find llc* common -type f) >MANIFEST",
        f"{FILES}: '4755 root:root *' is no line of it: must be MODE root:root PATH, with a mode as 0644, "
        "and a path below rootfs/, network/ or common/rootfs/",
        statefile.HINT,
    ),
    "no MANIFEST": Case("rm out/llc/MANIFEST", "cannot read out/llc/MANIFEST: No such file or directory", REBUILD),
    "stale": Case(
        "echo >>examples/llclb1.yaml",
        "examples/llclb1.yaml has changed since out/llc was built",
        "build and review it: lvsgen build examples/llclb1.yaml",
    ),
    "stale beside out": Case(
        "echo >llclb1.yaml",
        "llclb1.yaml has changed since out/llc was built",
        "build and review it: lvsgen build llclb1.yaml",
    ),
    "stale seen from within": Case(
        "echo >llclb1.yaml",
        "../llclb1.yaml has changed since llc was built",
        "build and review it: lvsgen build ../llclb1.yaml",
        "plan --host llclb1 --out .",
        "out",
    ),
    "not committed": Case(
        f"git init -q; git add out; {GIT} commit -qm all; touch out/llc/new",
        "out/llc is not committed: out/llc/new is not in HEAD",
        "review it; git commit out/llc",
        "plan --host llclb1 --require-committed",
    ),
    "not in version control": Case(
        "git init -q",
        "out/llc is not in version control: *",
        "git add out/llc; git commit",
        "plan --host llclb1 --require-committed",
    ),
}
"""What plan and apply refuse beyond that."""


@pytest.fixture
def project(lvsgen_: Lvsgen) -> Lvsgen:
    """What the repository has, and the command line in it."""
    for name in ("out", "examples"):
        shutil.copytree(TOP / name, name)
    return lvsgen_


def _arrange(script: str) -> dict[str, tuple[int, str]]:
    """Run a script; gives every file that there is then, with its time of change."""
    subprocess.run(["/bin/sh", "-ec", script], check=True, capture_output=True)
    return _tree(Path())


def _tree(top: Path) -> dict[str, tuple[int, str]]:
    paths = [path for path in top.rglob("*") if path.is_file() and ".git" not in path.parts]
    return {str(path.relative_to(top)): (path.stat().st_mtime_ns, manifest.digest(path.read_bytes())) for path in paths}


def _is_refused(case: Case, run: Run) -> bool:
    wanted = re.escape(f"lvsgen: {case.said}\n  = help: {case.hint}\n").replace(r"\*", ".*")
    return (run.status, run.out) == (6, "") and re.fullmatch(wanted, run.err) is not None


@pytest.mark.parametrize("typed", READERS.values(), ids=READERS.keys())
@pytest.mark.parametrize("case", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_an_out_that_does_not_say_what_the_host_is_to_be_is_refused(project: Lvsgen, case: Case, typed: str) -> None:
    before = _arrange(case.arrange)
    run = project(*typed.split())
    assert _is_refused(case, run), run
    assert _tree(Path()) == before


UNDRAINED = {
    name: replace(case, typed=READERS["undrain"]) for name, case in UNREVIEWED.items() if case.typed == READERS["plan"]
}
"""A weight that nobody has reviewed is not given back, either."""


@pytest.mark.parametrize("case", UNDRAINED.values(), ids=UNDRAINED.keys())
def test_nothing_is_undrained_by_an_out_that_nobody_has_reviewed(project: Lvsgen, case: Case) -> None:
    before = _arrange(case.arrange)
    run = project(*case.typed.split())
    assert _is_refused(case, run), run
    assert _tree(Path()) == before


@pytest.mark.parametrize("case", UNREVIEWED.values(), ids=UNREVIEWED.keys())
def test_an_out_that_nobody_has_reviewed_is_refused(
    project: Lvsgen, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    top, before = Path.cwd(), _arrange(case.arrange)
    monkeypatch.chdir(case.folder)
    run = project(*case.typed.split())
    assert _is_refused(case, run), run
    assert _tree(top) == before


def test_the_doctor_does_without_an_out_but_not_with_a_wrong_one(project: Lvsgen) -> None:
    assert project("doctor").status == 0
    host = f"out/llc/{socket.gethostname().partition('.')[0]}"
    _arrange(f"cp -r {HOST} {host}; echo x >{host}/state.json")
    assert project("doctor").err.startswith(f"lvsgen: {host}/state.json: line 1, column 1")


def _refusals() -> Iterator[tuple[str, str]]:
    """Every OperatorError of the rooms that host verbs go through: where, and the longest piece of it that is fixed."""
    rooms = ("apply", "cli", "host", "live", "outdir", "status")
    paths = [path for room in rooms for path in (TOP / "lvsgen" / room).glob("*.py")]
    for path in (*paths, TOP / "lvsgen/process.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("OperatorError", "UnbelievedError"):
                parts = [part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)]
                texts = (part.strip() for part in parts if isinstance(part, str))
                yield f"{path.name}:{node.lineno}", max(texts, key=len, default="")


def test_every_refusal_is_named_by_a_test() -> None:
    tested = "".join(path.read_text() for path in (TOP / "tests").rglob("*.py"))
    assert [(place, text) for place, text in _refusals() if len(text) > 5 and text not in tested] == []
