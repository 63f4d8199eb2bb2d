"""Bytes to text: what is refused before anything in it is understood."""

from __future__ import annotations

import re
from dataclasses import replace

from lvsgen.description.positions import Mark, Text
from lvsgen.findings.finding import Finding, Severity

LARGEST = 16 * 1024 * 1024
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


class Refusal(Exception):  # noqa: N818  (it is raised to be turned into a finding)
    """The text goes no further: a finding that is not placed yet."""

    def __init__(  # noqa: PLR0913, PLR0917  (a finding's parts)
        self, code: str, message: str, mark: Mark, hint: str, other: Mark | None = None, label: str = ""
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.mark, self.hint = code, message, mark, hint
        self.other, self.label = other, label

    def finding(self, text: Text) -> Finding:
        """Place it."""
        spans = [text.span(self.mark)]
        if self.other:
            spans.append(replace(text.span(self.other), label=self.label))
        return Finding(self.code, Severity.ERROR, self.message, tuple(spans), self.hint)


def decode(file: str, raw: bytes) -> tuple[Text, Refusal | None]:
    """Give the text as far as it can be shown, and why it is refused, if it is. A byte-order mark is dropped."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if len(raw) > LARGEST:
        message = f"the file is larger than {LARGEST // 1024 // 1024} MiB"
        return Text(file, ""), Refusal("LVS104", message, (0, 1), "is this the right file?")
    try:
        text = Text(file, raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _undecodable(file, raw, error.start)
    if not text.text.strip():
        return Text(file, ""), Refusal("LVS105", "the file is empty", (0, 1), "start from what `lvsgen init` writes")
    return text, _unreadable(text)


def _undecodable(file: str, raw: bytes, at: int) -> tuple[Text, Refusal]:
    start = raw[:at].decode("utf-8")
    rest = raw[at : at + 60].decode("ascii", errors="backslashreplace")
    message = f"this is not UTF-8: the byte 0x{raw[at]:02X} does not belong here"
    hint = "save the file as UTF-8" if at else "save the file as UTF-8, or name the right file"
    return Text(file, start + rest), Refusal("LVS102", message, (len(start), len(start) + 4), hint)


def _unreadable(text: Text) -> Refusal | None:
    found = _UNSEEN.search(text.text)
    if not found:
        return None
    name = f"U+{ord(found.group()):04X}"
    return Refusal("LVS103", f"the character {name} cannot be seen and does not belong here", found.span(), "delete it")
