"""What the verbs about descriptions have in common: which they read, and what is said of them beside the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lvsgen.cli.options import DESCRIPTION
from lvsgen.cli.outcome import Outcome
from lvsgen.errors import OperatorError
from lvsgen.findings import report

if TYPE_CHECKING:
    from lvsgen.load import Loaded


def named(files: list[Path] | None, how: str) -> list[Path]:
    """Give the descriptions that were named, or the one that is here; `how` is what to type when there is none."""
    if not files and not DESCRIPTION.exists():
        raise OperatorError(f"there is no {DESCRIPTION} here", f"name a description: {how}")
    return files or [DESCRIPTION]


def with_findings(loaded: Sequence[Loaded], outcome: Outcome) -> Outcome:
    """What did not stop a verb is said beside its result."""
    findings = tuple(finding for one in loaded for finding in one.findings)
    return replace(outcome, findings=findings, data={**outcome.data, "counts": report.counts(findings)})
