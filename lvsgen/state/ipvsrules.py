"""The IPVS table as lines: what `ipvsadm --save -n` prints and `ipvsadm --restore` reads.

Two things are said otherwise than ipvsadm 1.31 prints them, and read in either way: thresholds, which it leaves out
and takes; and plain ipip tunnels, to which it adds `--tun-type ipip`, a word that old versions do not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

from lvsgen.state.hoststate import Destination, Forward, Service, ServiceKey, Transport, ordered

ANY = IPv4Address(0)
_PROTOCOLS: dict[str, Transport] = {"-t": "tcp", "-u": "udp", "-f": "fwmark"}
_FORWARDS: dict[str, Forward] = {"-g": "direct", "-m": "nat", "-i": "tunnel"}
_PROTOCOL_FLAGS = {protocol: flag for flag, protocol in _PROTOCOLS.items()}
_FORWARD_FLAGS = {forward: flag for flag, forward in _FORWARDS.items()}
_PLAIN_TUNNEL = ("--tun-type", "ipip")
_WHOLE = IPv4Address("255.255.255.255")


def rules(services: Iterable[Service]) -> Iterator[str]:
    """Write a table: each service and, after it, its destinations."""
    for service in services:
        yield service_rule("-A", service)
        yield from (destination_rule("-a", service.key, destination) for destination in service.destinations)


def service_rule(command: str, service: Service) -> str:
    """Write the line that adds (-A) or edits (-E) a service; both say every attribute."""
    words = [command, *key_words(service.key), "-s", service.scheduler]
    if service.persistence:
        words += ["-p", str(service.persistence)]
    if service.netmask is not None:
        words += ["-M", str(service.netmask)]
    if service.engine:
        words += ["--pe", service.engine]
    if service.one_packet:
        words.append("-o")
    if service.flags:
        words += ["-b", ",".join(service.flags)]
    return " ".join(words)


def destination_rule(command: str, key: ServiceKey, destination: Destination) -> str:
    """Write the line that adds (-a) or edits (-e) a destination; both say every attribute."""
    words = [command, *key_words(key), "-r", _endpoint(destination), _FORWARD_FLAGS[destination.forward]]
    words += ["-w", str(destination.weight), *destination.tunnel]
    if destination.upper:
        words += ["-x", str(destination.upper)]
    if destination.lower:
        words += ["-y", str(destination.lower)]
    return " ".join(words)


def service_removal(key: ServiceKey) -> str:
    """Write the line that deletes a service and its destinations."""
    return " ".join(("-D", *key_words(key)))


def destination_removal(key: ServiceKey, destination: Destination) -> str:
    """Write the line that deletes a destination."""
    return " ".join(("-d", *key_words(key), "-r", _endpoint(destination)))


def parse(lines: Iterable[str]) -> tuple[Service, ...]:
    """Read a table back; anything but the lines that add services and destinations is a ValueError that quotes it."""
    services: dict[ServiceKey, Service] = {}
    destinations: dict[ServiceKey, list[Destination]] = {}
    for line in filter(str.strip, lines):
        try:
            _read(line.split(), services, destinations)
        except (ValueError, KeyError, IndexError) as error:
            raise ValueError(f"not a line of an IPVS table: {line.strip()[:200]!r}") from error
    return ordered(replace(services[key], destinations=ordered(found)) for key, found in destinations.items())


def _read(
    words: list[str], services: dict[ServiceKey, Service], destinations: dict[ServiceKey, list[Destination]]
) -> None:
    command, flag, name, *rest = words
    key = key_of(flag, name)
    if command == "-A" and key not in services:
        services[key] = _service(key, rest)
        destinations[key] = []
    elif command == "-a":
        destinations[key].append(_destination(rest))
    else:
        raise ValueError(command)


def _service(key: ServiceKey, words: list[str]) -> Service:
    found: dict[str, Any] = {}
    while words:
        name, read = _SERVICE_WORDS[words.pop(0)]
        found[name] = read(words)
    if found.get("netmask") == _WHOLE:
        del found["netmask"]
    return Service(key, found.pop("scheduler"), **found)


def _destination(words: list[str]) -> Destination:
    address, port = _address_and_port(_after("-r", words))
    forward = _FORWARDS[words.pop(0)]
    weight = int(_after("-w", words))
    found: dict[str, Any] = {}
    while len(words) > 1 and words[-2] in _THRESHOLDS:
        flag, value = words[-2:]
        found[_THRESHOLDS[flag]] = int(value)
        del words[-2:]
    tunnel = () if tuple(words) == _PLAIN_TUNNEL else tuple(words)
    if tunnel and (forward != "tunnel" or not all(map(_is_tunnel_word, tunnel))):
        raise ValueError(tunnel)
    return Destination(address, port, forward, weight, tunnel=tunnel, **found)


def _is_tunnel_word(word: str) -> bool:
    return word.startswith("--tun-") or word.isalnum()


_THRESHOLDS = {"-x": "upper", "-y": "lower"}
_SERVICE_WORDS: dict[str, tuple[str, Callable[[list[str]], object]]] = {
    "-s": ("scheduler", lambda words: words.pop(0)),
    "-p": ("persistence", lambda words: int(words.pop(0))),
    "-M": ("netmask", lambda words: IPv4Address(words.pop(0))),
    "--pe": ("engine", lambda words: words.pop(0)),
    "-o": ("one_packet", lambda words: True),
    "-b": ("flags", lambda words: tuple(words.pop(0).split(","))),
}


def _after(flag: str, words: list[str]) -> str:
    if words.pop(0) != flag:
        raise ValueError(flag)
    return words.pop(0)


def key_words(key: ServiceKey) -> tuple[str, str]:
    """Give the two words by which a line names a service, such as -t 192.0.2.1:80."""
    name = str(key.port) if key.protocol == "fwmark" else f"{key.address}:{key.port}"
    return _PROTOCOL_FLAGS[key.protocol], name


def key_of(flag: str, name: str) -> ServiceKey:
    """Read the two words by which a line names a service."""
    protocol = _PROTOCOLS[flag]
    address, port = (ANY, int(name)) if protocol == "fwmark" else _address_and_port(name)
    return ServiceKey(protocol, address, port)


def _endpoint(destination: Destination) -> str:
    return f"{destination.address}:{destination.port}"


def _address_and_port(text: str) -> tuple[IPv4Address, int]:
    address, _, port = text.rpartition(":")
    return IPv4Address(address), int(port)
