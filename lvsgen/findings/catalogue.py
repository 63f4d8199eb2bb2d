"""The catalogue: the codes that stand in some rooms, collected, and the pages about them.

A list of them was rejected: who adds a check would have to write in it, too. Imported names do not count twice: a code
is one value, wherever it is known.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import TypeVar

from lvsgen.findings.code import Code, Severity

Kind = TypeVar("Kind")
GROUPS = {
    "LVS1": "The text",
    "LVS2": "Structure and values",
    "LVS3": "Names and what they refer to",
    "LVS4": "Addresses",
    "LVS5": "What will bite",
}


def collected(*rooms: ModuleType) -> dict[str, Code]:
    """Give every code that stands in a module of the rooms, by its number, in their order."""
    codes = {code.number: code for room in rooms for code in standing(room, Code)}
    return dict(sorted(codes.items()))


def standing(room: ModuleType, kind: type[Kind]) -> Iterator[Kind]:
    """Give the values of a kind that stand in the modules of a package, module by module, each in its order."""
    for found in sorted(pkgutil.iter_modules(room.__path__), key=lambda module: module.name):
        module = importlib.import_module(f"{room.__name__}.{found.name}")
        yield from (value for value in vars(module).values() if isinstance(value, kind))


def explain(code: Code) -> str:
    """Give a page about one code."""
    return f"{code.number}: {code.title}\n\n{code.why}\n\nWhat to do: {code.action}\n{_weight(code)}"


def reference(codes: Mapping[str, Code]) -> str:
    """Give docs/findings.md."""
    head = "# Findings\n\nGenerated from the codes beside their rules. `lvsgen explain CODE` prints one of them.\n"
    head += "\nWhere nothing else is said, a finding is an error: nothing is written, since it cannot work.\n"
    return head + "".join(_section(prefix, title, codes) for prefix, title in GROUPS.items())


def _section(prefix: str, title: str, codes: Mapping[str, Code]) -> str:
    entries = "".join(f"\n### {explain(code)}" for number, code in codes.items() if number.startswith(prefix))
    return f"\n## {prefix}xx: {title}\n{entries}"


def _weight(code: Code) -> str:
    match code.severity:
        case Severity.ERROR:
            return ""
        case Severity.WARNING:
            kept = f'suppress: {{{code.number}: "the reason"}}'
            return f"\nA warning: it stops a build only with --strict. To keep it so, write {kept} where it points.\n"
        case Severity.NOTE:
            return "\nA note: it never stops a build.\n"
