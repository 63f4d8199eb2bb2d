"""lvsgen schema: the JSON Schema of the description."""

from __future__ import annotations

import json

from lvsgen.cli.outcome import Outcome, end

SHORT = "Print the JSON Schema."
EXAMPLE = "lvsgen schema > cluster.schema.json"


def schema() -> None:
    """Print the JSON Schema of the description, for completion in editors."""
    end("schema", _schema)


def _schema() -> Outcome:
    from lvsgen.checks import collected
    from lvsgen.description.schema import schema

    return Outcome(text=json.dumps(schema(collected.warnings()), indent=2) + "\n")
