"""docs/doctor.md: every line that the doctor can say."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from lvsgen.doctor import boot, examine, kernel, settings, tools
from lvsgen.doctor.line import Line

_PARTS = {
    "What is needed": examine,
    "The kernel": kernel,
    "The tools": tools,
    "The boot": boot,
    "The settings": settings,
}


def page() -> str:
    """Write the text of docs/doctor.md."""
    return _HEAD + "".join(_part(title, module) for title, module in _PARTS.items())


def lines(module: ModuleType) -> Iterator[tuple[str, Line]]:
    """Yield the lines that a part of the doctor can say, by their names there."""
    yield from ((name, value) for name, value in vars(module).items() if isinstance(value, Line))


def _part(title: str, module: ModuleType) -> str:
    rows = "".join(_row(line) for _, line in lines(module))
    return f"\n## {title}\n\n| about | verdict | says | next step |\n| --- | --- | --- | --- |\n{rows}"


def _row(line: Line) -> str:
    cells = (line.about, line.verdict, line.said, line.next_step)
    return f"| {' | '.join(cell.replace('{', '*').replace('}', '*') for cell in cells)} |\n"


_HEAD = """# The doctor

Generated from lvsgen/doctor/. `lvsgen doctor` looks at what this host can do, and at what is in the way of what `out/`
wants of it; it mends nothing. It prints a line for each thing, and below it what to do:

    # lvsgen doctor
    ok       out/: says what llclb1 of cluster llc is to be: what that needs is looked at
    ok       root: this is root
    ok       IPVS: the kernel has it, ready
    ok       scheduler rr: the kernel has it
    ok       rehearsal: possible, in a scratch network namespace
    ok       ip: <version>
    problem  ipvsadm: is not installed
             = help: install the package ipvsadm
    ok       arping: iputils: VIPs that come up are announced, and looked for on other hosts before
    ok       init system: SysV init, as out/ is made for
    ok       other tables: nothing else loads an IPVS table at boot
    ok       sysctls: all 4 that out/ names are as it says

| verdict | means |
| --- | --- |
| ok | it is as it should be |
| note | worth knowing: something works otherwise than it could, or something else on this host has a say in it |
| problem | it is in the way: `lvsgen apply`, or the scripts, fail until it is mended; the exit status is 10 |

The host's `state.json` decides which tools, schedulers and settings are looked at. Where `out/` does not have this
host, all that lvsgen can use is looked at, and nothing is a problem. `--out`, `--cluster` and `--host` choose as for
the other verbs. It works without root, and says what it cannot see then.

With `--format json` the document has `lines`, each with `verdict`, `about`, `said` and `next_step`, which is empty when
there is nothing to do; beside them `verb`, `status`, `meaning`, `findings` and `error`, as for every verb.

What it can say follows; what stands *like this* is known only on the host.
"""
