"""What YAML has and the language has not: a second document, anchors and aliases, tags."""

from __future__ import annotations

from lvsgen.description.positions import Mark
from lvsgen.description.refusal import Refusal
from lvsgen.findings.code import Code
from lvsgen.phrasing import quote

SECOND_DOCUMENT = Code(
    "LVS106",
    "Several documents in one file",
    "One file describes one cluster; a second document would silently be left out.",
    "Put each cluster into a file of its own, and remove the --- or ... between.",
)


def second_document(mark: Mark) -> Refusal:
    """Refuse the beginning of a second document."""
    return Refusal(SECOND_DOCUMENT, "a second document begins here", mark, "put each cluster into a file of its own")


ANCHOR = Code(
    "LVS107",
    "Anchors and aliases",
    "With &name and *name a line means what another line says, so a review sees less than what is built.",
    "Write it out.",
)


def anchor(name: str, mark: Mark) -> Refusal:
    """Refuse a name for a value."""
    return Refusal(ANCHOR, f"anchors such as {quote(f'&{name}')} are not used here", mark, "write the values out")


def alias(name: str, mark: Mark) -> Refusal:
    """Refuse a value that is another's name."""
    return Refusal(ANCHOR, f"aliases such as {quote(f'*{name}')} are not used here", mark, "write it out")


TAG = Code(
    "LVS108",
    "A tag",
    "Tags such as !!str change what a value is; here the key alone decides that.",
    "Remove the tag, and quote the value if text is meant.",
)


def tag(name: str, mark: Mark) -> Refusal:
    """Refuse a type that a value is to have."""
    hint = "remove it; quote the value if text is meant"
    return Refusal(TAG, f"tags such as {quote(name)} are not used here", mark, hint)
