"""docs/trust.md: every sentence of its lists names the test that holds it."""

from __future__ import annotations

import re

from tests.pages import TOP

PAGE = (TOP / "docs" / "trust.md").read_text()
_HELD = re.compile(r"- .+\. <!-- ((test_\w+)(, test_\w+)*) -->")


def test_every_sentence_is_held_by_a_test_that_there_is() -> None:
    sentences = [line for line in PAGE.splitlines() if line.startswith("- ")]
    tests = "".join(path.read_text() for path in (TOP / "tests").rglob("test_*.py"))
    assert sentences
    assert [line for line in sentences if not _is_held(line, tests)] == []


def _is_held(sentence: str, tests: str) -> bool:
    held = _HELD.fullmatch(sentence)
    return held is not None and all(f"def {name}(" in tests for name in held[1].split(", "))
