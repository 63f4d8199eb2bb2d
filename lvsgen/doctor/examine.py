"""The doctor: what this host can do, and what is in the way. It looks and never mends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lvsgen import phrasing
from lvsgen.doctor import boot, kernel, needs, settings, tools
from lvsgen.doctor.line import Line, Verdict, note, ok
from lvsgen.outdir import reviewed
from lvsgen.outdir.desired import Desired

KNOWN = ok("out/", "says what {host} of cluster {cluster} is to be: what that needs is looked at")
UNKNOWN = note(
    "out/",
    "does not say what this host is to be: everything is looked at, and nothing of it counts as in the way",
    "if it is to be of a cluster, say where that is: lvsgen doctor --out DIR --host NAME",
)
DOUBT = note(
    "out/",
    "is taken as it stands, but plan, apply and undrain refuse it: {doubt}",
    "build it again and review it, or restore it from version control",
)

_ROOT = Path("/")


def examine(desired: Desired | None, root: Path = _ROOT) -> Iterator[Line]:
    """Look at everything that matters for what the host is to be; at everything there is, where that is not known."""
    yield KNOWN.of(host=desired.file.host, cluster=desired.file.cluster) if desired else UNKNOWN
    if desired and (doubt := reviewed.doubt(desired)):
        yield DOUBT.of(doubt=doubt)
    state = desired.file.state if desired else None
    wanted = needs.of(state)
    yield from kernel.lines(wanted, root)
    yield from tools.lines(wanted)
    yield from boot.lines(wanted, desired.tree if desired else None, root)
    if state is not None and state.sysctls:
        yield from settings.lines(state, root)


def text(lines: Sequence[Line]) -> str:
    """Say it to a person."""
    return "".join(f"{phrasing.visible(said)}\n" for line in lines for said in _said(line))


def data(lines: Sequence[Line]) -> list[dict[str, str]]:
    """Say it to a program."""
    return [
        {"verdict": line.verdict, "about": line.about, "said": line.said, "next_step": line.next_step} for line in lines
    ]


def _said(line: Line) -> Iterator[str]:
    yield f"{line.verdict:<8} {line.about}: {line.said}"
    if line.next_step and line.verdict is not Verdict.OK:
        yield f"         = help: {line.next_step}"
