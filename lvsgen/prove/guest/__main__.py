"""What the kernel starts, with the standard library alone: `python -ESs <this folder> <modules> <busybox> <mode>`."""

import pathlib
import sys


def _start() -> None:
    sys.path[0] = str(pathlib.Path(__file__).resolve().parents[3])
    from lvsgen.prove.guest import agent  # noqa: PLC0415 - findable only now

    modules, busybox, mode = sys.argv[1:4]  # the kernel appends words of its own
    agent.main(modules, busybox, mode)


_start()
