"""Operations: the steps a plan is made of. Each says what it does to which part, never how it is done."""

from __future__ import annotations

from dataclasses import dataclass

from lvsgen.state.parts import Destination, Part


@dataclass(frozen=True, slots=True)
class Add:
    """Put a part there that is not, or a setting that was not read."""

    part: Part


@dataclass(frozen=True, slots=True)
class Change:
    """Give a part that is there another form; its key stays.

    A setting whose `before` is its `after` is written again: a write just before this one has changed it.
    """

    before: Part
    after: Part


@dataclass(frozen=True, slots=True)
class Remove:
    """Take a part away; `along` are the destinations that go with their service.

    An address takes more along: the kernel drops the routes that have it as their source, wherever they lead.
    """

    part: Part
    along: tuple[Destination, ...] = ()


Operation = Add | Change | Remove


def part_of(operation: Operation) -> Part:
    """Give the part that an operation is about, in the form that it gets, or had."""
    return operation.after if isinstance(operation, Change) else operation.part
