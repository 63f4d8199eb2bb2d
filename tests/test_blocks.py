"""The blocks of commands on review pages, run in an interactive bash against hosts that fail at every step.

Each program that a block starts, here or on a host, is a step: it is written down, and one of them fails.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.clusters import EXAMPLES, SOURCES, text

OUT = EXAMPLES.parent / "out"
COMMITTED = {path.parent.name: path.read_text() for path in sorted(OUT.glob("*/README.md"))}
STEP = """\
#!/bin/sh
# One step: written down, and failing when it is the one that shall.
name=${0##*/}
if [ "$name" = ssh ] && [ "$1" != -n ]; then said=$(cat); fi
echo "$name $*" | tr -s '\\n ' ' ' >>"$STEPS"; echo >>"$STEPS"
if [ "$(wc -l <"$STEPS")" = "$FAILS" ]; then exit 7; fi
case $name in
    awk) case $* in *FILENAME*) exec cat "$STEPS.former" ;; *) exec REAL_AWK "$@" ;; esac ;;
    ssh) ;;
    *) exit 0 ;;
esac
if [ "$1" = -n ]; then shift 2; exec sh -c "$*" </dev/null; fi
shift
printf '%s\\n' "$said" | sh -c "$*"
"""
PROGRAMS = (
    *("ssh", "rsync", "awk", "nc", "hostname", "chmod", "chown", "touch", "rm", "reboot"),
    *("systemctl", "service", "chkconfig", "update-rc.d", "dnf", "yum", "apt-get"),
    *("lvs-director", "lvs-realserver", "ipvsadm"),
)


FORMER = """\
/etc/lvsgen/old/MANIFEST edited  /usr/local/lib/lvsgen/engine-1.sh
/etc/lvsgen/old/MANIFEST same  /etc/lvsgen/old/host
/etc/lvsgen/web/MANIFEST same  /usr/local/lib/lvsgen/engine-1.sh
/etc/lvsgen/web/MANIFEST same  /usr/local/sbin/lvs-director
/etc/lvsgen/web/MANIFEST same  /etc/rc.d/init.d/lvs-director
/etc/lvsgen/web/MANIFEST edited  /etc/rc.d/init.d/lvs
"""
"""The MANIFESTs of a host, as the blocks read them: its own of an earlier build, and that of a cluster it was in."""


@dataclass(frozen=True)
class Ended:
    """What became of a block: the steps it took, its status, and whether the shell it was typed into lived on."""

    steps: list[str]
    status: int
    survived: bool


def _blocks(page: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


BLOCKS = {f"{name}-{number}": block for name, page in COMMITTED.items() for number, block in enumerate(_blocks(page))}


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    return _programs(tmp_path, "awk")


def _programs(place: Path, awk: str) -> Path:
    """Make the programs that stand in for those of the block; this awk is what does the work of one."""
    folder = place / "bin"
    folder.mkdir()
    name, *words = awk.split()
    real = shutil.which(name)
    assert real
    script = STEP.replace("REAL_AWK", " ".join([real, *words]))
    for name in PROGRAMS:
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    (folder / "sha256sum").write_text('#!/bin/sh\nread -r digest path\n[ "$digest" != edited ]\n')
    (folder / "sha256sum").chmod(0o755)
    return folder


def _run(block: str, folder: Path, programs: Path, fails: int, former: str = "") -> Ended:
    """Type a block into a shell, and then ask that for its status; `former` is in MANIFESTs on each host."""
    steps = programs.parent / "steps"
    steps.write_text("")
    (programs.parent / "steps.former").write_text(former)
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "STEPS": str(steps), "FAILS": str(fails), "HOME": "/"}
    typed = f"{block}echo status $?\necho alive\n"
    done = subprocess.run(
        ["bash", "--norc", "-i"], cwd=folder, env=environment, input=typed, capture_output=True, text=True, check=False
    )
    found = re.search(r"^status ([0-9]+)\nalive\n\Z", done.stdout, re.MULTILINE)
    return Ended(
        [line.strip() for line in steps.read_text().splitlines()], int(found[1]) if found else -1, found is not None
    )


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_ends_with_the_first_step_that_fails_and_the_shell_goes_on(name: str, programs: Path) -> None:
    block, folder = BLOCKS[name], OUT / name.rpartition("-")[0]
    whole = _run(block, folder, programs, 0, FORMER)
    assert (whole.status, whole.survived) == (0, True), whole
    assert whole.steps
    for fails in range(1, len(whole.steps) + 1):
        ended = _run(block, folder, programs, fails, FORMER)
        assert ended.steps == whole.steps[:fails]
        assert ended.status != 0, ended.steps
        assert ended.survived


def test_the_steps_of_an_installation_are_all_that_it_does(programs: Path) -> None:
    block = next(block for block in _blocks(COMMITTED["web"]) if "web2 web3" in block)
    steps = _run(block, OUT / "web", programs, 0).steps
    copying = ["ssh", "apt-get", "rsync", "rsync", "rsync", "rsync", "ssh", "touch", "ssh", "awk"]
    starting = ["awk", "ssh", *["chown", "chmod"] * 6, "ssh", "systemctl", "systemctl"]
    assert [step.split()[0] for step in steps] == [*copying, *starting, "awk", "ssh", "rsync"] * 2


@pytest.mark.parametrize("awk", ["mawk", "gawk --traditional", "original-awk", "busybox awk"])
def test_what_an_earlier_build_had_put_goes_unless_it_was_edited_or_runs_another_cluster(
    tmp_path: Path, awk: str
) -> None:
    block = next(block for block in _blocks(COMMITTED["web"]) if "lb1" in block)
    steps = _run(block, OUT / "web", _programs(tmp_path, awk), 0, FORMER).steps
    assert [step for step in steps if step.startswith("rm ")] == ["rm /etc/rc.d/init.d/lvs-director"]
    assert steps[-1] == "rsync -rlEK lb1/rootfs/etc/lvsgen root@lb1:/etc/"


@cache
def _every_block() -> tuple[str, ...]:
    return tuple(block for source in SOURCES for block in _blocks(text(source, "README.md")))


def test_several_commands_stand_in_a_subshell_that_ends_with_the_first_failure() -> None:
    """Without the subshell `set -e` would end the shell of whoever pastes it."""
    several = [block for block in _every_block() if len(block.splitlines()) > 1]
    assert several
    assert [block for block in several if not re.fullmatch(r"\(\n    set -e\n(    .*\n)+\)\n", block)] == []


def test_ssh_reads_nothing_unless_it_reads_a_pipe() -> None:
    calls = [line.strip() for block in _every_block() for line in block.splitlines() if "ssh " in line]
    assert calls
    assert [call for call in calls if "ssh -n " not in call and "| ssh " not in call] == []


def test_no_pipe_hides_a_failure_and_no_list_does_on_a_host() -> None:
    """What feeds a pipe cannot fail; `a && b` does not end `sh -e` when a fails."""
    lines = [line.strip() for block in _every_block() for line in block.splitlines()]
    feeders = {line.partition(" | ")[0] for line in lines if " | " in line and not line.startswith("print ")}
    assert feeders == {'echo "$modes"', 'gone=$(echo "$former"', 'echo "$gone"'}
    assert [line for line in lines if "print" in line and "&&" in line and not line.startswith("for (")] == []


def test_every_page_has_blocks_of_every_kind() -> None:
    for source in SOURCES:
        page = text(source, "README.md")
        for words in ("rootfs/ root@", "network/ root@", "lvs-director check", " reboot ", "drain ", "ipvsadm -d "):
            assert any(words in block for block in _blocks(page)), (source, words)
