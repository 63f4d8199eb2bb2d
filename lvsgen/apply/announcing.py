"""VIPs that come up: whoever else has them is found before, and everybody is told after.

A router that had another host's hardware address for a VIP keeps sending there for 20 s and more, unless it is told.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from lvsgen import process
from lvsgen.apply import arping
from lvsgen.apply.arping import Kind
from lvsgen.errors import OperatorError
from lvsgen.plan.operation import Add, Operation
from lvsgen.state.parts import VipAddress

_UNTOLD = "routers may send to another host that had them, for 20 s and more"
_TOOLS = {
    Kind.NONE: f"there is no arping on this host, so VIPs are not announced: {_UNTOLD}",
    Kind.OTHER: f"the arping of this host is neither iputils' nor busybox's, so VIPs are not announced: {_UNTOLD}",
}


def telling(operations: Iterable[Operation]) -> tuple[str, Callable[[], None]] | None:
    """Give the step that announces the VIPs which came up, by its name; it waits for nothing, and never fails."""
    if not arping.tool().argv:
        return None
    commands = [command for address in _heard(operations) for command in arping.announcements(address)]
    if not commands:
        return None
    return f"{' '.join(commands[0])} and {len(commands) - 1} more", lambda: _start(commands)


def look(operations: Sequence[Operation], *, take_over: bool) -> Iterator[str]:
    """Refuse when another host answers for a VIP that is to come up; yields warnings about what is not known."""
    rising = _rising(operations)
    if not rising:
        return
    yield from (f"warning: {device} has no carrier: {_UNHEARD}" for device in _unheard(rising))
    if not arping.tool().argv:
        yield f"warning: {_TOOLS[arping.tool().kind]}"
    elif not take_over:
        yield from _asked(tuple(_heard(operations)))


_UNHEARD = "nobody can be asked who has its VIPs, nor told"


def _asked(addresses: tuple[VipAddress, ...]) -> Iterator[str]:
    try:
        found = arping.holders(addresses)
    except OperatorError as error:
        yield f"warning: not known whether another host has a VIP: {error}"
        return
    for address, mac in found.items():
        raise OperatorError(
            f"another host answers for VIP {address.address} on {address.device}: {mac}",
            "take it down there first; or, if this host is to take it from that one, repeat with --take-over",
        )


def _start(commands: Iterable[tuple[str, ...]]) -> None:
    for command in commands:
        with contextlib.suppress(OSError):
            process.detach(command)


def _rising(operations: Iterable[Operation]) -> tuple[VipAddress, ...]:
    found = (one.part for one in operations if isinstance(one, Add))
    return tuple(part for part in found if isinstance(part, VipAddress) and arping.speaks(part.device))


def _heard(operations: Iterable[Operation]) -> Iterator[VipAddress]:
    return (address for address in _rising(operations) if arping.has_carrier(address.device))


def _unheard(rising: Iterable[VipAddress]) -> tuple[str, ...]:
    return tuple(sorted({address.device for address in rising if not arping.has_carrier(address.device)}))
