from __future__ import annotations

import re

import pytest

from lvsgen.description import load
from tests.clusters import EVERY_KIND, EXAMPLES, SOURCES, rendered, text

NETWORK = {
    ("llclb1.yaml", "llclb1/network/etc/sysconfig/network"): "NETWORKING=yes NETWORKING_IPV6=no HOSTNAME=llclb1",
    ("llclb1.yaml", "llc6/network/etc/sysconfig/network"): "NETWORKING=yes HOSTNAME=llc6",
    ("llclb1.yaml", "llclb1/network/etc/sysconfig/network-scripts/ifcfg-eth0"): (
        "DEVICE=eth0 TYPE=Ethernet ONBOOT=yes BOOTPROTO=none HWADDR=00:14:5E:6B:13:3E IPADDR=129.129.190.53 "
        "NETMASK=255.255.255.0 GATEWAY=129.129.190.1 USERCTL=no IPV6INIT=no PEERDNS=no"
    ),
    ("kinds", "c/network/etc/sysconfig/network-scripts/ifcfg-eth1"): (
        "DEVICE=eth1 TYPE=Ethernet ONBOOT=yes BOOTPROTO=none IPADDR=203.0.113.13 NETMASK=255.255.255.0 "
        "USERCTL=no IPV6INIT=no PEERDNS=no"
    ),
    ("kinds", "d/network/etc/NetworkManager/system-connections/eth0.nmconnection"): (
        "[connection] id=eth0 type=ethernet interface-name=eth0 autoconnect=true autoconnect-priority=10 [ethernet] "
        "mac-address=00:00:5E:00:53:04 [ipv4] method=manual address1=192.0.2.14/24 gateway=192.0.2.1 [ipv6] method=auto"
    ),
    ("kinds", "d/network/etc/NetworkManager/system-connections/eth1.nmconnection"): (
        "[connection] id=eth1 type=ethernet interface-name=eth1 autoconnect=true autoconnect-priority=10 [ethernet] "
        "[ipv4] method=manual address1=198.51.100.14/25 never-default=true [ipv6] method=auto"
    ),
    ("kinds", "e/network/etc/network/interfaces.d/eth0"): (
        "auto eth0 iface eth0 inet static address 192.0.2.15/24 gateway 192.0.2.1"
    ),
    ("kinds", "f/network/etc/systemd/network/10-eth0.network"): (
        "[Match] Name=eth0 MACAddress=00:00:5E:00:53:06 [Network] Address=192.0.2.16/24 Gateway=192.0.2.1"
    ),
    ("kinds", "lb/network/etc/systemd/network/10-eth0.network"): (
        "[Match] Name=eth0 MACAddress=00:00:5E:00:53:01 [Network] Address=192.0.2.2/24 Gateway=192.0.2.1 "
        "KeepConfiguration=static"
    ),
    ("kinds", "lb/network/etc/systemd/network/10-eth1.network"): (
        "[Match] Name=eth1 [Network] Address=198.51.100.2/25"
    ),
}


@pytest.mark.parametrize(("place", "words"), NETWORK.items(), ids=[path for _, path in NETWORK])
def test_a_network_file_says_what_the_description_says(place: tuple[str, str], words: str) -> None:
    lines = [line for line in text(*place).splitlines() if not line.lstrip().startswith("#")]
    assert " ".join(" ".join(lines).split()) == words


@pytest.mark.parametrize("source", SOURCES)
def test_no_network_file_holds_a_vip(source: str) -> None:
    loaded = load.read(source, (EVERY_KIND if source == "kinds" else (EXAMPLES / source).read_text()).encode())
    vips = [str(vip.address) for vip in loaded.cluster.vips.values()]
    network = [file.text for path, file in rendered(source).items() if "/network/" in path]
    assert not [vip for vip in vips for content in network if re.search(rf"\b{re.escape(vip)}\b", content)]
