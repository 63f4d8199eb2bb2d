"""What is wrong where a text stops being YAML, in the words of who wrote it.

libyaml says what it was reading (`context`) and where that began, and where it could not go on (`problem`).
Which of the two is at fault depends: an unclosed bracket is where it was opened, a wrong indentation where it was seen.
"""

from __future__ import annotations

from typing import Any

import yaml

from lvsgen.description import brackets, brokenlines, lookalikes
from lvsgen.description.failure import Failure, not_yaml, one
from lvsgen.description.positions import Mark, Text
from lvsgen.description.refusal import Refusal


def explain(text: Text, error: yaml.YAMLError, before: int, opened: Mark | None) -> Refusal:
    """Say what is wrong; `before` is where the last word read began, `opened` the last quoted one of several lines."""
    size = len(text.text)
    at: Any = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    since: Any = getattr(error, "context_mark", None) or at
    where = min(at.index if at else getattr(error, "position", 0), size)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    context = getattr(error, "context", None) or ""
    began = min(since.index, where) if since else where
    failure = Failure(text, problem, where, context, began, before, opened)
    odd = lookalikes.in_lines(text.text, before, where)
    if odd:
        return lookalikes.refusal(text.text, odd)
    return next(found for rule in _RULES if (found := rule(failure)))


def _other(failure: Failure) -> Refusal:
    hint = "look for a quote or bracket left open, or a line that is not indented like those beside it"
    return not_yaml(f"{failure.problem}", one(failure.at), hint)


_RULES = (
    brokenlines.tab,
    brackets.quote,
    brokenlines.colon,
    brackets.bracket,
    brackets.beginning,
    brokenlines.no_colon,
    brokenlines.deeper,
    brokenlines.begun,
    brokenlines.indented,
    _other,
)
"""In this order: what one of them finds, a later one would take for something else."""
