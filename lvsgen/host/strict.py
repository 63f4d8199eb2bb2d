"""What JSON gave, read strictly: every name is known and every value as it must be, or it is said what is not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Mapping
from enum import StrEnum
from typing import Any, NoReturn

Read = Callable[[Any], Any]
"""Gives what a piece of data says; ValueError when it is not what it must be."""

_LONGEST = 60
_WORD = re.compile(r"[^\x00-\x20\x7f]+")
_LINE = re.compile(r"[^\x00-\x1f\x7f]*")
_LONGEST_PATH = 4095
_LARGEST = 10**15


class WrongError(ValueError):
    """Something is not as it must be; `place` is where, from the outside in."""

    def __init__(self, text: str, place: str = "") -> None:
        super().__init__(f"{place}: {text}" if place else text)
        self.text, self.place = text, place


def load(text: bytes | str) -> Any:
    """Read JSON in which no name stands twice and every number is one; WrongError for anything else."""
    try:
        return json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except WrongError:
        raise
    except (ValueError, RecursionError) as error:
        raise WrongError(f"not JSON that makes sense: {type(error).__name__}") from error


def known(data: Any, readers: Mapping[str, Read], optional: Container[str] = ()) -> dict[str, Any]:
    """Read an object that has these names and no others; what is optional may be missing, and is then left out."""
    if not isinstance(data, dict):
        wrong(data, "an object")
    for name in data:
        if name not in readers:
            raise WrongError("not known here", name[:_LONGEST])
    for name in readers:
        if name not in data and name not in optional:
            raise WrongError("missing", name)
    return {name: _at(name, read, data[name]) for name, read in readers.items() if name in data}


def some(data: Any, readers: Mapping[str, Read]) -> dict[str, Any]:
    """Read these names of an object, whatever else it has."""
    if not isinstance(data, dict):
        wrong(data, "an object")
    return known({name: value for name, value in data.items() if name in readers}, readers)


def each(read: Read) -> Read:
    """Read a list of such things."""

    def reader(data: Any) -> tuple[Any, ...]:
        if not isinstance(data, list):
            wrong(data, "a list")
        return tuple(_at(f"[{index}]", read, item) for index, item in enumerate(data))

    return reader


def perhaps(read: Read) -> Read:
    """Read null, or such a thing."""
    return lambda data: None if data is None else read(data)


def text(data: Any) -> str:
    """Read any text."""
    return data if isinstance(data, str) else wrong(data, "a text")


def line(data: Any) -> str:
    """Read a text without control characters."""
    return data if isinstance(data, str) and _LINE.fullmatch(data) else wrong(data, "a line of text")


def word(data: Any) -> str:
    """Read a text without blanks and control characters."""
    return data if isinstance(data, str) and _WORD.fullmatch(data) else wrong(data, "a word")


def path(data: Any) -> str:
    """Read the path of a file, from the top and with no way back in it."""
    if not isinstance(data, str) or not _LINE.fullmatch(data) or not _is_path(data):
        wrong(data, "a path that begins with / and has no .. in it")
    return str(data)


def flag(data: Any) -> bool:
    """Read true or false."""
    return data if isinstance(data, bool) else wrong(data, "true or false")


def number(data: Any) -> float:
    """Read a number from 0 on."""
    good = isinstance(data, int | float) and not isinstance(data, bool) and 0 <= data <= _LARGEST
    return float(data) if good else wrong(data, "a number from 0 on")


def whole(most: int) -> Read:
    """Read a whole number from 0 to `most`."""

    def reader(data: Any) -> int:
        good = isinstance(data, int) and not isinstance(data, bool) and 0 <= data <= most
        return int(data) if good else wrong(data, f"a whole number from 0 to {most}")

    return reader


def one_of(kind: type[StrEnum]) -> Read:
    """Read a word of these."""

    def reader(data: Any) -> StrEnum:
        words = [str(member) for member in kind]
        return kind(data) if data in words else wrong(data, f"one of {', '.join(words)}")

    return reader


def _at(name: str, read: Read, data: Any) -> Any:
    try:
        return read(data)
    except WrongError as error:
        joint = "." if error.place and not error.place.startswith("[") else ""
        raise WrongError(error.text, f"{name}{joint}{error.place}") from error
    except ValueError as error:
        raise WrongError(str(error), name) from error


def _is_path(data: str) -> bool:
    parts = data.split("/")
    fits = len(data.encode(errors="surrogateescape")) <= _LONGEST_PATH
    return fits and len(parts) > 1 and parts[0] == "" and {"", ".", ".."}.isdisjoint(parts[1:])


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise WrongError("a name stands twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise WrongError(f"{name} is not a number")


def wrong(data: Any, wanted: str) -> NoReturn:
    """Say that something is not as it must be."""
    said = repr(data) if isinstance(data, int | float | str | None) else type(data).__name__
    raise WrongError(f"{said if len(said) <= _LONGEST else f'{said[: _LONGEST - 3]}...'}, must be {wanted}")
