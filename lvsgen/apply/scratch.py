"""A scratch network namespace: a child process has one of its own, furnished with this host's devices and addresses."""

from __future__ import annotations

import ctypes
import json
import os
import re
import signal
import socket
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, NoReturn

from lvsgen import process
from lvsgen.errors import OperatorError
from lvsgen.host.live import iplines
from lvsgen.host.live.dependents import STATUS

NO_REHEARSAL = "repeat with --no-rehearse"
_CLONE_NEWNET = 0x40000000
_PR_SET_PDEATHSIG = 1
_PLAIN = re.compile(r"[A-Za-z0-9_.:/@%+-]+")
"""A word that a batch of `ip` reads as it stands: it knows quotes, and comments even within them."""

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Furniture:
    """What a namespace gets: devices, and addresses and routes as the words of `ip addr add` and `ip route add`."""

    devices: tuple[str, ...]
    addresses: tuple[Words, ...]
    routes: tuple[Words, ...]


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
    done = _each(words for name in sorted(missing) for words in _made(name))
    if missing - _devices():
        raise OperatorError(f"cannot rehearse: no dummy interface can be made: {done.complaint}", NO_REHEARSAL)
    _each(("addr", "add", *address) for address in wanted.addresses)
    _each(("route", "add", *route) for route in wanted.routes)


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


def _made(name: str) -> tuple[Words, Words]:
    """Say how a dummy is made: the words before its name keep it from being taken for one of them."""
    return ("link", "add", "name", name, "type", "dummy"), ("link", "set", "dev", name, "up")


def _each(calls: Iterable[Words]) -> process.Done:
    """Run calls of ip in their order, going on after those that fail; gives the first that did, or the last."""
    done = [run for plain, group in groupby(calls, key=_is_plain) for run in _runs(group, plain=plain)]
    return next((one for one in done if one.status), done[-1] if done else process.Done(0, "", ""))


def _runs(calls: Iterable[Words], *, plain: bool) -> Iterator[process.Done]:
    if plain:
        text = "".join(f"{' '.join(words)}\n" for words in calls)
        yield process.run(("ip", "-force", "-batch", "-"), text)
    else:
        yield from (process.run(("ip", *words)) for words in calls)


def _is_plain(words: Words) -> bool:
    return all(map(_PLAIN.fullmatch, words))


def _addresses(text: str) -> Iterator[Words]:
    for words in iplines.addresses(text):
        match words:
            case [_, device, "inet", address, *rest]:
                kept = [part for pair in pairwise(rest) if pair[0] in ("peer", "brd", "scope") for part in pair]
                label = ["label", rest[-1]] if rest and rest[-1].startswith(f"{device}:") else []
                yield (address, *kept, "dev", device, *label)


def _routes(text: str) -> Iterator[Words]:
    """Yield what the kernel has not made by itself of an address."""
    for found in iplines.routes(text):
        if found and ("proto", "kernel") not in pairwise(found):
            yield tuple(word for before, word in pairwise(("", *found)) if word not in STATUS or before == "dev")


def _leads_on(route: Words) -> bool:
    """Tell whether a route needs another one first, to its gateway."""
    return "via" in route
