"""Who is drained, and what a host is to be then."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from hypothesis import given

from lvsgen.errors import OperatorError
from lvsgen.host import drained
from lvsgen.host.paths import HostPaths
from lvsgen.plan.operation import Change, part_of
from lvsgen.plan.plan import plan
from lvsgen.state.forms import RealServer
from lvsgen.state.hoststate import HostState
from lvsgen.state.keys import ServiceKey
from lvsgen.state.parts import Destination, Service
from lvsgen.state.statefile import StateFile
from tests import states

RIPS = tuple(IPv4Address(f"192.0.2.{last}") for last in (5, 6))
KEY = ServiceKey("tcp", IPv4Address("192.0.2.80"), 22)
SERVICE = Service(KEY, "rr")
TARGETS = tuple(Destination(KEY, rip, 22, "direct", 3) for rip in RIPS)
STATE = HostState(services=(SERVICE,), destinations=TARGETS)
FILE = StateFile("a", "lb1", STATE, tuple(RealServer(f"rs{rip}", (rip,)) for rip in RIPS))
FIRST = f"rs{RIPS[0]}"


@pytest.fixture
def paths(tmp_path: Path) -> HostPaths:
    (tmp_path / "a").mkdir()
    return HostPaths("a", state=tmp_path)


def test_nobody_is_drained_without_a_file(paths: HostPaths) -> None:
    assert drained.names(paths) == ()
    assert drained.desired(FILE, paths) == STATE


def test_the_drained_have_weight_0(paths: HostPaths) -> None:
    drained.file(paths).write_text(drained.text([FIRST, "gone"]))
    first, second = TARGETS
    assert drained.names(paths) == ("gone", FIRST)
    assert drained.desired(FILE, paths).destinations == (replace(first, weight=0), second)


@pytest.mark.parametrize(
    "raw",
    [
        b"\n\n rs192.0.2.5 \r\nrs192.0.2.5\n",
        b"\xff\n\x00rs192.0.2.6\nrs192.0.2.5",
        b"# until Friday\nrs192.0.2.5\tits disk\n",
    ],
)
def test_a_file_that_a_hand_has_edited_is_read(paths: HostPaths, raw: bytes) -> None:
    drained.file(paths).write_bytes(raw)
    assert FIRST in drained.names(paths)
    assert [to.weight for to in drained.desired(FILE, paths).destinations] == [0, 3]


@given(states.states())
def test_draining_changes_weights_alone_and_is_taken_back(state: HostState) -> None:
    quiet = drained.overlay(state, RIPS)
    assert {type(step) for step in plan(state, quiet)} <= {Change}
    assert all(isinstance(part_of(step), Destination) for step in plan(state, quiet))
    assert drained.restored(quiet, state, RIPS) == state


def test_taking_back_leaves_what_is_not_ours() -> None:
    other = HostState(services=(replace(SERVICE, scheduler="wlc"),), destinations=TARGETS[:1])
    assert drained.restored(drained.overlay(other, RIPS), STATE, RIPS) == other


@pytest.mark.parametrize(
    ("file", "name", "hint"),
    [
        (FILE, "rs192.0.2.7", "did you mean 'rs192.0.2.6'?"),
        (FILE, "web", "there are: rs192.0.2.5, rs192.0.2.6"),
        (replace(FILE, realservers=()), FIRST, "run this on the director"),
    ],
)
def test_an_unknown_name_is_refused_with_the_next_step(file: StateFile, name: str, hint: str) -> None:
    with pytest.raises(OperatorError) as refused:
        drained.known(file, name)
    assert refused.value.hint == hint
