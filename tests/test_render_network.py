from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from lvsgen import load
from lvsgen.description import devices
from lvsgen.errors import AuthorError
from lvsgen.lower.lower import lower
from lvsgen.platforms.platform import NetworkFiles
from lvsgen.render import artifacts
from lvsgen.render.hostbuild import File
from lvsgen.render.network.formats import named
from tests.clusters import EVERY_KIND, EXAMPLES, SOURCES, rendered, text

TOP = Path(__file__).parent.parent
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


@pytest.mark.parametrize("kind", NetworkFiles)
def test_a_format_is_its_name_a_module_of_that_name_and_a_template(kind: NetworkFiles) -> None:
    found = named(kind)
    assert found.path.count("{}") == 1
    for template in (f"{kind}.j2", *found.beside.values()):
        assert (TOP / "templates" / "network" / template).is_file()


def test_nothing_else_knows_a_format_by_name() -> None:
    own = {TOP / "lvsgen" / "platforms", TOP / "lvsgen" / "render" / "network"}
    texts = {path: path.read_text() for path in (TOP / "lvsgen").rglob("*.py") if own.isdisjoint(path.parents)}
    texts |= {path: path.read_text() for path in (TOP / "templates").rglob("*.j2") if path.parent.name != "network"}
    asked = re.compile(rf"NetworkFiles\.[A-Z]|(==|!=| in) \W*\b({'|'.join(NetworkFiles)})\b")
    assert [str(path) for path, said in texts.items() if asked.search(said)] == []


@pytest.mark.parametrize("source", SOURCES)
def test_no_network_file_holds_a_vip(source: str) -> None:
    loaded = load.read(source, (EVERY_KIND if source == "kinds" else (EXAMPLES / source).read_text()).encode())
    vips = [str(vip.address) for vip in loaded.cluster.vips.values()]
    network = [file.text for path, file in rendered(source).items() if "/network/" in path]
    assert not [vip for vip in vips for content in network if re.search(rf"\b{re.escape(vip)}\b", content)]


NAMES = {
    "": ["eth0", "eth12", "em1", "p2p1", "eno1", "ens3f0", "enp0s31f6", "wan0", "lan", "brick"],
    "a VLAN": ["eth0.100", "bond0.4094", "vlan100", "vlan.7", "vlan-back0"],
    "a bond": ["bond0", "bond", "bond-back"],
    "a team": ["team0"],
    "a bridge": ["br0", "br-lan", "bridge0", "virbr0", "vmbr1"],
    "a tunnel": ["tun0", "tap3", "wg0", "vxlan42", "ppp0"],
    "a dummy": ["dummy0"],
    "an InfiniBand port": ["ib0", "ibp65s0"],
}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names])
def test_the_name_of_an_interface_says_what_it_is(kind: str, name: str) -> None:
    assert devices.made(name) == kind


def _built(*changes: tuple[str, str]) -> Mapping[str, File]:
    text = (EXAMPLES / "llclb1.yaml").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    loaded = load.read("llclb1.yaml", text.encode())
    return artifacts.render(loaded, lower(loaded.cluster))


def _network(files: Mapping[str, File], host: str) -> list[str]:
    return [path.rpartition("/")[2] for path in files if path.startswith(f"{host}/network/")]


SECOND = (
    "      eth0: {network: lan, address: 129.129.190.53,",
    "      {}: {{network: lan, address: 129.129.190.60}}\n",
)


@pytest.mark.parametrize("name", ["eth0.100", "bond0", "br0", "team0"])
def test_what_is_made_of_cards_gets_no_file_and_the_cards_beside_it_do(name: str) -> None:
    files = _built((SECOND[0], SECOND[1].format(name) + SECOND[0]))
    assert _network(files, "llclb1") == ["ifcfg-eth0", "network"]
    assert _network(files, "llc5") == ["ifcfg-eth0", "network"]
    assert f"No network file is written for llclb1 ({name}): what is\n" in files["README.md"].text


def test_network_files_none_writes_none_for_an_interface_or_a_host() -> None:
    files = _built((SECOND[0], SECOND[0] + " network_files: none,"), ("llc5: {", "llc5: {network_files: none, "))
    assert _network(files, "llclb1") == ["network"]
    assert _network(files, "llc5") == []
    assert _network(files, "llc6") == ["ifcfg-eth0", "network"]
    assert "llc5/rootfs/usr/local/sbin/lvs-realserver" in files
    assert " network/" not in files["llc5/FILES"].text
    page = files["README.md"].text
    assert "No network file is written for llclb1 (eth0), llc5 (eth0): what is\n" in page
    assert "\n    host=llc6\n    rsync " in page


def test_where_no_host_has_network_files_the_page_does_not_copy_any() -> None:
    files = _built(
        *((f"{host}: {{platform", f"{host}: {{network_files: none, platform") for host in ("llc5", "llc6")),
        ("    platform: el5", "    network_files: none\n    platform: el5"),
    )
    assert [path for path in files if "/network/" in path] == []
    assert "$host/network/" not in files["README.md"].text


def test_only_none_can_be_said_of_network_files() -> None:
    with pytest.raises(AuthorError) as caught:
        _built(("    platform: el5", "    network_files: ifcfg\n    platform: el5"))
    (found,) = caught.value.findings
    assert (found.message, found.hint) == (
        "'ifcfg' is no network_files",
        "write none, or leave the key out: network chooses the kind of files",
    )
