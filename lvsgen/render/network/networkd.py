"""The network files of systemd-networkd."""

from __future__ import annotations

from lvsgen.render.network.format import Format

FORMAT = Format("/etc/systemd/network/10-{}.network")
