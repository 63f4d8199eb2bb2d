"""The network files of a host; its VIPs are in none of them, the script owns those.

Each format is a module of its name beside this one, and a template of its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import import_module

from lvsgen.platforms.platform import NetworkFiles
from lvsgen.platforms.table import PLATFORMS
from lvsgen.render import templates
from lvsgen.render.hostbuild import File, HostBuild
from lvsgen.render.network.format import Format

_TABLE = re.compile(r"(<!-- network files -->\n).*?(<!-- end -->\n)", re.DOTALL)


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


def filled(page: str) -> str:
    """Give docs/artifacts.md with its table of network files made anew."""
    table = "".join(f"| {' | '.join(row)} |\n" for row in _rows())
    return _TABLE.sub(lambda found: f"{found[1]}{table}{found[2]}", page)


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


def _rows() -> Iterator[tuple[str, ...]]:
    yield "kind", "platform", "files", "mode"
    yield ("---",) * 4
    for kind in NetworkFiles:
        found = named(kind)
        files = ", ".join(f"`{path}`" for path in (found.path.format("<interface>"), *found.beside))
        yield kind, ", ".join(one.name for one in PLATFORMS.values() if one.network is kind), files, f"{found.mode:04o}"
