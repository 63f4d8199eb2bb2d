"""The executor where systemd runs the host: what it does beside systemd, systemd is told of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lvsgen.prove.lab import Host, Lab
from lvsgen.prove.topology import Machine, Nic
from tests.kernel import guests, scenes
from tests.kernel.scenes import Built
from tests.kernel.test_units import CLEAN, DIRECTOR, EXAMPLE, install_as_the_page_says


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The second example."""
    return scenes.build_text(tmp_path_factory.mktemp("web"), EXAMPLE.read_text())


@pytest.fixture
def host(systemd: Lab) -> Iterator[Host]:
    """The guest as a director with nothing of lvsgen on it."""
    lan = Nic("eth0", "lan", "192.0.2.10/24")
    systemd.build([Machine("", (lan,), gateway="192.0.2.1"), Machine("gateway", (Nic("eth0", "lan", "192.0.2.1/24"),))])
    yield systemd.guest
    systemd.guest.sh(f"{CLEAN} rm -rf /var/lib/lvsgen", check=False, timeout=180)


def test_a_change_makes_the_unit_active_and_its_undoing_inactive(host: Host, web: Built) -> None:
    before, out = host.snapshot(), guests.folder(web.folder.parent)
    assert guests.lvsgen(host, "apply", "--no-rehearse", "--out", out, "--host", "lb1").status == 0
    live = host.snapshot()
    assert scenes.missing(web.states["lb1"], live) == []
    host.run("systemctl", "reload", DIRECTOR)
    assert scenes.differences(live, host.snapshot()) == []
    assert guests.lvsgen(host, "rollback").status == 0
    assert host.run("systemctl", "is-active", DIRECTOR, check=False).stdout == "inactive\n"
    assert scenes.differences(before, host.snapshot()) == []


@pytest.fixture
def linked(host: Host) -> Iterator[Host]:
    """The same where /usr/local/sbin is a link, as on Fedora from 42 on."""
    host.sh("mkdir -p /usr/local/bin /usr/local/sbin && rmdir /usr/local/sbin && ln -s bin /usr/local/sbin")
    yield host
    host.sh(f"{CLEAN} rm /usr/local/sbin && mkdir /usr/local/sbin", check=False, timeout=180)


def test_a_folder_of_programs_that_is_a_link_stays_one_by_page_apply_rollback_and_boot(
    linked: Host, web: Built, tmp_path: Path
) -> None:
    newer = scenes.build_text(tmp_path, EXAMPLE.read_text().replace("web2: {weight: 1}", "web2: {weight: 5}"))
    install_as_the_page_says(linked, web, "lb1")
    _stands(linked, web)
    out = guests.folder(newer.folder.parent)
    assert guests.lvsgen(linked, "apply", "--no-rehearse", "--out", out, "--host", "lb1").status == 0
    _stands(linked, newer)
    assert guests.lvsgen(linked, "status", "--out", out, "--host", "lb1").status == 0
    linked.sh(f"systemctl stop {DIRECTOR} && systemctl start multi-user.target", timeout=180)
    _stands(linked, newer)
    assert guests.lvsgen(linked, "rollback").status == 0
    _stands(linked, web)


def _stands(host: Host, built: Built) -> None:
    """The link is one, the script is behind it, and the unit that runs it has brought everything about."""
    assert host.run("readlink", "/usr/local/sbin").stdout == "bin\n"
    assert host.run("ls", "/usr/local/bin").stdout == "lvs-director\n"
    assert host.run("systemctl", "is-active", DIRECTOR, check=False).stdout == "active\n"
    assert scenes.missing(built.states["lb1"], host.snapshot()) == []
