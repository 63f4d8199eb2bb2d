"""The doctor on the kernel: IPVS and its schedulers, and whether a change can be rehearsed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from lvsgen import process
from lvsgen.apply import scratch
from lvsgen.doctor.line import Line, note, ok, problem
from lvsgen.doctor.needs import Needs
from lvsgen.errors import OperatorError

_IPVS = "IPVS"
_REHEARSAL = "rehearsal"
_ONE_DEVICE = scratch.Furniture(("lvsgen0",), (), ())


def lines(needs: Needs, root: Path) -> Iterator[Line]:
    """Look at the kernel."""
    yield _root()
    if needs.ipvs:
        yield _ipvs(needs, root)
        yield from (_scheduler(name, root) for name in needs.schedulers)
    yield _rehearsal(root)


def _root() -> Line:
    if os.geteuid() == 0:
        return ok("root", "this is root")
    return note("root", "this is not root: some things cannot be seen, and nothing changed", "run lvsgen as root")


def _ipvs(needs: Needs, root: Path) -> Line:
    if (root / "proc/net/ip_vs").exists():
        return ok(_IPVS, "the kernel has it, ready")
    if _loadable("ip_vs"):
        return ok(_IPVS, "module ip_vs can be loaded; the first use does it")
    step = "install a kernel with CONFIG_IP_VS, or its package of extra modules; try: modprobe ip_vs"
    said = "this kernel has no module ip_vs"
    return problem(_IPVS, said, step) if needs.is_known else note(_IPVS, said, f"for a director: {step}")


def _scheduler(name: str, root: Path) -> Line:
    about = f"scheduler {name}"
    if (root / f"sys/module/ip_vs_{name}").exists() or _loadable(f"ip_vs_{name}"):
        return ok(about, "the kernel has it")
    return problem(about, f"this kernel has no module ip_vs_{name}", "choose another scheduler, or install the module")


def _rehearsal(root: Path) -> Line:
    has_dummies = (root / "sys/module/dummy").exists() or _loadable("dummy")
    try:
        scratch.inside(lambda: None if has_dummies else scratch.furnish(_ONE_DEVICE))
    except OperatorError as error:
        return note(_REHEARSAL, str(error), "changes are made without one: apply --no-rehearse")
    return ok(_REHEARSAL, "possible, in a scratch network namespace")


def _loadable(module: str) -> bool:
    """Tell whether modprobe would find a module, built in or not; it is not loaded."""
    return bool(process.find("modprobe")) and process.run(("modprobe", "-n", "-q", module)).status == 0
