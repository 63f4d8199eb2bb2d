"""README.md: what it shows is what is printed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import pages
from tests.pages import TOP, Shown

TRIED = [shown for shown in pages.shown("README.md", "$") if shown.command != "make test"]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository as it is tried: its examples, what is built of them, and lvsgen installed."""
    folder = tmp_path_factory.mktemp("readme")
    for name in ("examples", "out"):
        shutil.copytree(TOP / name, folder / name)
    for words in ("init -q", "add .", "-c user.name=a -c user.email=a@b commit -q -m all"):
        subprocess.run(["git", *words.split()], cwd=folder, check=True)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def _printed(folder: Path, shown: Shown) -> str:
    """Run a command; of make, which would install things, what it runs in the end, after all that it echoes."""
    command, echoed = shown.command, ""
    if command.startswith("make "):
        commands = [line for line in shown.printed.splitlines() if line.startswith(("python3 ", ".venv/"))]
        assert commands == _echoed(command.split()[1])
        *_, command = commands
        echoed = "".join(f"{line}\n" for line in commands)
    run = subprocess.run(
        ["/bin/sh", "-c", f"{command} 2>&1"], cwd=folder, stdout=subprocess.PIPE, text=True, check=False
    )
    return echoed + run.stdout


def _echoed(target: str) -> list[str]:
    """Give what make echoes of a target where nothing is made yet: its lines, but for those behind an @."""
    words = ["make", "-n", "-B", "PYTHON=python3", target]
    said = subprocess.run(words, cwd=TOP, capture_output=True, text=True, check=True).stdout
    recipes = {line.strip() for line in (TOP / "Makefile").read_text().splitlines() if line.startswith("\t@")}
    silent = {line.removeprefix("@").replace("$@", "").replace("$(PYTHON)", "python3") for line in recipes}
    return [line for line in said.splitlines() if not any(line.startswith(quiet.strip()) for quiet in silent)]


@pytest.mark.parametrize("number", range(len(TRIED)), ids=[shown.command for shown in TRIED])
def test_a_command_prints_what_the_page_shows(copy: Path, number: int) -> None:
    """Those before it are run, too: each goes on where the last one ended."""
    for shown in TRIED[: number + 1]:
        printed = _printed(copy, shown)
    assert TRIED[number].is_as(printed), printed


def test_the_page_shows_the_commands_that_set_everything_up() -> None:
    assert {"make build", "make test"} <= {shown.command for shown in pages.shown("README.md", "$")}
    assert len(TRIED) > 4


def test_the_page_begins_with_what_it_is_not() -> None:
    beginning = " ".join((TOP / "README.md").read_text().splitlines()[:10])
    assert [
        word for word in ("no health checks", "no failover", "keepalived", "ldirectord") if word not in beginning
    ] == []


def test_three_dots_stand_for_any_lines_and_nothing_else_does() -> None:
    shown = Shown("$", "x", "a\n...\nb <number> c\n")
    assert shown.is_as("a\nb 1 c\n")
    assert shown.is_as("a\nx\ny\nb 1 c\n")
    assert [printed for printed in ("a\nb c\n", "a\nxb 1 c\n", "a\nb 1 c\nx\n", "") if shown.is_as(printed)] == []


def test_every_page_of_docs_is_linked() -> None:
    readme = (TOP / "README.md").read_text()
    assert [path.name for path in (TOP / "docs").glob("*.md") if f"(docs/{path.name})" not in readme] == []


def test_tables_are_whole() -> None:
    """A blank line within a table makes text of what follows it."""
    for path in (TOP / "README.md", *(TOP / "docs").glob("*.md")):
        lines = path.read_text().splitlines()
        for before, line, after in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
            starts = line.startswith("|") and not before.startswith("|")
            assert not starts or after.startswith("| ---"), f"{path.name}: {line}"
