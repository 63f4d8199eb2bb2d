"""Announcing VIPs: which devices are spoken to, whose arping it is, and who counts as somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from lvsgen.apply import announcing, arping
from lvsgen.apply.arping import Kind
from lvsgen.errors import OperatorError
from lvsgen.plan.operation import Add
from lvsgen.state.parts import VipAddress

VIP = IPv4Address("192.0.2.80")
IPUTILS = 'case "$*" in -V) echo "arping from iputils 20221126" ;; *) {} ;; esac'
ANSWER = 'echo "Unicast reply from 192.0.2.80 [02:00:00:00:00:0{}]  0.5ms"; exit 1'


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """A host of files: its devices with flags and carrier, and an arping that is a script of sh."""

    def make(script: str = "", **devices: tuple[str, str]) -> None:
        for name, (flags, carrier) in devices.items():
            (tmp_path / "net" / name).mkdir(parents=True)
            (tmp_path / "net" / name / "flags").write_text(f"{flags}\n")
            (tmp_path / "net" / name / "carrier").write_text(f"{carrier}\n")
            (tmp_path / "net" / name / "address").write_text("02:00:00:00:00:01\n")
        tool = tmp_path / "arping"
        tool.write_text(f"#!/bin/sh\n{script}\n")
        tool.chmod(0o755)
        monkeypatch.setattr(arping, "_DEVICES", tmp_path / "net")
        monkeypatch.setattr("lvsgen.process._FOLDERS", (str(tmp_path), "/usr/bin", "/bin"))
        arping.tool.cache_clear()

    yield make
    arping.tool.cache_clear()


def _look(*devices: str) -> list[str]:
    return list(announcing.look([Add(VipAddress(VIP, name)) for name in devices], take_over=False))


UP = ("0x1003", "1")


def test_nobody_asks_for_a_vip_on_lo_or_in_a_tunnel(host: Callable[..., None]) -> None:
    host(IPUTILS.format(ANSWER.format(9)), lo=("0x9", "1"), tunl0=("0x81", "1"))
    assert _look("lo", "tunl0", "gone0") == []
    assert announcing.telling([Add(VipAddress(VIP, "lo"))]) is None


def test_without_a_carrier_that_is_said(host: Callable[..., None]) -> None:
    host(IPUTILS.format(ANSWER.format(9)), eth0=("0x1003", "0"))
    said = "warning: eth0 has no carrier: nobody can be asked who has its VIPs, nor told"
    assert _look("eth0") == [said]
    assert announcing.telling([Add(VipAddress(VIP, "eth0"))]) is None


def test_another_host_is_refused_and_our_own_card_is_not(host: Callable[..., None]) -> None:
    host(IPUTILS.format(ANSWER.format(9)), eth0=UP)
    with pytest.raises(OperatorError, match=r"another host answers for VIP 192\.0\.2\.80 on eth0: 02:00:00:00:00:09"):
        _look("eth0")
    host(IPUTILS.format(ANSWER.format(1)), eth1=UP)
    assert _look("eth0") == []


def test_another_host_behind_our_own_card_is_found(host: Callable[..., None]) -> None:
    both = f'case "$1" in -D) {ANSWER.format(1)} ;; *) ({ANSWER.format(1)}); {ANSWER.format(9)} ;; esac'
    host(IPUTILS.format(both), eth0=UP)
    with pytest.raises(OperatorError, match="02:00:00:00:00:09"):
        _look("eth0")


def test_an_arping_that_fails_is_a_warning(host: Callable[..., None]) -> None:
    host(IPUTILS.format("echo 'socket: Operation not permitted' >&2; exit 2"), eth0=UP)
    said = "warning: not known whether another host has a VIP: socket: Operation not permitted"
    assert _look("eth0") == [said]


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("echo 'arping from iputils 20221126'", Kind.IPUTILS),
        ("echo 'BusyBox v1.35.0 multi-call binary.' >&2; exit 1", Kind.BUSYBOX),
    ],
)
def test_an_arping_is_known_by_what_it_says(host: Callable[..., None], script: str, kind: Kind) -> None:
    host(script)
    assert arping.tool() == arping.Tool(kind, ("arping",))


def test_habets_arping_is_not_used(host: Callable[..., None]) -> None:
    host("echo 'ARPing 2.23, by Thomas Habets <thomas@habets.se>'; exit 1")
    assert arping.tool().argv != ("arping",)


def test_an_announcement_waits_for_nothing_and_never_fails(host: Callable[..., None], tmp_path: Path) -> None:
    host(IPUTILS.format("sleep 20"), eth0=UP)
    told = announcing.telling([Add(VipAddress(VIP, "eth0"))])
    assert told is not None
    assert told[0] == "arping -q -U -c 1 -I eth0 192.0.2.80 and 1 more"
    (tmp_path / "arping").unlink()
    told[1]()
