"""What the warnings say is what clients get: a cluster that has all of them, in a real kernel."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from lvsgen.load import read
from lvsgen.prove.connections import Answer
from lvsgen.prove.lab import Lab
from tests.kernel import guests, scenes
from tests.kernel.scenes import DIRECTOR, REALSERVER, SSH, VIP

IDLE, OTHER = "129.129.190.55", "129.129.190.56"
BY_VIP, NOBODY, HEAVY, LIGHT = 81, 82, 83, 84
SERVICE = (
    "  {name}: {{vip: {vip}, protocol: tcp, port: {port}, scheduler: {scheduler}, forward: direct, "
    "realservers: {{{pool}}}}}\n"
)
BOTH = "llc5: {{weight: {}}}, llc6: {{weight: {}}}"
SERVICES = "".join(
    SERVICE.format(name=name, vip=vip, port=port, scheduler=scheduler, pool=BOTH.format(*weights))
    for name, vip, port, scheduler, weights in (
        ("other", "other", SSH, "rr", (1, 1)),
        ("by-vip", "llc", BY_VIP, "dh", (1, 1)),
        ("nobody", "llc", NOBODY, "wlc", (0, 0)),
        ("heavy", "llc", HEAVY, "sh", (400, 400)),
        ("light", "llc", LIGHT, "sh", (128, 128)),
    )
)
CHANGES = (
    ("platform: el5", "platform: el9"),
    ("services:\n", f"  idle: {{address: {IDLE}}}\n  other: {{address: {OTHER}}}\nservices:\n"),
    ("timeouts:", f"{SERVICES}timeouts:"),
)
FROM_TWENTY_ADDRESSES = """
import socket, subprocess
for last in range(10, 30):
    subprocess.run(["ip", "addr", "add", f"198.51.100.{last}/24", "dev", "eth0"], stderr=subprocess.DEVNULL)
    with socket.create_connection(("VIP", PORT), 5, (f"198.51.100.{last}", 0)) as connection:
        print(connection.recv(100).decode().strip())
""".replace("VIP", VIP)


def _text() -> str:
    text = scenes.example_text()
    for old, new in CHANGES:
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.fixture
def bitten(cluster: Lab, tmp_path: Path) -> Lab:
    """The cluster, serving, with ssh on the director too."""
    scenes.install(cluster, scenes.build_text(tmp_path, _text()))
    for name in scenes.HOSTS[1:]:
        for port in (SSH, BY_VIP, NOBODY, HEAVY, LIGHT):
            cluster[name].serve(port)
        cluster[name].run(REALSERVER, "start")
    cluster["llclb1"].serve(SSH)
    cluster["llclb1"].run(DIRECTOR, "start")
    return cluster


def _answers(lab: Lab, port: int) -> Counter[str]:
    return Counter(guests.python(lab["client"], FROM_TWENTY_ADDRESSES.replace("PORT", str(port))).stdout.split())


def test_what_the_warnings_say_is_what_clients_get(bitten: Lab) -> None:
    codes = [found.code for found in read("cluster.yaml", _text().encode()).findings]
    assert sorted(codes) == ["LVS501", "LVS502", "LVS503", "LVS504", "LVS505"]
    client = bitten["client"]
    assert client.connect(IDLE, SSH) == [Answer("llclb1", IDLE, "")]
    assert client.connect(VIP, NOBODY) == [Answer("", "", "Connection refused")]
    for vip in (VIP, OTHER):
        assert {answer.answer for answer in client.connect(vip, SSH, times=4)} == {"llc5", "llc6"}
    assert list(_answers(bitten, BY_VIP).values()) == [20]
    assert list(_answers(bitten, HEAVY).values()) == [20]
    assert set(_answers(bitten, LIGHT)) == {"llc5", "llc6"}
