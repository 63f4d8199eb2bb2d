"""The door to jinja2: a template's name and its values become text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lvsgen.render import quoting

_PACKAGE = Path(__file__).resolve().parent.parent
_FOLDERS = (_PACKAGE / "templates", _PACKAGE.parent / "templates")
"""Inside the wheel; beside the package in a checkout."""


def fill(name: str, /, **values: object) -> str:
    """Fill the template `name`, a path below templates/; a value that it lacks is a bug and raises."""
    return _environment().get_template(name).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDERS),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # shell, units and Markdown, no HTML; quoting.py does what is needed
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(word=quoting.word, line=quoting.line, cell=quoting.cell)
    return environment
