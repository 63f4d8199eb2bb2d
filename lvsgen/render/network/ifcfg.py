"""The network scripts of EL, up to 8."""

from __future__ import annotations

from lvsgen.render.network.format import Format

FORMAT = Format(
    "/etc/sysconfig/network-scripts/ifcfg-{}",
    beside={"/etc/sysconfig/network": "ifcfg.global.j2"},
)
