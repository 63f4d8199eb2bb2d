"""Code: one kind of finding. What it means, why it matters and what to do; it stands right above what raises it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: it cannot work, it will bite, it is worth knowing. Only errors stop a build."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding; `number` (LVS301) is its name for good."""

    number: str
    title: str
    why: str
    action: str
    severity: Severity = Severity.ERROR
