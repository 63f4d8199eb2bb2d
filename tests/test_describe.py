from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from hypothesis import HealthCheck, given, settings

from lvsgen.plan import operation as op
from lvsgen.plan.describe import dangerous, drops_connections, say
from lvsgen.plan.plan import plan
from lvsgen.state.hoststate import (
    Chain,
    Destination,
    HostRoute,
    NftTable,
    Service,
    ServiceKey,
    SyncDaemon,
    Timeout,
    VipAddress,
)
from tests.states import Case, cases
from tests.tiers import many

VIP = IPv4Address("129.129.190.54")
SSH = ServiceKey("tcp", VIP, 22)
LLC5 = Destination(IPv4Address("129.129.190.175"), 22, "direct", 1)
BARE = Service(SSH, "rr")
CHAIN = Chain("nat", "lvsgen-llc", "PREROUTING", ("-d 129.129.190.54/32 -j REDIRECT",))
TABLE = NftTable("ip", "lvsgen-llc", ("chain a {", "}"))
DAEMON = SyncDaemon("master", "eth0", 3)

CASES: list[tuple[op.Operation, str]] = [
    (op.SetSysctl("net/ipv4/ip_forward", "1", "0"), "sysctl net/ipv4/ip_forward: from 1 to 0"),
    (op.SetSysctl("net/ipv4/ip_forward", "1", "1"), "sysctl net/ipv4/ip_forward: 1 again"),
    (op.SetSysctl("net/ipv4/ip_forward", None, "1"), "sysctl net/ipv4/ip_forward: to 1"),
    (op.SetTimeouts((Timeout("tcp", 900),), (Timeout("tcp", 259200),)), "timeouts: tcp from 900 to 259200 s"),
    (op.AddService(BARE), "tcp 129.129.190.54:22: add service, scheduler rr"),
    (
        op.AddService(Service(ServiceKey("fwmark", IPv4Address(0), 7), "sh", flags=("sh-port",), persistence=360)),
        "fwmark 7: add service, scheduler sh, persistence 360 s, sh-port",
    ),
    (
        op.EditService(BARE, replace(BARE, scheduler="wlc", one_packet=True, netmask=VIP)),
        "tcp 129.129.190.54:22: scheduler from rr to wlc, netmask from none to 129.129.190.54, "
        "one-packet from off to on",
    ),
    (
        op.DeleteService(replace(BARE, destinations=(LLC5,))),
        "tcp 129.129.190.54:22: delete service with 1 destination",
    ),
    (op.AddDestination(SSH, LLC5), "tcp 129.129.190.54:22: add 129.129.190.175:22, direct, weight 1"),
    (
        op.AddDestination(SSH, replace(LLC5, upper=9, lower=3)),
        "tcp 129.129.190.54:22: add 129.129.190.175:22, direct, weight 1, thresholds 3 to 9",
    ),
    (
        op.EditDestination(SSH, LLC5, replace(LLC5, weight=0)),
        "tcp 129.129.190.54:22: weight of 129.129.190.175:22 from 1 to 0",
    ),
    (op.DeleteDestination(SSH, LLC5), "tcp 129.129.190.54:22: delete 129.129.190.175:22, direct, weight 1"),
    (op.StartDaemon(DAEMON), "sync daemon master on eth0 with syncid 3: start"),
    (op.StopDaemon(DAEMON), "sync daemon master on eth0 with syncid 3: stop"),
    (op.AddAddress(VipAddress(VIP, "eth0")), "VIP 129.129.190.54 on eth0: up"),
    (op.DeleteAddress(VipAddress(VIP, "eth0")), "VIP 129.129.190.54 on eth0: down"),
    (op.AddRoute(HostRoute(VIP, "eth0", VIP)), "route to 129.129.190.54 on eth0 from 129.129.190.54: add"),
    (op.DeleteRoute(HostRoute(VIP, "eth0")), "route to 129.129.190.54 on eth0: delete"),
    (op.SetChain(None, CHAIN), "chain lvsgen-llc in nat PREROUTING: add with 1 rule"),
    (op.SetChain(replace(CHAIN, rules=()), CHAIN), "chain lvsgen-llc in nat PREROUTING: 1 rule in, 0 rules out"),
    (
        op.SetChain(replace(CHAIN, jumps=2), CHAIN),
        "chain lvsgen-llc in nat PREROUTING: rules as before, "
        "jumped to from PREROUTING once instead of PREROUTING 2 times",
    ),
    (op.DeleteChain(CHAIN), "chain lvsgen-llc in nat PREROUTING: delete with 1 rule"),
    (op.SetTable(None, TABLE), "nft table ip lvsgen-llc: add"),
    (op.SetTable(replace(TABLE, body=("}", "chain a {")), TABLE), "nft table ip lvsgen-llc: lines in another order"),
    (op.DeleteTable(TABLE), "nft table ip lvsgen-llc: delete"),
]


@pytest.mark.parametrize(("operation", "words"), CASES, ids=[words for _, words in CASES])
def test_an_operation_says_itself(operation: op.Operation, words: str) -> None:
    assert say(operation) == words


@settings(max_examples=many(50), deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_every_operation_of_any_plan_says_itself_in_one_line(case: Case) -> None:
    for operation in plan(case.current, case.desired):
        assert "\n" not in say(operation)
        assert say(operation)


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (op.DeleteDestination(SSH, LLC5), "established connections to 129.129.190.175:22 are cut: drain it first"),
        (
            op.DeleteService(replace(BARE, destinations=(LLC5,))),
            "established connections through its 1 destination are cut",
        ),
        (op.DeleteService(BARE), ""),
        (op.DeleteAddress(VipAddress(VIP, "eth0")), "clients of 129.129.190.54 get no answer on eth0 any more"),
        (op.EditDestination(SSH, LLC5, replace(LLC5, weight=0)), ""),
    ],
)
def test_what_drops_connections_says_which(operation: op.Operation, words: str) -> None:
    assert drops_connections(operation) == words


@pytest.mark.parametrize(
    ("operation", "is_dangerous"),
    [
        (op.SetSysctl("net/ipv4/ip_forward", "1", "0"), True),
        (op.SetSysctl("net/ipv4/ip_forward", "0", "1"), False),
        (op.SetSysctl("net/ipv4/conf/all/arp_ignore", "1", "0"), False),
        (op.StopDaemon(DAEMON), True),
        (op.StartDaemon(DAEMON), False),
    ],
)
def test_what_can_break_more_than_its_service_says_so(operation: op.Operation, is_dangerous: bool) -> None:
    assert bool(dangerous(operation)) is is_dangerous
