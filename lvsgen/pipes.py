"""Talk to a program through its pipes: give it its input, and keep of what it says so much and no more."""

from __future__ import annotations

import contextlib
import os
import selectors
import time
from dataclasses import dataclass
from typing import IO

_PIECE = 2**16


@dataclass(frozen=True, slots=True)
class Said:
    """What a program said; `is_cut` when that was more than was to be kept."""

    out: bytes
    err: bytes
    is_cut: bool


def talk(raw: bytes, streams: tuple[IO[bytes], IO[bytes], IO[bytes]], most: int, end: float) -> Said:
    """Give a program `raw`, and read until it has closed both its others: `most` bytes of each are kept.

    What comes after those is read and dropped, so that it goes on. TimeoutError when that takes longer than to `end`.
    """
    given, *heard = streams
    kept, left = {stream: bytearray() for stream in heard}, memoryview(raw)
    is_cut = False
    os.set_blocking(given.fileno(), False)
    with selectors.DefaultSelector() as waiting:
        for stream in heard:
            waiting.register(stream, selectors.EVENT_READ)
        waiting.register(given, selectors.EVENT_WRITE)
        while waiting.get_map():
            for key, _ in _ready(waiting, end):
                if key.fileobj is given:
                    left = _give(key.fd, left)
                    is_over = not left
                else:
                    piece, found = os.read(key.fd, _PIECE), kept[key.fileobj]  # type: ignore[index]
                    is_over, is_cut = not piece, is_cut or len(found) + len(piece) > most
                    found += piece[: most - len(found)]
                if is_over:
                    waiting.unregister(key.fileobj)
                    given.close() if key.fileobj is given else None
    out, err = (bytes(kept[stream]) for stream in heard)
    return Said(out, err, is_cut)


def _ready(waiting: selectors.BaseSelector, end: float) -> list[tuple[selectors.SelectorKey, int]]:
    ready = waiting.select(max(0, end - time.monotonic()))
    if not ready or time.monotonic() > end:
        raise TimeoutError
    return ready


def _give(handle: int, left: memoryview) -> memoryview:
    """Write what there is room for; gives what is left, nothing when nobody reads it any more."""
    with contextlib.suppress(BlockingIOError):
        try:
            return left[os.write(handle, left[:_PIECE]) :] if left else left
        except BrokenPipeError:
            return left[:0]
    return left


def listen(heard: tuple[IO[bytes], IO[bytes]], most: int, end: float) -> Said:
    """Read what a program prints and complains until it has closed both, or has said more than `most` bytes in sum.

    TimeoutError when that takes longer than to `end`, however much it goes on saying.
    """
    found: dict[object, bytearray] = {stream: bytearray() for stream in heard}
    with selectors.DefaultSelector() as waiting:
        for stream in heard:
            waiting.register(stream, selectors.EVENT_READ)
        while waiting.get_map() and _size(found) <= most:
            for key, _ in _ready(waiting, end):
                piece = os.read(key.fd, _PIECE)
                found[key.fileobj] += piece
                if not piece:
                    waiting.unregister(key.fileobj)
    out, err = (bytes(found[stream]) for stream in heard)
    return Said(out, err, _size(found) > most)


def _size(found: dict[object, bytearray]) -> int:
    return sum(map(len, found.values()))
