"""The events of libyaml to plain data, and what is wrong with each as it comes."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

import yaml

from lvsgen.description import colons, decoding, failure, limits, lookalikes, scalars, unwanted
from lvsgen.description.positions import Mark, Positions, Text
from lvsgen.description.refusal import Refusal
from lvsgen.findings.code import Code
from lvsgen.findings.finding import INCOMPLETE, Finding, Path
from lvsgen.phrasing import quote

Value = str | int | bool | None | list["Value"] | dict[str, "Value"]
_STARTS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being read: where what comes next belongs."""

    data: dict[str, Value] | list[Value]
    positions: Positions | None
    start: Mark
    flow: bool
    key: str | None = None
    key_mark: Mark = (0, 0)
    key_seen: bool = False


KEY_TWICE = Code(
    "LVS110",
    "A key stands twice",
    "Only one of the two could count, and readers would not agree on which.",
    "Keep one of them.",
)
NO_KEY = Code(
    "LVS111",
    "A key is not a name",
    "Every key is a word or a name; numbers, true, null, lists and mappings are not.",
    "Write a name, in quotes if it looks like something else.",
)
NO_DESCRIPTION = Code(
    "LVS112",
    "The file is not a mapping",
    "A description is keys with values: cluster, networks, directors, realservers, vips, services.",
    "Start from what `lvsgen init` writes.",
)


class PlacesError(Exception):
    """Something is wrong, and there is no saying where: places were not kept."""


@dataclass(slots=True)
class Builder:
    """What has been read of a text so far: its data, their places, and what is wrong with them.

    Without `placing` no places are kept, and the first thing that is wrong is a PlacesError.
    `before` is where the last word read began, `opened` the last quoted one of several lines, `joined` the last word
    that was said to hold a key and its value.
    """

    text: Text
    placing: bool = True
    findings: list[Finding] = field(default_factory=list)
    holes: set[Path] = field(default_factory=set)
    root: dict[str, Value] = field(default_factory=dict)
    positions: Positions = field(default_factory=dict)
    stack: list[_Frame] = field(default_factory=list)
    values: int = 0
    before: int = 0
    opened: Mark | None = None
    joined: int = -1

    def read(self) -> None:
        """Take every event of the text."""
        loader = _LOADER(self.text.text)
        try:
            while (event := loader.get_event()) is not None:
                self._take(event)
        finally:
            loader.dispose()
        if not self.values:
            raise decoding.empty("holds nothing but comments")

    def _take(self, event: Any) -> None:
        kind = type(event)  # this runs for every word of the file: isinstance or match take a third longer
        if kind is yaml.ScalarEvent:
            self._refuse_indirection(event)
            self._scalar(event)
        elif kind in _STARTS:
            self._refuse_indirection(event)
            self._open(event)
        elif kind in _ENDS:
            self._close(event.end_mark.index)
        elif kind is yaml.AliasEvent:
            raise unwanted.alias(event.anchor, _mark(event))
        elif kind is yaml.DocumentStartEvent:
            self._document(event)

    def _document(self, event: Any) -> None:
        if self.values:
            raise unwanted.second_document(_mark(event))
        if event.version and event.version != (1, 2):
            raise failure.other_version(event.version, _mark(event))

    def _refuse_indirection(self, event: Any) -> None:
        if event.anchor is not None:
            raise unwanted.anchor(event.anchor, _mark(event))
        if event.tag is not None:
            raise unwanted.tag(event.tag, _mark(event))
        self.values += 1
        if self.values > limits.MOST_VALUES:
            raise limits.too_large(f"more than {limits.MOST_VALUES:,} values", _mark(event))

    def _scalar(self, event: Any) -> None:
        mark = _mark(event)
        self.before = mark[0]
        if not event.value.isascii() and event.implicit[0] and (odd := lookalikes.in_scalar(self.text.text, *mark)):
            raise lookalikes.refusal(self.text.text, odd)
        if not self.stack:
            self._refuse_root(event, quote(event.value))
        word = sys.intern(event.value)  # the same few words stand in every service
        value = scalars.resolve(word) if event.implicit[0] else self._quoted(event, mark)
        frame = self.stack[-1]
        if isinstance(frame.data, dict) and not frame.key_seen:
            self._key(frame, word, value, mark)
        elif mark[0] == mark[1] and isinstance(frame.data, dict):
            self._split(frame, mark)
        elif isinstance(value, scalars.Refused):
            self._number(event.value, value, mark)
            self._put(None, mark, None)
        else:
            self._put(value, mark, None)

    def _quoted(self, event: Any, mark: Mark) -> str:
        """Remember a quoted text that goes on in another line: most often its quote was left open."""
        if event.style in ("'", '"') and event.start_mark.line != event.end_mark.line:
            self.opened = mark
        return str(event.value)

    def _key(self, frame: _Frame, text: str, value: object, mark: Mark) -> None:
        frame.key, frame.key_mark, frame.key_seen = text, mark, True
        if "{" in text or "[" in text:
            colons.refuse_joined(self.text.text, mark)
        if not isinstance(value, str):
            hint = f'write a name, or "{text}" in quotes' if text else "write a name before the colon"
            self._note(NO_KEY, f"{quote(text)} is not a name" if text else "there is no key here", hint, mark)
            self.holes |= {(*self._path(), text), (*self._path(), INCOMPLETE)}
        if text in frame.data:
            first = frame.positions[text][:1] if frame.positions else ()
            self._note(KEY_TWICE, f"the key {quote(text)} stands twice", "keep one of them", mark, *first)
            self.holes.add((*self._path(), INCOMPLETE))
            frame.key = None

    def _split(self, frame: _Frame, mark: Mark) -> None:
        """Take a key without a value; one that holds its own, as in {key:value}, was to be another key."""
        joined = colons.joined(self.text.text, frame.key_mark, mark[0]) if frame.key is not None else None
        if joined:
            key, missing = joined
            self._note(missing.code, missing.message, missing.hint, missing.mark)
            self.joined = self.before
            frame.key = None if key in frame.data else key
            self._hole()
        self._put(None, mark, None)

    def _number(self, text: str, why: scalars.Refused, mark: Mark) -> None:
        self._note(*scalars.said(text, why), mark)
        self._hole()

    def _open(self, event: Any) -> None:
        mapping = isinstance(event, yaml.MappingStartEvent)
        if not self.stack and not mapping:
            self._refuse_root(event, "a list")
        if self.stack and isinstance(self.stack[-1].data, dict) and not self.stack[-1].key_seen:
            raise Refusal(NO_KEY, "a key must be a name", _mark(event), "write a name before the colon")
        if len(self.stack) >= limits.DEEPEST:
            raise limits.too_deep(_mark(event))
        data: dict[str, Value] | list[Value] = {} if mapping else []
        self.stack.append(_Frame(data, {} if self.placing else None, _mark(event), bool(event.flow_style)))

    def _close(self, end: int) -> None:
        frame = self.stack.pop()
        if self.stack:
            self._put(frame.data, (frame.start[0], end if frame.flow else frame.start[0] + 1), frame.positions)
        elif isinstance(frame.data, dict):
            self.root, self.positions = frame.data, frame.positions or {}

    def _put(self, value: Value, mark: Mark, inside: Positions | None) -> None:
        frame = self.stack[-1]
        if len(frame.data) >= limits.MOST_ENTRIES:
            raise limits.too_large(f"more than {limits.MOST_ENTRIES:,} entries in one place", mark)
        if isinstance(frame.data, list):
            _place(frame, len(frame.data), mark, mark, inside)
            frame.data.append(value)
            return
        if frame.key is not None:
            frame.data[frame.key] = value
            _place(frame, frame.key, frame.key_mark, mark, inside)
        frame.key, frame.key_seen = None, False

    def _path(self, of_value: bool = False) -> Path:
        frames = self.stack if of_value else self.stack[:-1]
        return tuple(len(f.data) if isinstance(f.data, list) else f.key or "" for f in frames)

    def _hole(self) -> None:
        if all(isinstance(f.data, list) or f.key is not None for f in self.stack):
            self.holes.add(self._path(of_value=True))

    def _refuse_root(self, event: Any, what: str) -> None:
        if isinstance(event, yaml.ScalarEvent) and event.implicit[0] and not event.value:
            raise decoding.empty("holds nothing")
        if isinstance(event, yaml.ScalarEvent) and (joined := colons.joined(self.text.text, _mark(event))):
            raise joined[1]
        hint = "begin with the key cluster: NAME, as what `lvsgen init` writes does"
        raise Refusal(NO_DESCRIPTION, f"a description is a mapping of keys to values, not {what}", _mark(event), hint)

    def _note(self, code: Code, message: str, hint: str, *marks: Mark) -> None:
        if not self.placing:
            raise PlacesError
        spans = tuple(self.text.span(mark) for mark in marks)
        self.findings.append(Finding(code.number, code.severity, message, spans, hint))
        if len(self.findings) >= limits.MOST_FINDINGS:
            raise limits.too_large("too much is wrong to read on", marks[0])


def _place(frame: _Frame, key: str | int, at: Mark, value: Mark, inside: Positions | None) -> None:
    if frame.positions is not None:
        frame.positions[key] = (at, value, inside)


def _mark(event: Any) -> Mark:
    return event.start_mark.index, event.end_mark.index
