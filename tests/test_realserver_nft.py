"""The realserver's script over nftables, run for real in a network namespace of this machine."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
from pathlib import Path

import pytest

from lvsgen import load
from lvsgen.lower.lower import lower
from lvsgen.platforms.layout import ENGINE
from lvsgen.render import artifacts

EXAMPLE = Path(__file__).parent.parent / "examples" / "web.yaml"
SHELLS = {"dash": "dash", "bash": "bash --posix", "busybox": "busybox sh"}
TOOLS = ("nft", "awk", "ls", "cat", "mv")
FAULTS = ("before", "after", "HUP", "INT", "TERM")
FOREIGN = "table ip theirs { chain c { type nat hook prerouting priority 5; tcp dport 80 redirect to :81; }; }"
DRIFT = "add element ip lvsgen-web vips { 192.0.2.99 }; insert rule ip lvsgen-web prerouting tcp dport 22 accept"

_INSIDE = """\
mount -t tmpfs tmpfs /run
live() { nft list ruleset; cat /run/lvsgen-web.state 2>/dev/null; ls -A /run; }
run() { status=0; lvs "$@" >said 2>errors || status=$?; }
lvs() { PATH=/usr/sbin:/usr/bin:/sbin:/bin $shell "$script" "$@"; }
expect() {
    [ "$2" = "$3" ] && return
    printf '%s: expected:\\n%s\\nbut it is:\\n%s\\n' "$1" "$2" "$3"
    cat said errors
    exit 1
}
"""
"""$script is run by $shell in the current folder; run leaves its $status and the files said and errors."""

_WRAPPER = """\
#!/bin/bash
# Builtins only: whatever this called might itself be a wrapped tool.
read -r at fault <{folder}/plan
read -r number <{folder}/count
number=$((number + 1))
echo $number >{folder}/count
words=$*
echo "$number {tool} ${{words//$'\\n'/ }}" >>{folder}/calls
if [ $number = "$at" ]; then
    case $fault in
    before) exit 1 ;;
    after) {real} "$@"; exit 1 ;;
    *) kill -$fault $PPID ;;
    esac
fi
exec {real} "$@"
"""


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    """Every shell that scripts are to run under, as the words before the script."""
    return SHELLS[request.param]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The script of a realserver with nft and its rules, which it finds in the test's own folder."""
    loaded = load.read("web.yaml", EXAMPLE.read_bytes())
    files = artifacts.render(loaded, lower(loaded.cluster))
    (tmp_path / "web").mkdir(mode=0o755)
    (tmp_path / "web/host").write_text(files["web2/rootfs/etc/lvsgen/web/host"].text)
    (tmp_path / "engine").write_text(files[f"common/rootfs{ENGINE}"].text)
    text = files["web2/rootfs/usr/local/sbin/lvs-realserver"].text
    for there, here in (("/etc/lvsgen/web/host", "web/host"), (ENGINE, "engine"), ("/bin/sh", "$shell")):
        assert there in text.partition("exec")[2]
        text = text.replace(f" {there}", f" {here if here == '$shell' else tmp_path / here}")
    path = tmp_path / "lvs-realserver"
    path.write_text(text)
    path.chmod(0o755)
    return path


def _inside(scene: str, shell: str, script: Path) -> str:
    """Run a scene in namespaces of its own, in the script's folder; returns what it prints."""
    # A shell cannot trap what it was started to ignore, as everything under nohup is.
    command = ["env", "--default-signal", "unshare", "-rmn", "bash", "-eu", "-c", _INSIDE + scene]
    settings = {**os.environ, "LC_ALL": "C", "shell": shell, "script": str(script)}
    done = subprocess.run(
        command, cwd=script.parent, env=settings, capture_output=True, text=True, check=False, timeout=300
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


def test_start_loads_the_table_and_stop_takes_it_away(shell: str, script: Path) -> None:
    scene = f"""
        nft '{FOREIGN}'
        before=$(live)
        run start
        expect "start" "0:" "$status:$(cat errors)"
        {{ nft list table ip theirs; sed -n '/^table/,/^[}}]/p' web/host; }} >wanted
        nft list ruleset | diff -wB wanted - || exit 1
        grep -q '^put.table ip lvsgen-web$' /run/lvsgen-web.state || exit 1
        run status
        expect "status" "0 running" "$status $(tail -n 1 said)"
        run stop
        expect "stop" "0:" "$status:$(cat errors)"
        expect "what is left" "$before" "$(live)"
        run status
        expect "status afterwards" "3 stopped" "$status $(tail -n 1 said)"
    """
    assert _inside(scene, shell, script) == ""


def test_what_has_nothing_to_do_is_silent_and_changes_nothing(shell: str, script: Path) -> None:
    scene = """
        run start
        before=$(live)
        for verb in start reload; do
            run $verb
            expect $verb "0:" "$status:$(cat said errors)"
            expect "after $verb" "$before" "$(live)"
        done
        run stop
        run stop
        expect "a second stop" "0:" "$status:$(cat said errors)"
    """
    assert _inside(scene, shell, script) == ""


def test_a_reload_undoes_drift_and_says_how(shell: str, script: Path) -> None:
    scene = f"""
        run start
        before=$(live)
        nft '{DRIFT}'
        run check
        expect check 1 $status
        run reload
        expect reload "0:" "$status:$(cat errors)"
        expect "after reload" "$before" "$(live)"
        cat said
    """
    said = _inside(scene, shell, script).splitlines()
    assert said[:3] == [
        "+ nft: table ip lvsgen-web",
        "+ nft: delete table ip lvsgen-web",
        "+ nft: table ip lvsgen-web {",
    ]
    assert all(line.startswith("+ nft: ") for line in said)


def test_a_table_of_an_older_version_is_replaced(shell: str, script: Path) -> None:
    scene = """
        sed 's/192.0.2.80 /192.0.2.80,\\n192.0.2.81 /' web/host >older
        cp web/host newer
        run start
        after=$(live)
        cp older web/host
        run reload
        nft list ruleset | grep -q 192.0.2.81 || exit 1
        cp newer web/host
        run reload
        expect "the newer version" "$after" "$(live)"
        rm web/host
        run stop
        expect "stop without files" "0:" "$status:$(nft list ruleset)"
    """
    assert _inside(scene, shell, script) == ""


def test_a_stop_that_fails_says_so_and_can_be_repeated(shell: str, script: Path) -> None:
    scene = f"""
        {_sabotage(script.parent)}
        nothing=$(live)
        run start
        before=$(live)
        plan 0 none
        run stop
        at=$(sed -n 's/^\\([0-9]*\\) nft -f .*/\\1/p' calls)
        run start
        expect "the same again" "$before" "$(live)"
        plan $at before
        run stop
        expect "a failed stop" "1 $before" "$status $(live)"
        grep -q 'not stopped; still to be done:' errors || exit 1
        plan 0 none
        run stop
        expect "stop" "0 $nothing" "$status $(live)"
    """
    assert _inside(scene, shell, script) == ""


SITUATIONS = {
    "the first start": f"nft '{FOREIGN}'",
    "a reload over drift": f"nft '{FOREIGN}'; run start; nft '{DRIFT}'",
    "a reload without the table": f"nft '{FOREIGN}'; run start; nft delete table ip lvsgen-web",
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_fault_anywhere_leaves_things_as_found(situation: str, shell: str, script: Path) -> None:
    prepare = f"{_sabotage(script.parent)}\n{SITUATIONS[situation]}\n"
    _inside(f"{prepare} plan 0 none; run reload; expect reload 0 $status", shell, script)
    calls = (script.parent / "calls").read_text().splitlines()
    assert sum(" nft -f " in call for call in calls) == 1
    tried = _faults(calls, every_call=shell == "dash")
    (script.parent / "faults").write_text("".join(f"{at} {fault}\n" for at, fault in tried))
    scene = f"""
        {prepare}
        before=$(plan 0 none; live)
        while read -r at fault; do
            plan $at $fault
            run reload
            plan 0 none
            [ $status != 0 ] || {{ echo "status 0 after $fault at $at"; exit 1; }}
            expect "$fault at $at" "$before" "$(live)"
        done <faults
        run reload
        expect reload 0 $status
        nft list table ip lvsgen-web >/dev/null
    """
    assert _inside(scene, shell, script) == ""


def _faults(calls: list[str], *, every_call: bool) -> list[tuple[int, str]]:
    """Everything at the calls that change something, a signal there where time is short; "before" at the others."""
    signals = itertools.cycle(("HUP", "INT", "TERM"))
    found: list[tuple[int, str]] = []
    for at, call in enumerate(calls, start=1):
        if re.match(r"\d+ (mv|nft -f) ", call):
            found += [(at, fault) for fault in (FAULTS if every_call else ("before", "after", next(signals)))]
        elif every_call:
            found.append((at, "before"))
    return found


def _sabotage(folder: Path) -> str:
    """The commands that wrap the tools; after `plan NUMBER FAULT` the call of that number goes wrong."""
    lines = [f"plan() {{ echo $* >{folder}/plan; echo 0 >{folder}/count; : >{folder}/calls; }}; plan 0 none"]
    (folder / "real").mkdir(exist_ok=True)
    for tool in TOOLS:
        real = folder / "real" / tool
        real.touch()
        wrapper = folder / f"wrapped-{tool}"
        wrapper.write_text(_WRAPPER.format(folder=folder, tool=tool, real=real))
        wrapper.chmod(0o755)
        lines += [f'at=$(readlink -f "$(command -v {tool})")', f"mount --bind $at {real}"]
        lines += [f"mount --bind {wrapper} $at"]
    return "\n".join(lines)
