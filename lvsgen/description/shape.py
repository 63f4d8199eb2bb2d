"""Which model describes a path of the description."""

from __future__ import annotations

from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lvsgen.description.model import Cluster
from lvsgen.findings.finding import Path


def model_at(path: Path) -> type[BaseModel] | None:
    """Give the model whose keys stand at `path`; None where keys are names of the author's choice."""
    here: Any = Cluster
    for part in path:
        here = _below(here, part)
    return here if _is_model(here) else None


def field_at(path: Path) -> FieldInfo | None:
    """Give the field of a model that `path` is; None for an entry of a group."""
    owner = model_at(path[:-1]) if path else None
    return owner.model_fields.get(str(path[-1])) if owner else None


def holds_keys(path: Path) -> bool:
    """Whether what stands at `path` is a mapping."""
    field = field_at(path)
    return bool(model_at(path)) or (field is not None and get_origin(field.annotation) is dict)


def _below(here: Any, part: str | int) -> Any:
    if _is_model(here):
        field = here.model_fields.get(part)
        return field.annotation if field else None
    return get_args(here)[1] if get_origin(here) is dict else None


def _is_model(here: Any) -> bool:
    return isinstance(here, type) and issubclass(here, BaseModel)
