"""Durations as they are typed."""

from __future__ import annotations

import pytest
import typer

from lvsgen.cli import durations


def test_a_duration_is_in_seconds() -> None:
    texts = ("0", "90", "90s", "5m", "2h", "1d")
    assert [durations.seconds(text) for text in texts] == [0, 90, 90, 300, 7200, 86400]


@pytest.mark.parametrize("text", ["", "h", "-1", "1.5h", "1w", "٣", "1 h", "9" * 10])
def test_anything_else_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="write 90s, 5m, 2h or 1d"):
        durations.seconds(text)
