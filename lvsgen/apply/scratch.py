"""A scratch network namespace: a child process has one of its own, furnished with this host's devices and addresses."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NoReturn

from lvsgen import process, words
from lvsgen.errors import OperatorError

NO_REHEARSAL = "repeat with --no-rehearse"
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_TRANSIENT = frozenset({"linkdown", "dead", "offload", "trap", "rt_offload", "rt_trap"})


@dataclass(frozen=True, slots=True)
class Furniture:
    """What a namespace gets: devices, and addresses and routes as the words of `ip addr add` and `ip route add`."""

    devices: tuple[str, ...]
    addresses: tuple[str, ...]
    routes: tuple[str, ...]


def furniture() -> Furniture:
    """Look at what there is in our own namespace."""
    addresses = process.output(("ip", "-o", "-f", "inet", "addr", "show"))
    routes = process.output(("ip", "-o", "-f", "inet", "route", "show", "table", "main"))
    devices = tuple(name for _, name in socket.if_nameindex())
    return Furniture(devices, tuple(_addresses(addresses)), tuple(sorted(_routes(routes), key=_leads_on)))


def furnish(wanted: Furniture) -> None:
    """Make devices, addresses and routes; only devices must succeed. OperatorError when they do not."""
    process.output(("ip", "link", "set", "lo", "up"))
    missing = set(wanted.devices) - _devices()
    lines = [line for name in sorted(missing) for line in (f"link add {name} type dummy", f"link set {name} up")]
    done = _batch(lines)
    if missing - _devices():
        raise OperatorError(f"cannot rehearse: no dummy interface can be made: {done.complaint}", NO_REHEARSAL)
    _batch([f"addr add {address}" for address in wanted.addresses])
    _batch([f"route add {route}" for route in wanted.routes])


def inside(work: Callable[[], object]) -> Any:
    """Do some work in a child process with a network namespace of its own; returns what it returns, by way of JSON.

    An OperatorError from within is raised here. The child never outlives this process.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _live(work, writing)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as stream:
            raw = stream.read()
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        os.waitpid(child, 0)
    return _result(raw)


def _live(work: Callable[[], object], writing: int) -> NoReturn:
    """Be the child, to its end: what a terminal sends to us both is our parent's to look at, when this is done."""
    try:
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        _write(writing, _outcome(work))
    finally:
        os._exit(0)


def _outcome(work: Callable[[], object]) -> dict[str, object]:
    try:
        _enter()
        return {"result": work()}
    except OperatorError as error:
        return {"refused": [str(error), error.hint]}
    except Exception:
        return {"broken": traceback.format_exc()}


def _enter() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if libc.unshare(_CLONE_NEWNET):
        reason = os.strerror(ctypes.get_errno())
        raise OperatorError(f"cannot rehearse: no scratch network namespace can be made: {reason}", NO_REHEARSAL)


def _write(handle: int, data: object) -> None:
    with os.fdopen(handle, "wb") as stream:
        stream.write(json.dumps(data).encode())


def _result(raw: bytes) -> Any:
    if not raw:
        raise OperatorError("cannot rehearse: the rehearsal was killed", NO_REHEARSAL)
    data = json.loads(raw)
    if "refused" in data:
        raise OperatorError(*data["refused"])
    if "broken" in data:
        raise RuntimeError(data["broken"])
    return data["result"]


def _devices() -> set[str]:
    return {name for _, name in socket.if_nameindex()}


def _batch(lines: list[str]) -> process.Done:
    """Run lines of ip, going on after those that fail."""
    return process.run(("ip", "-force", "-batch", "-"), "".join(f"{line}\n" for line in lines))


def _addresses(text: str) -> Iterator[str]:
    for line in text.splitlines():
        match line.partition("\\")[0].split():
            case [_, device, "inet", address, *rest]:
                kept = [f"{word} {value}" for word, value in pairwise(rest) if word in ("peer", "brd", "scope")]
                label = [f"label {rest[-1]}"] if rest and rest[-1].startswith(f"{device}:") else []
                yield " ".join((address, *kept, "dev", device, *label))


def _routes(text: str) -> Iterator[str]:
    """Yield what the kernel has not made by itself of an address."""
    for line in text.splitlines():
        found = line.replace("\\", " ").split()
        if "proto kernel" not in " ".join(found):
            yield words.visible(" ".join(word for word in found if word not in _TRANSIENT))


def _leads_on(route: str) -> bool:
    """Tell whether a route needs another one first, to its gateway."""
    return " via " in route
