"""The models as a JSON Schema, for editors, and as tables, for docs/description.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lvsgen.description import model
from lvsgen.description.examples import flow

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TABLE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def schema(warnings: Sequence[str]) -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a description; `warnings` are the codes that it may suppress."""
    made: dict[str, Any] = _strict(model.Cluster.model_json_schema(), warnings)
    return {"$schema": DIALECT, **made}


def filled(text: str) -> str:
    """Give docs/description.md with the table of each model that it names made anew."""
    return _TABLE.sub(lambda found: f"{found[1]}{_table(getattr(model, found[2]))}{found[3]}", text)


def _strict(node: Any, warnings: Sequence[str]) -> Any:
    """An optional key is left out, never null; a group has no names but those that match; an empty enum is filled."""
    if isinstance(node, list):
        return [_strict(each, warnings) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _strict(value, warnings) for key, value in node.items() if not (key == "default" and value is None)}
    if kept.get("enum") == []:
        kept["enum"] = list(warnings)
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    choices = [each for each in kept.get("anyOf", ()) if each != {"type": "null"}]
    if len(choices) == 1:
        return {**{key: value for key, value in kept.items() if key != "anyOf"}, **choices[0]}
    return {**kept, "anyOf": choices} if choices else kept


def _table(described: type[BaseModel]) -> str:
    rows = "".join(_rows(described))
    return f"| key | | meaning | example |\n| --- | --- | --- | --- |\n{rows}"


def _rows(described: type[BaseModel]) -> Iterator[str]:
    for name, field in described.model_fields.items():
        example = flow((field.examples or ["..."])[0])
        yield f"| `{name}` | {_need(field)} | {field.description} | `{name}: {example}` |\n"


def _need(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return "optional" if field.default is None or field.default_factory else f"default {field.default}"
