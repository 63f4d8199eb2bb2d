"""Code: what the code of a finding means, why it matters and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from lvsgen.findings.finding import Severity


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding."""

    title: str
    why: str
    action: str
    severity: Severity = Severity.ERROR
