"""cli/patience.py: nobody waits for ever for a terminal that takes nothing."""

from __future__ import annotations

import contextlib
import os
import pty
import sys
import time
from pathlib import Path

import pytest

from lvsgen.cli import patience


def test_a_terminal_that_is_stopped_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, its = pty.openpty()
    with os.fdopen(its, "w") as terminal:
        monkeypatch.setattr(sys, "stdout", terminal)
        is_open = patience.patience(0.3)
        assert is_open()
        os.write(ours, b"\x13")
        begun = time.monotonic()
        assert not is_open()
        once = time.monotonic()
        assert not any(is_open() for _ in range(50))
        assert once - begun >= 0.3 > time.monotonic() - once
        os.write(ours, b"\x11")
        while not is_open():
            assert time.monotonic() < begun + 20
    os.close(ours)


def test_a_pipe_that_nobody_empties_is_full_one_without_a_reader_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        is_open = patience.patience(0.01)
        os.set_blocking(writing, False)
        with contextlib.suppress(BlockingIOError):
            while os.write(writing, b"x" * 4096):
                pass
        assert not is_open()
        os.close(reading)
        assert is_open()  # and writing says what is wrong


def test_a_file_takes_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "file").open("w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert patience.patience(0)()
