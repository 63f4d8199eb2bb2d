"""Refusal: a text that goes no further."""

from __future__ import annotations

from dataclasses import replace

from lvsgen.description.positions import Mark, Text
from lvsgen.findings.code import Code
from lvsgen.findings.finding import Finding


class Refusal(Exception):  # noqa: N818  (it is raised to be turned into a finding)
    """The text goes no further: a finding that is not placed yet."""

    def __init__(  # noqa: PLR0913, PLR0917  (a finding's parts)
        self, code: Code, message: str, mark: Mark, hint: str, other: Mark | None = None, label: str = ""
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.mark, self.hint = code, message, mark, hint
        self.other, self.label = other, label

    def finding(self, text: Text) -> Finding:
        """Place it."""
        spans = [text.span(self.mark)]
        if self.other:
            spans.append(replace(text.span(self.other), label=self.label))
        return Finding(self.code.number, self.code.severity, self.message, tuple(spans), self.hint)
