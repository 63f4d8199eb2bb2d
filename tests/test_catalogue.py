"""findings/catalogue.py: every code stands once, beside what raises it, and is explained, documented and tested."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvsgen.checks import collected, suppression
from lvsgen.checks.check import Check
from lvsgen.description.holes import standing
from lvsgen.description.source import parse
from lvsgen.description.structure import understand
from lvsgen.findings import catalogue
from lvsgen.findings.code import Code, Severity
from tests import test_bites, test_checks

TOP = Path(__file__).parent.parent
TREES = {
    path.relative_to(TOP / "lvsgen").as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((TOP / "lvsgen").rglob("*.py"))
}
CODES = collected.codes()
STOPPING = [check for check in collected.every_check() if check.can_stop]
WARNING = [check for check in collected.every_check() if not check.can_stop]


def _made(tree: ast.AST) -> dict[str, str]:
    """Give the numbers of the codes that a module makes, by their names in it."""
    made = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Name(id="Code"), args=[ast.Constant(value=number), *_]),
            ):
                made[name] = str(number)
    return made


MADE = {module: _made(tree) for module, tree in TREES.items()}
OWNERS = {number: module for module, made in MADE.items() for number in made.values()}


def _known(tree: ast.AST) -> dict[str, str]:
    """Give the numbers of other modules' codes, as this one would write them: `NO_VIP` or `words.UNKNOWN_WORD`."""
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            folder = node.module.removeprefix("lvsgen").strip(".").replace(".", "/")
            for alias in node.names:
                whole = MADE.get(f"{folder}/{alias.name}.py".strip("/"), {})
                known.update({f"{alias.asname or alias.name}.{name}": number for name, number in whole.items()})
                part = MADE.get(f"{folder}.py", {})
                known.update({alias.asname or name: number for name, number in part.items() if name == alias.name})
    return known


def _read(tree: ast.AST) -> Iterator[str]:
    """Give every name that a module reads; what a check only says that it may give, it leaves to others."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield ast.unparse(node)
        if not (isinstance(tree, ast.FunctionDef) and node in tree.decorator_list):
            yield from _read(node)


def test_every_code_is_made_once_and_collected() -> None:
    made = [number for made in MADE.values() for number in made.values()]
    assert sorted(made) == list(CODES)
    assert all(re.fullmatch("LVS[1-5][0-9]{2}", number) and number[:4] in catalogue.GROUPS for number in made)


@pytest.mark.parametrize("module", sorted(set(OWNERS.values())))
def test_a_code_is_raised_by_the_module_that_it_stands_in(module: str) -> None:
    assert set(MADE[module]) - set(_read(TREES[module])) == set()


@pytest.mark.parametrize("module", sorted(module for module, tree in TREES.items() if _known(tree)))
def test_no_module_raises_the_code_of_another(module: str) -> None:
    assert set(_known(TREES[module])) & set(_read(TREES[module])) == set()


def test_a_finding_is_named_by_its_code_and_never_by_a_number() -> None:
    numbers = {
        (module, node.value)
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and re.fullmatch("LVS[0-9]{3}", str(node.value))
    }
    examples = {("description/model.py", "LVS501")}
    assert numbers - examples == {(module, number) for number, module in OWNERS.items()}


def test_every_code_is_raised_by_a_test() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (TOP / "tests").rglob("test_*.py") if path != Path(__file__)]
    assert [number for number in CODES if not any(f"{number}" in text for text in texts)] == []


@pytest.mark.parametrize("code", CODES.values(), ids=CODES.keys())
def test_a_code_is_explained_in_full(code: Code) -> None:
    page = catalogue.explain(code)
    assert page.startswith(f"{code.number}: {code.title}\n\n{code.why}\n\nWhat to do: {code.action}\n")
    assert all(part.strip() == part and part for part in (code.title, code.why, code.action))
    assert [part[-1] for part in (code.why, code.action)] == [".", "."]


def test_the_reference_is_what_the_code_says() -> None:
    page = (TOP / "docs/findings.md").read_text(encoding="utf-8")
    assert page == catalogue.reference(CODES), "python -m tests.regenerate"
    assert page.count("\n### LVS") == len(CODES)


def _is_check(function: ast.FunctionDef) -> bool:
    return any(isinstance(one, ast.Call) and ast.unparse(one.func) == "check" for one in function.decorator_list)


def test_every_check_is_collected_once() -> None:
    functions = [node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found = [check.look.__name__ for check in collected.every_check()]
    assert sorted(found) == sorted(each.name for each in functions if _is_check(each))
    assert found


def test_a_warning_never_comes_from_a_check_that_finds_errors_too() -> None:
    mixed = [check.codes for check in collected.every_check() if len({code.severity for code in check.codes}) > 1]
    assert mixed == []
    assert collected.warnings() == tuple(n for n, code in CODES.items() if code.severity is Severity.WARNING)


def _texts() -> Iterator[str]:
    for base, rows in ((test_checks.TEXT, test_checks.CASES), (test_bites.TEXT, test_bites.BITES)):
        for row in rows.values():
            changes = row[0] if isinstance(row[0], list) else [row[0]]
            text = base
            for old, new in changes:
                text = text.replace(old, new, 1)
            yield text


def _given(text: str) -> Iterator[tuple[Check, Code]]:
    """Give what each check finds in a text; those that warn look only where no other one has found anything."""
    source = parse("c.yaml", text.encode())
    cluster, _, holes = understand(source.data, source.holes)
    assert cluster
    errors = [(one, each.code) for one in STOPPING for each in standing(one.look(cluster), holes)]
    yield from errors or ((one, each.code) for one in WARNING for each in one.look(cluster))


def test_a_check_gives_the_codes_that_it_names_and_no_other() -> None:
    given = {pair for text in _texts() for pair in _given(text)}
    assert [(check.look, code) for check, code in given if code not in check.codes] == []
    assert {check for check, _ in given} >= {*WARNING, *STOPPING} - {suppression.suppressions_of_no_warning}
