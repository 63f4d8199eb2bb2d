"""The executor where systemd runs the host: what it does beside systemd, systemd is told of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lvsgen.prove.lab import Host, Lab
from lvsgen.prove.topology import Machine, Nic
from tests.kernel import guests, scenes
from tests.kernel.scenes import Built
from tests.kernel.test_units import CLEAN, DIRECTOR, EXAMPLE


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
