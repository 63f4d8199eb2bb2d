from __future__ import annotations

import contextlib
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvsgen.state import ipvsrules
from lvsgen.state.hoststate import HostState
from tests.states import ipvs

SAVED = """\
-A -t 10.0.0.9:0 -s wrr -p 60 -b flag-3
-A -t 10.0.0.9:22 -s wlc
-A -t 10.0.0.9:23 -s rr -p 360 -M 255.255.255.0
-a -t 10.0.0.9:23 -r 10.0.0.5:23 -g -w 1
-A -t 10.0.0.9:80 -s mh -b mh-fallback,mh-port
-A -u 10.0.0.9:53 -s sh -o -b sh-fallback,sh-port
-a -u 10.0.0.9:53 -r 10.0.0.5:53 -i -w 0 --tun-type gue --tun-port 5555 --tun-nocsum
-a -u 10.0.0.9:53 -r 10.0.0.6:53 -i -w 0 --tun-type gue --tun-port 5555 --tun-csum
-a -u 10.0.0.9:53 -r 10.0.0.7:53 -i -w 3 --tun-type gre --tun-nocsum
-A -u 10.0.0.9:5060 -s wlc -p 10 --pe sip
-A -f 7 -s mh -b mh-fallback
-a -f 7 -r 10.0.0.5:0 -m -w 70000
-A -f 7 -6 -s rr
-a -f 7 -6 -r [2001:db8::5]:0 -g -w 1
-A -t [2001:db8::1]:80 -s rr -p 60 -M 64
-a -t [2001:db8::1]:80 -r [2001:db8::5]:80 -g -w 1
-A -f 8 -s rr -p 360 -o
"""
"""What ipvsadm 1.31 printed in a 6.1 kernel, its lines sorted as ours are."""


def test_a_saved_table_is_read_and_written_back_to_the_same_lines() -> None:
    lines = SAVED.splitlines()
    assert sorted(ipvsrules.rules(ipvsrules.parse(lines))) == sorted(lines)


def test_a_plain_tunnel_is_the_same_with_and_without_its_word() -> None:
    head, plain = "-A -t 10.0.0.9:22 -s rr", "-a -t 10.0.0.9:22 -r 10.0.0.5:22 -i -w 2"
    table = ipvsrules.parse([head, plain])
    assert ipvsrules.parse([head, f"{plain} --tun-type ipip"]) == table
    assert list(ipvsrules.rules(table)) == [head, plain]


@given(ipvs)
def test_any_table_survives_being_written_and_read(table: HostState) -> None:
    assert ipvsrules.parse(ipvsrules.rules(table)) == table


@pytest.mark.parametrize(
    "line",
    [
        "-C",
        "# comment",
        "-A -t 10.0.0.9 -s rr",
        "-A -t 10.0.0.9:22 -s",
        "-A -t 10.0.0.9:22 -p 60",
        "-A -t 10.0.0.9:22 -s rr -q",
        "-A -x 10.0.0.9:22 -s rr",
        "-A -t ::1:22 -s rr",
        "-A -t [::1%eth0]:22 -s rr",
        "-A -f 7 -4 -s rr",
        "-A -t 10.0.0.9:22 -6 -s rr",
        "-a -t 10.0.0.9:22 -r 10.0.0.5:22 -g -w 1",
        "-A -t 10.0.0.9:22 -s rr\n-A -t 10.0.0.9:22 -s rr",
        "-A -t 10.0.0.9:22 -s rr\n-a -t 10.0.0.9:22 -r 10.0.0.5:22 -g -w 1 --tun-type gre",
        "-A -t 10.0.0.9:22 -s rr\n-a -t 10.0.0.9:22 -r 10.0.0.5:22 -g -w one",
    ],
)
def test_what_is_no_table_is_refused_with_the_line(line: str) -> None:
    with pytest.raises(ValueError, match="not a line of an IPVS table: ") as caught:
        ipvsrules.parse(line.splitlines())
    assert repr(line.splitlines()[-1]) in str(caught.value)


def test_a_destination_that_stands_twice_is_refused() -> None:
    line = "-a -t 10.0.0.9:22 -r 10.0.0.5:22 -g -w 1"
    with pytest.raises(ValueError, match="twice"):
        ipvsrules.parse(["-A -t 10.0.0.9:22 -s rr", line, line])


@given(st.lists(st.text(max_size=60), max_size=3))
def test_any_text_is_a_table_or_a_value_error(lines: list[str]) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(ipvsrules.parse(lines), HostState)


def test_thresholds_are_written_so_that_a_restore_sets_them() -> None:
    lines = ["-A -t 10.0.0.9:22 -s rr", "-a -t 10.0.0.9:22 -r 10.0.0.5:22 -g -w 1 -x 5 -y 3"]
    table = ipvsrules.parse(lines)
    assert [(to.upper, to.lower) for to in table.destinations] == [(5, 3)]
    assert list(ipvsrules.rules(table)) == lines
    assert [service.key.address for service in table.services] == [IPv4Address("10.0.0.9")]
