"""Examples: what could stand in a place of the description, as a value and as text."""

from __future__ import annotations

from typing import Any, cast

from lvsgen import phrasing
from lvsgen.description import shape
from lvsgen.findings.finding import Path


def example(path: Path) -> str:
    """Write what could stand in a place."""
    return flow(stand_in(path))


def flow(value: object) -> str:
    """Write a value in one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, bool):
        return phrasing.quote(value)
    return f'"{value}"' if isinstance(value, str) and ":" in value else str(value)


def stand_in(path: Path) -> Any:
    """Give what could stand in a place."""
    field = shape.field_at(path)
    if field and field.examples:
        return field.examples[0]
    group = shape.field_at(path[:-1])
    return next(iter(cast(dict[str, Any], group.examples[0]).values())) if group and group.examples else "..."


def mapped(path: Path, value: object) -> str:
    """Show the mapping that was meant: of the names in a list, of one that has nothing to say but could."""
    model = shape.model_at(path)
    if model and shape.field_at(path) is None and not any(field.is_required() for field in model.model_fields.values()):
        return f"{phrasing.quote(path[-1])[1:-1]}: {{}}, or {phrasing.quote(path[-1])[1:-1]}: {example(path)}"
    entry = shape.model_at((*path, "")) if isinstance(value, list) else None
    if isinstance(value, list) and value and entry and all(isinstance(name, str) for name in value):
        return flow({phrasing.quote(name)[1:-1]: stand_in((*path, name)) for name in value[:2]})
    return example(path)
