"""The units of the second example, run by systemd in the kernel of the lab, under their whole sandbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvsgen.prove.lab import MACHINE, Host, Lab
from lvsgen.prove.topology import Machine, Nic
from tests.kernel import scenes
from tests.kernel.scenes import Built

EXAMPLE = Path(__file__).parents[2] / "examples" / "web.yaml"
NFT = Path(__file__).parent / "nft"
DIRECTOR = "lvs-director.service"
REALSERVER = "lvs-realserver.service"
FIREWALL = "nftables.service"
CHAIN = ["-A PREROUTING -j lvsgen-web", "-A lvsgen-web -d 192.0.2.80/32 -j REDIRECT"]

AS_IF_REMOTE = """\
set -e
ssh() { shift; ( eval "$*" ); }
rsync() { command rsync "$1" "$2" /; }
dnf() { :; }
apt-get() { :; }
"""
CLEAN = f"""\
systemctl disable --now {REALSERVER} {DIRECTOR} {FIREWALL}
rm -rf /etc/systemd/system/*.service.d /etc/systemd/system/lvs-*.service /etc/lvsgen /usr/local/sbin/lvs-*
systemctl daemon-reload
systemctl reset-failed
"""


@pytest.fixture
def host(systemd: Lab) -> Iterator[Host]:
    """The guest as lb1 of the example would be, or a realserver, with nothing of lvsgen on it."""
    lan = Nic("eth0", "lan", "192.0.2.10/24")
    systemd.build([Machine("", (lan,), gateway="192.0.2.1"), Machine("gateway", (Nic("eth0", "lan", "192.0.2.1/24"),))])
    guest = systemd.guest
    before = _state(guest)
    yield guest
    guest.sh(CLEAN, check=False, timeout=60)
    assert scenes.differences(before, _state(guest)) == []


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The second example, built."""
    return scenes.build_text(tmp_path_factory.mktemp("web"), EXAMPLE.read_text())


@pytest.fixture
def director(host: Host, web: Built) -> Host:
    """The host as a director, as the review page makes it one."""
    _install_as_the_page_says(host, web, "lb1")
    return host


def test_the_page_s_commands_make_the_director_what_its_state_says(director: Host, web: Built) -> None:
    assert _properties(director, DIRECTOR, "ActiveState", "Result", "UnitFileState") == ["active", "success", "enabled"]
    assert scenes.missing(web.states["lb1"], director.snapshot()) == []
    assert DIRECTOR in director.run("systemctl", "show", "-P", "Wants", "multi-user.target").stdout.split()


def test_debug(director: Host, web: Built) -> None:
    for line in Path("/tmp/u/c2").read_text().splitlines():
        if line.strip():
            d = director.sh(line, check=False)
            print("$", line, d.status, "\n", d.stdout, d.stderr)
    assert 0


def _install_as_the_page_says(host: Host, built: Built, name: str) -> None:
    """Run the block of commands that the page has for a host, as if it were logged in to."""
    page = (built.folder / "README.md").read_text()
    (block,) = re.findall(rf"^### [^\n]*\b{name}\b[^\n]*\n\n```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    host.run("/bin/bash", "-c", AS_IF_REMOTE + block, cwd=f"{MACHINE}{built.folder}", timeout=60)


def _properties(host: Host, unit: str, *names: str) -> list[str]:
    return [host.run("systemctl", "show", "-P", name, unit).stdout.strip() for name in names]


def _state(host: Host) -> scenes.Snapshot:
    files = host.sh("find /run/lvsgen* /tmp /var/tmp 2>/dev/null | sort", check=False).stdout
    return host.snapshot() | {"files": files.splitlines()}
