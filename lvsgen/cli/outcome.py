"""How every verb ends: its result or its failure said in text or JSON, and an exit status."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn, TextIO

import typer

from lvsgen import exits, phrasing
from lvsgen.errors import AuthorError, OperatorError
from lvsgen.exits import Exit
from lvsgen.findings import report
from lvsgen.findings.finding import Finding
from lvsgen.host import signals


class Format(StrEnum):
    """Who reads the output."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a verb came to: text for standard output, data for JSON, and what went wrong."""

    status: Exit = Exit.DONE
    text: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    error: str = ""
    hint: str = ""


def end(verb: str, work: Callable[[], Outcome], style: Format = Format.TEXT) -> NoReturn:
    """Do a verb's work, say what came of it and leave with its status; whatever is raised is caught here."""
    outcome = _outcome(work)
    status = _said(verb, outcome, style)
    signals.PROCESS.finish()
    raise typer.Exit(status)


def _said(verb: str, outcome: Outcome, style: Format) -> Exit:
    """Say what came of a verb; gives the status to leave with."""
    try:
        _say(verb, outcome, style)
    except BrokenPipeError:
        _close(sys.stdout)
        return _unheard(verb, outcome.status, Exit.CLOSED)
    except OSError as error:
        _close(sys.stdout)
        with contextlib.suppress(OSError):
            print(f"lvsgen: cannot write to standard output: {error.strerror}", file=sys.stderr, flush=True)
        return _unheard(verb, outcome.status, Exit.REFUSED)
    return outcome.status


def _unheard(verb: str, status: Exit, instead: Exit) -> Exit:
    """Choose how to leave when the result could not be said: what was done to a host, and what failed, stands."""
    stands = exits.changes_a_host(verb) or status not in (Exit.DONE, Exit.DIFFERS)
    return status if stands else instead


def _outcome(work: Callable[[], Outcome]) -> Outcome:
    try:
        return work()
    except AuthorError as error:
        return Outcome(Exit.AUTHOR, data={"counts": report.counts(error.findings)}, findings=error.findings)
    except OperatorError as error:
        return Outcome(Exit.REFUSED, error=str(error), hint=error.hint)
    except OSError as error:
        return _not_let(error)
    except KeyboardInterrupt:
        return Outcome(Exit.INTERRUPTED, error="interrupted")
    except Exception as error:
        return _bug(error)


def _not_let(error: OSError) -> Outcome:
    """What the system would not let us do; a reader that is gone needs no words."""
    if isinstance(error, BrokenPipeError):
        return Outcome(Exit.CLOSED)
    where = f"{error.filename}: " if error.filename else ""
    return Outcome(Exit.REFUSED, error=f"{where}{error.strerror or error}", hint="see what is in the way, and repeat")


def _bug(error: Exception) -> Outcome:
    said = f"a bug of lvsgen, sorry: {''.join(traceback.format_exception_only(error)).strip()}"
    try:
        handle, path = tempfile.mkstemp(prefix="lvsgen-bug-", suffix=".txt")
        with os.fdopen(handle, "w", errors="backslashreplace") as stream:
            traceback.print_exception(error, file=stream)
    except OSError:
        return Outcome(Exit.BUG, error=said, hint="".join(traceback.format_exception(error)))
    return Outcome(Exit.BUG, error=said, hint=f"please report it with {path}")


def _say(verb: str, outcome: Outcome, style: Format) -> None:
    if style is Format.JSON:
        sys.stdout.write(json.dumps(_document(verb, outcome), indent=2, ensure_ascii=True) + "\n")
    else:
        sys.stdout.write(_coloured(outcome.text, sys.stdout))
        _complain(outcome)
    sys.stdout.flush()


def _document(verb: str, outcome: Outcome) -> dict[str, object]:
    error = {"message": outcome.error, "hint": outcome.hint} if outcome.error else None
    head = {"verb": verb, "status": int(outcome.status), "meaning": outcome.status.meaning}
    return {**head, **outcome.data, "findings": report.to_data(outcome.findings), "error": error}


def _complain(outcome: Outcome) -> None:
    said = report.to_text(outcome.findings)
    if len(outcome.findings) > 1:
        said += f"{report.counted(outcome.findings)}\n"
    for line in outcome.error.splitlines():
        said += f"lvsgen: {phrasing.visible(line)}\n"
    for line in outcome.hint.splitlines():
        said += f"  = help: {phrasing.visible(line)}\n"
    sys.stderr.write(said)


def _coloured(text: str, stream: TextIO) -> str:
    if not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    colours = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}
    lines = text.splitlines(keepends=True)
    return "".join(f"{colours[c]}{s.rstrip()}\x1b[0m\n" if (c := s[:1]) in colours else s for s in lines)


def _close(stream: TextIO) -> None:
    """Let what is still buffered go nowhere, so that Python does not complain about it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
