"""What the kernel starts: `python -ESs <this folder> <folder of modules> <mode>`, with the standard library alone."""

import pathlib
import sys


def _start() -> None:
    sys.path[0] = str(pathlib.Path(__file__).resolve().parents[3])
    from lvsgen.prove.guest import agent  # noqa: PLC0415 - findable only now

    modules, mode = sys.argv[1:3]  # the kernel appends words of its own
    agent.main(modules, mode)


_start()
