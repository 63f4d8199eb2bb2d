"""The house rules: style, types, and which room may know which."""

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvsgen.platforms.table import PLATFORMS

TOP = Path(__file__).parent.parent
HOUSE = TOP / "lvsgen"

ORDER = (
    ("phrasing", "exits", "manifest", "platforms", "naming"),
    ("findings", "errors"),
    ("process", "pipes"),
    ("state",),
    ("description",),
    ("checks", "methods", "answers"),
    ("load",),
    ("lower",),
    ("plan",),
    ("render",),
    ("host",),
    ("outdir",),
    ("apply",),
    ("status", "doctor"),
    ("build", "diff", "starter"),
    ("prove",),
    ("cli",),
    ("__main__",),
)
"""The sentence: a room may know what stands before it and what stands beside it, never what comes after."""

STRANGERS = (
    ("render", "plan", "a file is made of a state, not of a difference"),
    ("outdir", "description", "what is written has been decided before"),
    ("plan", "description", "a plan knows two states and nothing else"),
    ("state", "description", "a state is about a kernel, wherever it was read"),
    ("apply", "render", "said and done are two back ends"),
)
"""Rooms that never know each other, and why."""

DOORS = {
    "yaml": {"description"},
    "pydantic": {"description"},
    "jinja2": {"render"},
    "typer": {"cli"},
    "rich": {"cli"},
    "subprocess": {"process", "prove"},
    "iptc": {"apply"},
    "nftables": {"apply"},
}
"""What comes from outside, and the room that lets it in; the lab has a machine of its own to run things in."""

TOOLS = {
    "ruff check": ["ruff", "check"],
    "ruff format": ["ruff", "format", "--check"],
    "mypy": ["mypy", "--strict"],
}


@pytest.mark.parametrize("words", TOOLS.values(), ids=TOOLS.keys())
def test_the_tools_have_nothing_to_say(words: list[str]) -> None:
    run = subprocess.run([sys.executable, "-m", *words], cwd=TOP, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def _modules() -> dict[str, ast.Module]:
    """Every module of the house by its dotted name below lvsgen."""
    paths = {path.relative_to(HOUSE).with_suffix(""): path for path in sorted(HOUSE.rglob("*.py"))}
    return {".".join(name.parts): ast.parse(path.read_text()) for name, path in paths.items()}


def _imports(tree: ast.Module) -> Iterator[str]:
    """Every module that a module imports, dotted; `from lvsgen import x` is lvsgen.x."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module="lvsgen", names=names):
                yield from (f"lvsgen.{alias.name}" for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module
            case ast.ImportFrom():
                yield "." * node.level


MODULES = _modules()
ROOMS = sorted({name.split(".")[0] for name in MODULES} - {"__init__"})
KNOWS = sorted({(name.split(".")[0], other) for name, tree in MODULES.items() for other in _imports(tree)})
INSIDE = [(room, other.split(".")[1]) for room, other in KNOWS if other.startswith("lvsgen.")]
PLACE = {room: place for place, rooms in enumerate(ORDER) for room in rooms}


def test_every_room_has_its_place_in_the_sentence() -> None:
    assert [room for room in ROOMS if room not in PLACE] == []


def test_the_sentence_names_no_room_that_is_gone() -> None:
    assert [room for room in PLACE if room not in ROOMS] == []


def test_imports_point_one_way() -> None:
    assert [(room, other) for room, other in INSIDE if PLACE.get(room, 0) < PLACE.get(other, 0)] == []


@pytest.mark.parametrize(
    ("room", "other"), [row[:2] for row in STRANGERS], ids=[" ".join(row[:2]) for row in STRANGERS]
)
def test_strangers_do_not_know_each_other(room: str, other: str) -> None:
    assert (room, other) not in INSIDE


@pytest.mark.parametrize(("outside", "door"), DOORS.items(), ids=DOORS.keys())
def test_what_comes_from_outside_has_one_door(outside: str, door: set[str]) -> None:
    assert {room for room, other in KNOWS if other.split(".")[0] == outside} <= door


def _asked(tree: ast.Module) -> Iterator[str]:
    """Every string that something is compared with, matched with, or looked up by."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare() | ast.MatchValue() | ast.Subscript() | ast.Call(func=ast.Attribute(attr="startswith")):
                yield from (str(one.value) for one in ast.walk(node) if isinstance(one, ast.Constant))
            case ast.Dict(keys=keys):
                yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))


def test_no_platform_is_asked_for_its_name() -> None:
    outside = {name: tree for name, tree in MODULES.items() if not name.startswith("platforms.")}
    assert [(name, asked) for name, tree in outside.items() for asked in _asked(tree) if asked in PLATFORMS] == []
    templates = {path: path.read_text() for path in (TOP / "templates").rglob("*.j2")}
    code = {(path, code) for path, said in templates.items() for code in re.findall(r"\{[%{].*?[%}]\}", said)}
    assert [(str(path), code) for path, code in code if set(re.findall(r"\w+", code)) & PLATFORMS.keys()] == []


def test_imports_are_absolute() -> None:
    assert [(room, other) for room, other in KNOWS if other.startswith(".") or other == "lvsgen"] == []


def test_only_the_command_line_prints_and_exits() -> None:
    said = {
        name.split(".")[0]
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "exit", "sys.exit", "sys.stdout.write")
    }
    assert said <= {"cli", "prove"}


def test_init_files_are_empty() -> None:
    assert [str(path) for path in HOUSE.rglob("__init__.py") if path.read_text()] == []


LONGEST_MODULE, MEDIAN_MODULE, MEDIAN_FUNCTION = 250, 100, 8
"""In lines; a function's are counted from its `def` on, with its sentence."""


def _lengths(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or 0) - node.lineno + 1


def test_no_module_is_long_and_most_are_short() -> None:
    lines = {path.relative_to(TOP).as_posix(): len(path.read_text().splitlines()) for path in HOUSE.rglob("*.py")}
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE} == {}
    assert statistics.median(count for count in lines.values() if count) <= MEDIAN_MODULE


@pytest.mark.parametrize("trees", [HOUSE, TOP / "tests"], ids=lambda path: path.name)
def test_most_functions_are_short(trees: Path) -> None:
    lengths = [length for path in trees.rglob("*.py") for length in _lengths(ast.parse(path.read_text()))]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION
