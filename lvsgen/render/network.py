"""The network files of a host; its VIPs are in none of them, the script owns those."""

from __future__ import annotations

from collections.abc import Iterator

from lvsgen.platforms import layout
from lvsgen.platforms.platform import NetworkFiles
from lvsgen.render import templates
from lvsgen.render.files import File
from lvsgen.render.hostbuild import HostBuild


def network(subject: HostBuild) -> Iterator[tuple[str, File]]:
    """Render each network file with its path on the host."""
    kind = subject.target.network
    for device in subject.host.with_files:
        # NetworkManager ignores keyfiles that others can read.
        mode = 0o600 if kind is NetworkFiles.KEYFILE else 0o644
        yield layout.interface_path(kind, device), File(_interface(subject, kind, device), mode)
    if kind is NetworkFiles.IFCFG and not subject.host.network_files:
        names_ipv6 = subject.target.ipv6_is_on
        text = templates.fill("network/network.j2", **subject.head, names_ipv6=names_ipv6)
        yield layout.IFCFG_GLOBAL, File(text)


def _interface(subject: HostBuild, kind: NetworkFiles, device: str) -> str:
    route = subject.default_route
    return templates.fill(
        f"network/{kind}.j2",
        **subject.head,
        device=device,
        mac=subject.host.interfaces[device].mac,
        address=subject.address(device),
        gateway=route[1] if route and route[0] == device else None,
        holds_vips=any(vip.device == device for vip in subject.state.addresses),
    )
