"""The exceptions of lvsgen, named for who must act on them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lvsgen.findings.finding import Finding


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


def said(error: BaseException) -> str:
    """Say what an exception is about; where the system refused something, which path that is about."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{os.fsdecode(error.filename)}: {error.strerror}"
    return str(error) or type(error).__name__
