"""The stanzas of Debian's ifupdown."""

from __future__ import annotations

from lvsgen.render.network.format import Format

FORMAT = Format(
    "/etc/network/interfaces.d/{}",
    takeover="With ifupdown, remove the interface's old stanza from `/etc/network/interfaces`.",
)
