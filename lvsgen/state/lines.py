"""Parts as text, read back: what `str(part)` writes, a line each, but for the rules of a chain and a table's lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Address
from typing import Any, TypeVar, get_args

from lvsgen.state import ip, keys
from lvsgen.state.ip import Address
from lvsgen.state.keys import ChainKey, DaemonKey, SysctlKey, TableKey, TimeoutKey
from lvsgen.state.netfilter import Chain, NftTable
from lvsgen.state.parts import (
    FORWARDS,
    PLAIN,
    Checksum,
    Destination,
    Flag,
    HostRoute,
    Part,
    Service,
    SyncDaemon,
    Sysctl,
    Timeout,
    Tunnel,
    TunnelKind,
    VipAddress,
)

_FORWARDS = {flag: forward for forward, flag in FORWARDS.items()}
_WHOLE = (IPv4Address("255.255.255.255"), 128)
_HOOKS = frozenset({"PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"})
Value = TypeVar("Value")


def parse(text: str) -> Part:
    """Read the text of a part; ValueError, which quotes it, when it is none."""
    head, *more = text.split("\n")
    kind, *words = head.split(" ")
    try:
        return _KINDS[kind](words, more)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise ValueError(f"not the text of a part: {text[:200]!r}") from error


def service(words: list[str]) -> Service:
    """Read what follows -A in a line of ipvsadm."""
    key = _service_key(words)
    found = _options(words, _SERVICE_WORDS)
    if found.get("netmask") in _WHOLE:
        del found["netmask"]
    return Service(key, found.pop("scheduler"), **found)


def destination(words: list[str]) -> Destination:
    """Read what follows -a in a line of ipvsadm."""
    key = _service_key(words)
    address, port = ip.of_endpoint(_after("-r", words))
    forward, weight = _FORWARDS[words.pop(0)], int(_after("-w", words))
    found = _options(words, _DESTINATION_WORDS)
    limits = {name: found.pop(name) for name in ("upper", "lower") if name in found}
    wrapped = Tunnel(**found)
    _if(wrapped == PLAIN or forward == "tunnel", wrapped)
    return Destination(key, address, port, forward, weight, tunnel=wrapped, **limits)


def tunnel(words: Iterable[str]) -> Tunnel:
    """Read the words of --tun-type and its kin."""
    return Tunnel(**_options(list(words), _TUNNEL_WORDS))


def flags(words: Iterable[str]) -> tuple[Flag, ...]:
    """Read the flags of a scheduler."""
    return tuple(_one_of(get_args(Flag), word) for word in words)


def netmask(text: str) -> IPv4Address | int:
    """Read the netmask of persistence, a prefix's length for IPv6."""
    return int(text) if text.isdecimal() else IPv4Address(text)


def _service_key(words: list[str]) -> keys.ServiceKey:
    version = [words.pop(2)] if words[2:3] == ["-6"] else []
    return keys.service(words.pop(0), words.pop(0), *version)


def _options(words: list[str], known: Mapping[str, tuple[str, Callable[[list[str]], object]]]) -> dict[str, Any]:
    found = dict[str, Any]()
    while words:
        name, read = known[words.pop(0)]
        found[name] = read(words)
    return found


def _number(words: list[str]) -> int:
    return int(words.pop(0))


def _checksum(name: Checksum) -> tuple[str, Callable[[list[str]], object]]:
    return "checksum", lambda _: name


_SERVICE_WORDS: dict[str, tuple[str, Callable[[list[str]], object]]] = {
    "-s": ("scheduler", lambda words: words.pop(0)),
    "-p": ("persistence", _number),
    "-M": ("netmask", lambda words: netmask(words.pop(0))),
    "--pe": ("engine", lambda words: words.pop(0)),
    "-o": ("one_packet", lambda words: True),
    "-b": ("flags", lambda words: flags(words.pop(0).split(","))),
}
_TUNNEL_WORDS: dict[str, tuple[str, Callable[[list[str]], object]]] = {
    "--tun-type": ("kind", lambda words: _one_of(get_args(TunnelKind), words.pop(0))),
    "--tun-port": ("port", _number),
    **{f"--tun-{name}": _checksum(name) for name in get_args(Checksum)},
}
_DESTINATION_WORDS = {**_TUNNEL_WORDS, "-x": ("upper", _number), "-y": ("lower", _number)}


def _sysctl(words: list[str], _: list[str]) -> Sysctl:
    return Sysctl(_key(SysctlKey, "sysctl", words[0]).path, " ".join(words[1:]))


def _timeout(words: list[str], _: list[str]) -> Timeout:
    name, seconds = words
    return Timeout(_key(TimeoutKey, "timeout", name).name, int(seconds))


def _address(words: list[str], _: list[str]) -> VipAddress:
    address, device = ip.of_host(words.pop(0)), _after("dev", words)
    broadcast = IPv4Address(_after("brd", words)) if words[:1] == ["brd"] else None
    label = _after("label", words) if words[:1] == ["label"] else ""
    return VipAddress(address, device, label, broadcast, tuple(words))


def _route(words: list[str], _: list[str]) -> HostRoute:
    address, device = ip.of_host(words.pop(0)), _after("dev", words)
    source: Address | None = ip.address(_after("src", words)) if words[:1] == ["src"] else None
    return HostRoute(address, device, source, tuple(words))


def _daemon(words: list[str], _: list[str]) -> SyncDaemon:
    role = _key(DaemonKey, "daemon", words.pop(0)).role
    return SyncDaemon(role, _after("--mcast-interface", words), int(_after("--syncid", words)), tuple(words))


def _chain(words: list[str], more: list[str]) -> Chain:
    return _chain_of(_key(ChainKey, "chain", *words[:2]), words[2:], more)


def _chain6(words: list[str], more: list[str]) -> Chain:
    return _chain_of(_key(ChainKey, "chain6", *words[:2]), words[2:], more)


def _chain_of(key: ChainKey, words: list[str], more: list[str]) -> Chain:
    hook, jumps = words if len(words) == 2 else (*words, "1")
    rules = _below(f"rule{'6' * key.ipv6} {key.table} {key.name} ", more)
    return Chain(key.table, key.name, _if(hook in _HOOKS, hook), rules, int(jumps), key.ipv6)


def _table(words: list[str], more: list[str]) -> NftTable:
    family, name, _ = *words[:2], _if(words[2:] == ["{"] and more.pop() == "}", "{")
    key = _key(TableKey, "table", family, name)
    return NftTable.of(key.family, key.name, "\n".join(more))


def _below(prefix: str, lines: list[str]) -> tuple[str, ...]:
    return tuple(_if(line.startswith(prefix), line).removeprefix(prefix) for line in lines)


_KINDS: dict[str, Callable[[list[str], list[str]], Part]] = {
    "sysctl": _sysctl,
    "timeout": _timeout,
    "address": _address,
    "route": _route,
    "-A": lambda words, _: service(words),
    "-a": lambda words, _: destination(words),
    "daemon": _daemon,
    "chain": _chain,
    "chain6": _chain6,
    "table": _table,
}


def _key(kind: type[Value], *words: str) -> Value:
    key = keys.parse(" ".join(words))
    return _if(isinstance(key, kind), key)  # type: ignore[return-value]


def _after(flag: str, words: list[str]) -> str:
    _if(words.pop(0) == flag, flag)
    return words.pop(0)


def _one_of(known: tuple[Any, ...], word: str) -> Any:
    return _if(word in known, word)


def _if(good: object, value: Value) -> Value:
    if not good:
        raise ValueError(str(value))
    return value
