"""What a host needs: as its state says, or anything that lvsgen can use where no state is known."""

from __future__ import annotations

from dataclasses import dataclass

from lvsgen.state.hoststate import HostState


@dataclass(frozen=True, slots=True)
class Needs:
    """What is needed here; `is_known` is off where there is no out/ to say it, and nothing is a problem then."""

    is_known: bool
    ipvs: bool
    iptables: bool
    nft: bool
    arping: bool = False
    schedulers: tuple[str, ...] = ()


def of(state: HostState | None) -> Needs:
    """Say what a state needs."""
    if state is None:
        return Needs(False, ipvs=True, iptables=True, nft=True, arping=True)
    return Needs(
        True,
        ipvs=bool(state.services or state.timeouts or state.daemons),
        iptables=bool(state.chains),
        nft=bool(state.tables),
        arping=any(address.device != "lo" for address in state.addresses),
        schedulers=tuple(sorted({service.scheduler for service in state.services})),
    )
