from __future__ import annotations

import contextlib
import json
import time
from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvsgen.errors import OperatorError
from lvsgen.state.forms import Description, RealServer
from lvsgen.state.hoststate import HostState
from lvsgen.state.keys import ServiceKey
from lvsgen.state.parts import Destination, Service, Sysctl
from lvsgen.state.statefile import StateFile, read, write
from tests.states import states

VIP = IPv4Address("129.129.190.54")
DESCRIPTION = Description("llclb1.yaml", "0" * 64)
SSH = Service(ServiceKey("tcp", VIP, 22), "rr")


def _targets(key: ServiceKey) -> tuple[Destination, ...]:
    return tuple(Destination(key, IPv4Address(f"129.129.190.{last}"), 22, "direct", 1) for last in (175, 176))


STATE = HostState((Sysctl("net/ipv4/ip_forward", "0"),), services=(SSH,), destinations=_targets(SSH.key))
FILE = StateFile("llc", "llclb1", STATE)
TEXT = """\
{
"format": 2,
"cluster": "llc",
"host": "llclb1",
"state": {
  "sysctls": [
    {"key": "net/ipv4/ip_forward", "value": "0"}
  ],
  "services": [
    {"key": {"protocol": "tcp", "address": "129.129.190.54", "port": 22}, "scheduler": "rr", "destinations": [
      {"address": "129.129.190.175", "port": 22, "forward": "direct", "weight": 1},
      {"address": "129.129.190.176", "port": 22, "forward": "direct", "weight": 1}
    ]}
  ]
}
}
"""


FORMER = TEXT.replace(
    '"format": 2,\n"cluster": "llc",\n"host": "llclb1",\n',
    '"format": 1,\n"cluster": "llc",\n"host": "llclb1",\n'
    f'"description": {{"name": "llclb1.yaml", "sha256": "{"0" * 64}"}},\n',
)


def test_a_state_is_written_one_item_to_a_line() -> None:
    assert write(FILE) == TEXT


def test_a_state_of_the_former_format_is_read_and_stays_what_it_is() -> None:
    assert read(FORMER) == replace(FILE, description=DESCRIPTION)
    assert write(read(FORMER)) == FORMER != TEXT


def test_the_realservers_stand_above_the_state_one_to_a_line() -> None:
    servers = tuple(RealServer(f"llc{last - 170}", (IPv4Address(f"129.129.190.{last}"),)) for last in (175, 176))
    lines = (
        '"realservers": [',
        '  {"name": "llc5", "addresses": ["129.129.190.175"]},',
        '  {"name": "llc6", "addresses": ["129.129.190.176"]}',
        "],",
        '"state": {',
    )
    file = replace(FILE, realservers=servers)
    assert write(file) == TEXT.replace('"state": {', "\n".join(lines))
    assert read(write(file)) == file


@given(states())
def test_any_state_survives_being_written_and_read(state: HostState) -> None:
    file = StateFile("llc", "llclb1", state)
    assert read(write(file)) == file
    assert read(write(file).encode()) == file


def _with(change: str, text: str = TEXT) -> str:
    """Change one thing of the file: `path=json`, or `path` alone to take it out."""
    path, equals, value = change.partition("=")
    data: Any = json.loads(text)
    *way, last = (int(step) if step.isdecimal() else step for step in path.split("."))
    place = data
    for step in way:
        place = place[step]
    if equals:
        place[last] = json.loads(value)
    else:
        del place[last]
    return json.dumps(data)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("format=3", "format: 3, but this version reads 1 and 2"),
        ("format=true", "format: True, but this version reads 1 and 2"),
        ("format", "format: None, but this version reads 1 and 2"),
        ("format=1", "description: missing"),
        ('description={"name": "a", "sha256": "b"}', "description: not known here"),
        ("cluster", "cluster: missing"),
        ("cluster=7", "cluster: 7, must be a word of printable characters"),
        ('host="a b"', "host: 'a b', must be a word of printable characters"),
        ("extra=1", "extra: not known here"),
        ("state=[]", "state: list, must be an object"),
        ("state.sysctls={}", "state.sysctls: dict, must be a list"),
        ("state.sysctls.0.value=1", "state.sysctls[0].value: 1, must be a line of printable characters"),
        ('state.sysctls.0.value="0\\n1"', "state.sysctls[0].value: '0\\n1', must be a line of printable characters"),
        ('state.services.0.scheduler="rr -p 5"', "must be a word of printable characters"),
        ('state.services.0.scheduler="rr\\n-C"', "must be a word of printable characters"),
        ('state.services.0.key.port="22"', "state.services[0].key.port: '22', must be a whole number from 0 to"),
        ("state.services.0.key.port=-1", "state.services[0].key.port: -1, must be a whole number from 0 to"),
        ("state.services.0.key.port=true", "state.services[0].key.port: True, must be a whole number from 0 to"),
        ("state.services.0.key.port=22.0", "state.services[0].key.port: 22.0, must be a whole number from 0 to"),
        ('state.services.0.key.protocol="sctp"', "must be one of tcp, udp, fwmark"),
        (
            'state.services.0.key.address="1.2.3"',
            "state.services[0].key.address: '1.2.3', must be an IPv4 or IPv6 address",
        ),
        ("state.services.0.key.address=16909060", "16909060, must be an IPv4 or IPv6 address"),
        ("state.services.0.netmask=null", "state.services[0].netmask: None, must be an IPv4 address"),
        ("state.services.0.one_packet=1", "state.services[0].one_packet: 1, must be true or false"),
        ('state.services.0.destinations.1.address="129.129.190.175"', "not sorted, or twice"),
        ("state.services.0.destinations.0.weight", "state.services[0].destinations[0].weight: missing"),
    ],
)
def test_a_wrong_shape_is_said_with_its_place(change: str, message: str) -> None:
    with pytest.raises(OperatorError) as caught:
        read(_with(change), "out/llc/llclb1/state.json")
    assert str(caught.value).startswith("out/llc/llclb1/state.json: ")
    assert message in str(caught.value)
    assert "lvsgen build" in caught.value.hint


HOSTILE: list[str | bytes] = [
    "",
    "null",
    "[]",
    '"x"',
    "1",
    "{",
    TEXT[:-5],
    b"\xff\xfe",
    b"\x00" * 100,
    "\ufeff" + TEXT,
    "[" * 200_000,
    '{"a":' * 200_000,
    '{"format": 1, "format": 1}',
    '{"format": NaN}',
    '{"format": 1e999}',
    TEXT.replace('"port": 22}', '"port": ' + "9" * 10_000 + "}"),
    TEXT + "{}",
    FORMER.replace("llclb1.yaml", "\\ud800"),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_an_error_for_the_operator(text: str | bytes) -> None:
    with pytest.raises(OperatorError) as caught:
        read(text)
    assert len(str(caught.value)) < 400


def _is_file_or_error(text: str | bytes) -> None:
    with contextlib.suppress(OperatorError):
        assert isinstance(read(text), StateFile)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_file_or_an_error_for_the_operator(raw: bytes) -> None:
    _is_file_or_error(raw)


@given(st.integers(0, len(TEXT) - 1), st.integers(0, 40), st.text(max_size=5))
def test_any_damage_is_a_file_or_an_error_for_the_operator(start: int, length: int, text: str) -> None:
    _is_file_or_error(TEXT[:start] + text + TEXT[start + length :])


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.sampled_from(["cluster", "description", "description.name", "state", "state.services", "state.services.0.key"]),
    values,
)
def test_any_value_in_any_place_is_a_file_or_an_error_for_the_operator(place: str, value: object) -> None:
    _is_file_or_error(_with(f"{place}={json.dumps(value)}", FORMER))


def test_ten_thousand_services_are_read_in_seconds_even_on_a_slow_machine() -> None:
    first = int(IPv4Address("10.1.0.0"))
    keys = [ServiceKey("tcp", IPv4Address(first + index), 80) for index in range(10_000)]
    services, targets = (Service(key, "rr") for key in keys), (to for key in keys for to in _targets(key))
    file = StateFile("llc", "llclb1", HostState(services=tuple(services), destinations=tuple(targets)))
    began = time.perf_counter()
    assert read(write(file)) == file
    assert time.perf_counter() - began < 10


def test_a_name_that_stands_twice_is_refused_even_where_both_are_good() -> None:
    with pytest.raises(OperatorError, match="a name stands twice in one object"):
        read(TEXT.replace('"host": "llclb1",', '"host": "llclb1",\n"host": "llclb2",'))
