"""What the drain of a realserver costs clients."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

import pytest

from lvsgen.apply import costs
from lvsgen.errors import OperatorError
from lvsgen.state.hoststate import HostState, ordered
from lvsgen.state.keys import ServiceKey
from lvsgen.state.parts import Destination, Flag, Service

VIP, ONE, TWO = (IPv4Address(f"192.0.2.{last}") for last in (80, 5, 6))
SERVICE = Service(ServiceKey("tcp", VIP, 80), "wlc")
UDP = replace(SERVICE, key=ServiceKey("udp", VIP, 53))
AGAIN = "if they may be, lvsgen drain web1 --refuse-clients"


def _state(*services: Service, weight: int = 1) -> HostState:
    """Each service leads to both."""
    targets = [Destination(one.key, rip, one.key.port, "direct", weight) for one in services for rip in (ONE, TWO)]
    return HostState(services=ordered(services), destinations=ordered(targets))


@pytest.mark.parametrize(
    ("scheduler", "flags", "said", "hint"),
    [
        ("dh", (), "dh asks for no weight", f"choose a scheduler that goes by weight; {AGAIN}"),
        ("dh", ("sh-fallback",), "dh asks for no weight", f"choose a scheduler that goes by weight; {AGAIN}"),
        *(
            (name, flags, f"{name} has no {name}-fallback", f"take fallback: false out of the description, {rest}")
            for name in ("sh", "mh")
            for flags in ((), (f"{name}-port",))
            for rest in (f"build and apply; {AGAIN}",)
        ),
    ],
)
def test_a_drain_that_would_refuse_clients_is_refused(
    scheduler: str, flags: tuple[Flag, ...], said: str, hint: str
) -> None:
    with pytest.raises(OperatorError) as refused:
        costs.check(_state(UDP, replace(SERVICE, scheduler=scheduler, flags=flags)), {ONE}, "web1")
    assert str(refused.value) == f"tcp 192.0.2.80:80: {said}, so clients that it sends to web1 would be refused"
    assert refused.value.hint == hint


@pytest.mark.parametrize(
    ("scheduler", "flags"),
    [
        *((name, ()) for name in ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sed", "nq", "fo", "ovf")),
        ("sh", ("sh-fallback", "sh-port")),
        ("mh", ("mh-fallback",)),
    ],
)
def test_whoever_goes_by_weight_refuses_nobody(scheduler: str, flags: tuple[Flag, ...]) -> None:
    costs.check(_state(replace(SERVICE, scheduler=scheduler, flags=flags)), {ONE}, "web1")


def test_one_that_is_drained_already_or_in_no_such_service_costs_nobody_anything() -> None:
    service = replace(SERVICE, scheduler="dh")
    costs.check(_state(service, weight=0), {ONE}, "web1")
    costs.check(_state(service), {IPv4Address("192.0.2.7")}, "web1")


def test_for_whom_waiting_is_no_help_is_said() -> None:
    single = replace(UDP, key=ServiceKey("udp", VIP, 54), one_packet=True)
    last = _state(replace(SERVICE, persistence=300), weight=0)
    assert [*costs.cautions(_state(SERVICE, UDP, single), {ONE}), *costs.cautions(last, {ONE})] == [
        "udp 192.0.2.80:53: a sender of datagrams that keeps its port stays until it is silent for as long as the udp "
        "timeout",
        "tcp 192.0.2.80:80: a client comes back for 300 s, unless net/ipv4/vs/expire_quiescent_template is 1",
        "tcp 192.0.2.80:80: no realserver of it has a weight, so new clients are refused",
    ]
    assert list(costs.cautions(_state(UDP), {IPv4Address("192.0.2.7")})) == []
