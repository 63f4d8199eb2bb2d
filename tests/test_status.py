"""A status as people and programs read it; what it is made of is tested in a kernel."""

from __future__ import annotations

import io
from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from lvsgen.cli import watching
from lvsgen.host.live.ipvs import Connections
from lvsgen.state.keys import ServiceKey, Transport
from lvsgen.state.parts import Destination, Service
from lvsgen.status import data, prometheus, text
from lvsgen.status.look import Row, Status
from tests import pages

PAGE = (pages.TOP / "docs" / "status.md").read_text()
VIP, RIP = IPv4Address("192.0.2.80"), IPv4Address("192.0.2.5")
SERVICE = Service(ServiceKey("tcp", VIP, 22), "rr")
MARK = Service(ServiceKey("fwmark", IPv4Address(0), 16), "wlc")
TO, MARKED = (Destination(service.key, RIP, 22, "direct", 0) for service in (SERVICE, MARK))
STATUS = Status(
    "web",
    "lb1",
    (),
    (),
    (
        Row(MARK, MARKED, "", Connections(1, 0), is_drained=False, is_ours=False),
        Row(SERVICE, TO, "web1", Connections(12, 3), is_drained=True, is_ours=True),
    ),
    ("web1", "web9"),
    ("service fwmark 16, scheduler wlc",),
    (),
    notes=("out/web/lb1/FILES is missing, MANIFEST lists it",),
)
TEXT = """\
lb1 of cluster web: in sync
running: as out/ says
boot files: as out/ says
fwmark 16 wlc
  realserver  destination   forward  weight  active  inactive
  -           192.0.2.5:22  direct   0       1       0         not ours
tcp 192.0.2.80:22 rr
  realserver  destination   forward  weight  active  inactive
  web1        192.0.2.5:22  direct   0       12      3         drained
drained
  web1: 12 connections left
  web9: no service leads to it
not ours, left alone
  service fwmark 16, scheduler wlc
out/ is compared as it stands; plan, apply and undrain would refuse it
  out/web/lb1/FILES is missing, MANIFEST lists it
"""


def test_a_status_is_said_in_full() -> None:
    assert text.text(STATUS) == TEXT


@pytest.mark.parametrize(
    ("protocol", "count", "said"),
    [
        ("tcp", Connections(1, 5), "1 connection left"),
        ("udp", Connections(0, 1), "1 flow left"),
        ("udp", Connections(0, 0), "0 connections left"),
        ("fwmark", Connections(2, 3), "2 connections and 3 flows left"),
    ],
)
def test_what_is_left_of_the_drained_counts_flows_where_no_connection_is_ever_active(
    protocol: Transport, count: Connections, said: str
) -> None:
    service = replace(SERVICE, key=ServiceKey(protocol, VIP, 22))
    row = Row(service, TO, "web1", count, is_drained=True, is_ours=True)
    assert f"  web1: {said}\n" in text.text(replace(STATUS, rows=(row,)))


def test_a_terminal_shows_the_same_words() -> None:
    from rich.console import Console  # noqa: PLC0415

    stream = io.StringIO()
    Console(file=stream, width=120).print(watching.shown(STATUS))
    assert set(TEXT.split()) <= set(stream.getvalue().split())


def test_a_textfile_has_marks_as_the_kernel_prints_them() -> None:
    lines = prometheus.text(STATUS).splitlines()
    endpoint = 'remote_address="192.0.2.5",remote_port="22",proto="FWM",local_mark="00000010",realserver=""'
    assert f'node_ipvs_backend_connections_active{{local_address="",local_port="0",{endpoint}}} 1' in lines
    assert 'lvsgen_differences{cluster="web",host="lb1",part="running"} 0' in lines
    assert 'lvsgen_drained{cluster="web",host="lb1",realserver="web9"} 1' in lines


def test_every_sample_follows_its_type() -> None:
    typed = ""
    for line in prometheus.text(STATUS).splitlines():
        typed = line.split()[2] if line.startswith("# TYPE") else typed
        assert line.startswith("# HELP") or typed in line


def test_programs_get_every_destination() -> None:
    services = data.data(STATUS)["services"]
    assert isinstance(services, list)
    assert [service["destinations"][0]["active"] for service in services] == [1, 12]


def test_the_page_has_the_metrics_that_the_code_has() -> None:
    assert prometheus.filled(PAGE) == PAGE, "run `make docs`"
    assert {line.split()[2] for line in prometheus.text(STATUS).splitlines() if line.startswith("# TYPE")} == {
        family.name for family in prometheus.FAMILIES
    }


def test_the_page_names_all_that_programs_are_told() -> None:
    assert pages.unnamed("docs/status.md", data.data(STATUS)) == set()
