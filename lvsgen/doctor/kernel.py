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

ROOT = ok("root", "this is root")
NOT_ROOT = note("root", "this is not root: some things cannot be seen, and nothing changed", "run lvsgen as root")
IPVS = ok("IPVS", "the kernel has it, ready")
IPVS_MODULE = ok("IPVS", "module ip_vs can be loaded; the first use does it")
NO_IPVS = problem(
    "IPVS",
    "this kernel has no module ip_vs",
    "a director needs a kernel with CONFIG_IP_VS, or its package of extra modules; try: modprobe ip_vs",
)
SCHEDULER = ok("scheduler {name}", "the kernel has it")
NO_SCHEDULER = problem(
    "scheduler {name}",
    "this kernel has no module ip_vs_{name}",
    "choose another scheduler, or install the module",
)
REHEARSAL = ok("rehearsal", "possible, in a scratch network namespace")
NO_REHEARSAL = note("rehearsal", "{reason}", "changes are made without one: apply --no-rehearse")

_ONE_DEVICE = scratch.Furniture(("lvsgen0",), (), ())


def lines(needs: Needs, root: Path) -> Iterator[Line]:
    """Look at the kernel."""
    yield ROOT if os.geteuid() == 0 else NOT_ROOT
    if needs.ipvs:
        yield _ipvs(needs, root)
        yield from (_scheduler(name, root) for name in needs.schedulers)
    yield _rehearsal(root)


def _ipvs(needs: Needs, root: Path) -> Line:
    if (root / "proc/net/ip_vs").exists():
        return IPVS
    return IPVS_MODULE if _loadable("ip_vs") else NO_IPVS.where(needs.is_known)


def _scheduler(name: str, root: Path) -> Line:
    there = (root / f"sys/module/ip_vs_{name}").exists() or _loadable(f"ip_vs_{name}")
    return (SCHEDULER if there else NO_SCHEDULER).of(name=name)


def _rehearsal(root: Path) -> Line:
    has_dummies = (root / "sys/module/dummy").exists() or _loadable("dummy")
    try:
        scratch.inside(lambda: None if has_dummies else scratch.furnish(_ONE_DEVICE))
    except OperatorError as error:
        return NO_REHEARSAL.of(reason=error)
    return REHEARSAL


def _loadable(module: str) -> bool:
    """Tell whether modprobe would find a module, built in or not; it is not loaded."""
    return bool(process.find("modprobe")) and process.run(("modprobe", "-n", "-q", module)).status == 0
