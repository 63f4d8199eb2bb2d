"""What the tools of a host print, where it is as a HostState says: for readers to read without a kernel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lvsgen.state import ipvsrules
from lvsgen.state.hoststate import HostState
from lvsgen.state.keys import TimeoutName
from lvsgen.state.netfilter import Chain, NftTable
from lvsgen.state.parts import SyncDaemon

BOOT = "5c1b8d0e-0000-4000-8000-000000000001"
USUAL_TIMEOUTS: dict[TimeoutName, int] = {"tcp": 900, "tcpfin": 120, "udp": 300}
_PROTOCOLS = {"-t": "TCP", "-u": "UDP", "-f": "FWM"}
_HOOKS = ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING")
_USUAL = ("--sync-maxlen", "maxlen"), ("--mcast-group", "group"), ("--mcast-port", "port"), ("--mcast-ttl", "ttl")


def listings(state: HostState) -> dict[str, str]:
    """Say what each listing that the scripts make holds, each with the line at its end that says it is whole."""
    printed = {
        "addresses": _addresses(state),
        "routes": _routes(state),
        "timeouts": _timeouts(state),
        "daemons": map(_daemon, state.daemons),
        "listed": _listed(state),
        "saved": map(_saved, ipvsrules.rules(state)),
        "chains": _chains(state.chains),
        "tables": _tables(state.tables),
    }
    return {name: "".join(f"{line}\n" for line in (*lines, "end")) for name, lines in printed.items()}


def settings(state: HostState) -> dict[str, str]:
    """Give every setting below /proc/sys that is there: what the state says, and what follows forwarding."""
    devices = {"all", "default", *(part.device for part in state.addresses), *(part.device for part in state.routes)}
    usual = (*(f"net/ipv4/conf/{device}/forwarding" for device in sorted(devices)), "net/ipv4/ip_forward")
    return dict.fromkeys(usual, "0") | {part.path: part.value for part in state.sysctls}


def proc(state: HostState, folder: Path) -> None:
    """Write the settings below a folder, as /proc/sys has them."""
    for key, value in settings(state).items():
        _write(folder / key, value)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{text}\n")


def _addresses(state: HostState) -> Iterator[str]:
    yield "1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever"
    yield "2: eth0    inet 192.0.2.1/24 brd 192.0.2.255 scope global eth0\\       valid_lft forever"
    for part in state.addresses:
        broadcast = f" brd {part.broadcast}" if part.broadcast else ""
        label = part.label or part.device
        yield (
            f"2: {part.device}    inet {part.address}/32{broadcast} scope global {label}"
            "\\       valid_lft forever preferred_lft forever"
        )


def _routes(state: HostState) -> Iterator[str]:
    yield "default via 192.0.2.254 dev eth0 "
    yield "192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.1 "
    for part in state.routes:
        yield f"{part.address} dev {part.device} scope link " + (f"src {part.source} " if part.source else "")
    yield "local 192.0.2.1 dev eth0 table local proto kernel scope host src 192.0.2.1 "


def _timeouts(state: HostState) -> Iterator[str]:
    seconds = USUAL_TIMEOUTS | {part.name: part.seconds for part in state.timeouts}
    yield f"Timeout (tcp tcpfin udp): {seconds['tcp']} {seconds['tcpfin']} {seconds['udp']}"


def _daemon(part: SyncDaemon) -> str:
    said = dict(zip(part.options[::2], part.options[1::2], strict=True))
    said = {"--sync-maxlen": "1472", "--mcast-group": "224.0.0.81", "--mcast-port": "8848", "--mcast-ttl": "1"} | said
    more = "".join(f", {name}={said[option]}" for option, name in _USUAL)
    return f"{part.role} sync daemon (mcast={part.interface}, syncid={part.syncid}{more})"


def _listed(state: HostState) -> Iterator[str]:
    yield "IP Virtual Server version 1.2.1 (size=4096)"
    yield "Prot LocalAddress:Port            Uppthr   Lwrthr   ActiveConn InActConn "
    yield "  -> RemoteAddress:Port"
    for service in state.services:
        flag, name = service.key.words.split(" ")[:2]
        yield f"{_PROTOCOLS[flag]}  {name} {service.scheduler}"
        ours = (one for one in state.destinations if one.service == service.key)
        yield from (f"  -> {to.address}:{to.port}        {to.upper}   {to.lower}   0          0" for to in ours)


def _saved(rule: str) -> str:
    """Write a rule as --save does: without thresholds, and with the type of plain tunnels."""
    words = rule.split(" ")
    for flag in ("-x", "-y"):
        if flag in words:
            del words[words.index(flag) : words.index(flag) + 2]
    return " ".join([*words, "--tun-type", "ipip"] if words[-3:-2] == ["-i"] else words)


def _chains(chains: tuple[Chain, ...]) -> Iterator[str]:
    for table in sorted({chain.table for chain in chains}):
        ours = [chain for chain in chains if chain.table == table]
        yield f"*{table}"
        yield from (f":{hook} ACCEPT [0:0]" for hook in _HOOKS)
        yield from (f":{chain.name} - [0:0]" for chain in ours)
        yield from (f"-A {chain.hook} -j {chain.name}" for chain in ours for _ in range(chain.jumps))
        yield from (f"-A {chain.name} {rule}" for chain in ours for rule in chain.rules)
        yield "COMMIT"


def _tables(tables: tuple[NftTable, ...]) -> Iterator[str]:
    for table in tables:
        yield f"table {table.family} {table.name} {{"
        yield from (f"\t{line}" for line in table.body)
        yield "}"
