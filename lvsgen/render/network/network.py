"""The network files of a host; its VIPs are in none of them, the script owns those.

Each format is a module of its name beside this one, and a template of its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module

from lvsgen.platforms.platform import NetworkFiles
from lvsgen.render import templates
from lvsgen.render.files import File
from lvsgen.render.hostbuild import HostBuild
from lvsgen.render.network.format import Format


def network(subject: HostBuild) -> Iterator[tuple[str, File]]:
    """Render each network file with its path on the host."""
    kind = named(subject.target.network)
    for device in subject.host.with_files:
        yield kind.path.format(device), File(_interface(subject, device), kind.mode)
    for path, template in {} if subject.host.network_files else kind.beside.items():
        text = templates.fill(f"network/{template}", **subject.head, names_ipv6=subject.target.ipv6_is_on)
        yield path, File(text)


def takeovers(hosts: Iterable[HostBuild]) -> list[str]:
    """List what the review page says of each format in use."""
    used = {host.target.network for host in hosts if host.host.with_files}
    return [said for kind in NetworkFiles if kind in used and (said := named(kind).takeover)]


def named(name: NetworkFiles) -> Format:
    """Give the format of a name."""
    found: Format = import_module(f"lvsgen.render.network.{name}").FORMAT
    return found


def _interface(subject: HostBuild, device: str) -> str:
    route = subject.default_route
    return templates.fill(
        f"network/{subject.target.network}.j2",
        **subject.head,
        device=device,
        mac=subject.host.interfaces[device].mac,
        address=subject.address(device),
        gateway=route[1] if route and route[0] == device else None,
        holds_vips=any(vip.device == device for vip in subject.state.addresses),
    )
