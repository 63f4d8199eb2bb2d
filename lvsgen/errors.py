"""The exceptions of lvsgen, named for who must act on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lvsgen.findings import Finding


class LvsgenError(Exception):
    """Any failure that lvsgen explains itself; everything else is a bug of ours."""


class AuthorError(LvsgenError):
    """The description is wrong; its author must mend it. Exit status 1."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = findings


class OperatorError(LvsgenError):
    """The host, the disk or the call is not as needed; its operator must act. Exit status 6.

    `hint` is the next step, in words or as a command.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
