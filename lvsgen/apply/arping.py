"""arping: who answers for an address on a network, and telling everybody there that it is here now.

That of iputils, or busybox's. Habets' has the same name and other options: its -D even ends the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from lvsgen import process
from lvsgen.errors import OperatorError
from lvsgen.state.parts import VipAddress

_DEVICES = Path("/sys/class/net")
_LOOPBACK, _NO_ARP = 0x8, 0x80
_LONG, _SHORT, _GRACE = 2, 1, 0.5
"""How many seconds answers are waited for, all addresses at once; the second time only where we answered ourselves."""
_LASTING = {"iputils": "-w", "busybox": "-c"}
"""What says for how many seconds to go on: -c of iputils ends with the first answers, -w of busybox lasts one more."""
_REPLY = re.compile(r"reply from \S+ \[([0-9A-Fa-f:]+)\]")


class Kind(Enum):
    """Which arping there is."""

    IPUTILS = "iputils"
    BUSYBOX = "busybox"
    OTHER = "another"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Tool:
    """What is there, and the words it is called by."""

    kind: Kind
    argv: tuple[str, ...] = ()


@cache
def tool() -> Tool:
    """Find an arping whose options are known."""
    own = _kind(("arping", "-V"))
    if own in (Kind.IPUTILS, Kind.BUSYBOX):
        return Tool(own, ("arping",))
    if _kind(("busybox", "arping", "-V")) is Kind.BUSYBOX:
        return Tool(Kind.BUSYBOX, ("busybox", "arping"))
    return Tool(own)


def speaks(device: str) -> bool:
    """Tell whether addresses of a device are asked for by ARP: those of lo and of tunnels are not."""
    try:
        flags = int((_DEVICES / device / "flags").read_text(), 16)
    except (OSError, ValueError):
        return False
    return not flags & (_LOOPBACK | _NO_ARP)


def has_carrier(device: str) -> bool:
    """Tell whether a device has a link: without one nobody hears, and silence says nothing."""
    try:
        return (_DEVICES / device / "carrier").read_text().strip() == "1"
    except OSError:  # it is down
        return False


def announcements(address: VipAddress) -> tuple[tuple[str, ...], ...]:
    """Give the commands that tell a network who has an address, by a question and by an answer.

    Each sends one frame, at once: one sent later might be wrong by then.
    """
    where = ("-c", "1", "-I", address.device, str(address.address))
    return tuple((*tool().argv, "-q", form, *where) for form in ("-U", "-A"))


def holders(addresses: Iterable[VipAddress]) -> dict[VipAddress, str]:
    """Ask, for all at once, who else has these addresses: the hardware address of whoever answers.

    One of our own cards may answer first, and -D ends with the first answer: so there it is asked once more, for all
    answers. OperatorError when it cannot be asked.
    """
    own, asked = _own(), tuple(addresses)
    first = _ask(asked, "-D", _LONG)
    ours = tuple(address for address, macs in first.items() if macs and macs <= own)
    second = _ask(ours, "-b", _SHORT)
    answers = {address: sorted(macs - own) for address, macs in (first | second).items()}
    return {address: macs[0] for address, macs in answers.items() if macs}


def _ask(addresses: tuple[VipAddress, ...], option: str, seconds: int) -> dict[VipAddress, frozenset[str]]:
    words = (*tool().argv, option, _LASTING[tool().kind.value], str(seconds))
    commands = [(*words, "-I", one.device, str(one.address)) for one in addresses]
    found = process.together(commands, seconds + _GRACE)
    for done in found:
        if done.status > 1:
            raise OperatorError(done.complaint)
    answers = (frozenset(mac.lower() for mac in _REPLY.findall(done.stdout)) for done in found)
    return dict(zip(addresses, answers, strict=True))


def _own() -> frozenset[str]:
    return frozenset(path.read_text().strip().lower() for path in _DEVICES.glob("*/address"))


def _kind(argv: tuple[str, ...]) -> Kind:
    try:
        done = process.run(argv, timeout=5)
    except OperatorError:
        return Kind.NONE
    said = done.stdout + done.stderr
    return Kind.IPUTILS if "iputils" in said else Kind.BUSYBOX if "BusyBox" in said else Kind.OTHER
