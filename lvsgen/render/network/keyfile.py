"""The profiles of NetworkManager, which ignores those that others can read."""

from __future__ import annotations

from lvsgen.render.network.format import Format

FORMAT = Format(
    "/etc/NetworkManager/system-connections/{}.nmconnection",
    mode=0o600,
    takeover="NetworkManager has them in the profile that ours replaces: put them into `/etc/NetworkManager/conf.d/` "
    "(`[global-dns-domain-*]`) first.",
)
