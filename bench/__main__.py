"""make bench: lvsgen side by side with programs that do a like thing; it measures and fails nothing."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import here, inlab, packages, table
from bench.rows import Result, measure, result
from bench.sizes import FULL, TINY, Size
from lvsgen.prove import image
from lvsgen.prove.lab import Lab
from lvsgen.prove.uml import Kernel


def main(words: Sequence[str]) -> None:
    """Measure what was asked for, and print it."""
    asked = _parser().parse_args(words)
    size = TINY if asked.tiny else FULL
    results = [] if asked.only == "lab" else _here(size, asked.rounds)
    results += [] if asked.only == "here" else _in_lab(size, asked.rounds)
    print(json.dumps(table.data(results), indent=2) if asked.format == "json" else table.text(results), end="\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is run (3)")
    parser.add_argument("--only", choices=("here", "lab"), help="what runs on this machine, or in the lab's kernel")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--tiny", action="store_true", help="a few services, to try the bench itself")
    return parser


def _here(size: Size, rounds: int) -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="lvsgen-bench-") as folder:
        measured = measure(here.runs(Path(folder), size), rounds, _say)
    return [result(row, measured) for row in here.ROWS]


def _in_lab(size: Size, rounds: int) -> list[Result]:
    kernel = Kernel(image.obtain(packages.cache()))
    kernel.boot()
    try:
        with tempfile.TemporaryDirectory(prefix="lvsgen-bench-") as folder:
            measured = measure(inlab.runs(Path(folder), size, Lab(kernel)), rounds, _say)
    finally:
        kernel.halt()
    return [result(row, measured) for row in inlab.ROWS]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
