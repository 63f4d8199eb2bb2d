"""Quotes and brackets that are left open or close nothing, and values that begin with what begins none."""

from __future__ import annotations

from lvsgen.description.failure import CLOSERS, Failure, not_yaml, one
from lvsgen.description.positions import Mark
from lvsgen.description.refusal import Refusal

_TYPES = {"{": "a mapping", "[": "a list"}


def quote(failure: Failure) -> Refusal | None:
    """Find a quote that is not closed in its line."""
    if "quoted scalar" in failure.context and "end of stream" in failure.problem:
        quote = failure.text.text[failure.since : failure.since + 1]
        return _unclosed((failure.since, failure.since + 1), quote, (failure.at, failure.at), "the text ends here")
    if failure.opened:
        start, end = failure.opened
        return _unclosed((start, start + 1), failure.text.text[start], (end - 1, end), "the next one is here")
    return None


def _unclosed(opened: Mark, quote: str, other: Mark, label: str) -> Refusal:
    message = f"the quote {quote} is opened here and not closed in its line"
    return not_yaml(message, opened, f"close it with {quote}", other, label)


def bracket(failure: Failure) -> Refusal | None:
    """Find a bracket without its like, or a comma that is missing within."""
    char, opener = failure.char, failure.opener
    place = (failure.at, failure.at + 1)
    if opener and char in ("}", "]") and char != CLOSERS[opener]:
        message = f"{char} does not close what {opener} opens"
        return not_yaml(message, place, f"write {CLOSERS[opener]}", one(failure.since), f"{opener} is here")
    if (
        opener
        and "expected ','" in failure.problem
        and (failure.same_line() or failure.goes_on())
        and char not in ("", "\n")
    ):
        message = f"a comma or {CLOSERS[opener]} is missing before this"
        hint = "put a comma between entries, and quotes around text with a colon and a blank in it"
        return not_yaml(message, place, hint)
    if opener and "node content" not in failure.problem:
        message = f"{opener} opens {_TYPES[opener]} here that is not closed"
        hint = f"close it with {CLOSERS[opener]}; between its entries stand commas"
        end = "the text ends here" if not char else "this does not belong in it"
        return not_yaml(message, one(failure.since), hint, place, end)
    if char in ("}", "]") and not opener:
        return not_yaml(f"{char} closes nothing", place, "remove it, or open one before")
    return None


def beginning(failure: Failure) -> Refusal | None:
    """Find a value that begins with a sign of YAML's own."""
    char = failure.char
    starts = "cannot start" in failure.problem or "node content" in failure.problem or "scanning a" in failure.context
    if starts and char == ":":
        hint = "put quotes around it, as around every address of IPv6 within { }"
        return not_yaml("text that begins with a colon", one(failure.at), hint)
    if "an alias" in failure.context or "an anchor" in failure.context:
        hint = f"quote text that begins with {failure.text.text[failure.since]}"
        return not_yaml("no name follows", one(failure.since), hint)
    if starts and char and char in "@`%&*!|>,":
        message = f"a value cannot begin with {char}"
        return not_yaml(message, one(failure.at), f"quote text that begins with {char}")
    if "escape" in failure.problem:
        where = failure.text.text.rfind("\\", 0, failure.at + 1)
        message = "no such escape; in double quotes a backslash begins one"
        return not_yaml(message, (where, where + 2), "use single quotes, or write two backslashes")
    return None
