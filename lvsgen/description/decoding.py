"""Bytes to text: what is refused before anything in it is understood."""

from __future__ import annotations

from lvsgen.description import limits, lookalikes
from lvsgen.description.positions import Text
from lvsgen.description.refusal import Refusal
from lvsgen.findings.code import Code


def decode(file: str, raw: bytes) -> tuple[Text, Refusal | None]:
    """Give the text as far as it can be shown, and why it is refused, if it is. A byte-order mark is dropped."""
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if len(raw) > limits.LARGEST:
        message = f"the file is larger than {limits.LARGEST // 1024 // 1024} MiB"
        return Text(file, ""), limits.too_large(message, (0, 1))
    try:
        text = Text(file, raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _undecodable(file, raw, error.start)
    if not text.text.strip():
        return Text(file, ""), empty("is empty")
    return text, lookalikes.unseen(text.text)


EMPTY = Code(
    "LVS105",
    "The file is empty",
    "An empty description never means an empty cluster: it is usually a file that was not written completely.",
    "Start from what `lvsgen init` writes.",
)


def empty(how: str) -> Refusal:
    """Say that there is nothing in the file."""
    return Refusal(EMPTY, f"the file {how}", (0, 1), "start from what `lvsgen init` writes")


NOT_UTF8 = Code(
    "LVS102",
    "The file is not UTF-8 text",
    "A description is text that people review; anything else is a wrong file or a wrong encoding.",
    "Save it as UTF-8, or name the right file.",
)


def _undecodable(file: str, raw: bytes, at: int) -> tuple[Text, Refusal]:
    start = raw[:at].decode("utf-8")
    rest = raw[at : at + 60].decode("ascii", errors="backslashreplace")
    message = f"this is not UTF-8: the byte 0x{raw[at]:02X} does not belong here"
    hint = "save the file as UTF-8" if at else "save the file as UTF-8, or name the right file"
    return Text(file, start + rest), Refusal(NOT_UTF8, message, (len(start), len(start) + 4), hint)
