from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from hypothesis import HealthCheck, given, settings

from lvsgen.plan.describe import dangerous, drops_connections, say
from lvsgen.plan.operation import Add, Change, Operation, Remove
from lvsgen.plan.plan import plan
from lvsgen.state import sysctls
from lvsgen.state.keys import ServiceKey
from lvsgen.state.netfilter import Chain, NftTable
from lvsgen.state.parts import Destination, HostRoute, Service, SyncDaemon, Sysctl, Timeout, VipAddress
from tests.states import Case, cases
from tests.tiers import many

VIP = IPv4Address("129.129.190.54")
SSH = ServiceKey("tcp", VIP, 22)
LLC5 = Destination(SSH, IPv4Address("129.129.190.175"), 22, "direct", 1)
BARE = Service(SSH, "rr")
CHAIN = Chain("nat", "lvsgen-llc", "PREROUTING", ("-d 129.129.190.54/32 -j REDIRECT",))
TABLE = NftTable("ip", "lvsgen-llc", ("chain a {", "}"))
DAEMON = SyncDaemon("master", "eth0", 3)

CASES: list[tuple[Operation, str]] = [
    (
        Change(Sysctl(sysctls.IP_FORWARD, "1"), Sysctl(sysctls.IP_FORWARD, "0")),
        "sysctl net/ipv4/ip_forward: from 1 to 0",
    ),
    (
        Change(Sysctl(sysctls.IP_FORWARD, "1"), Sysctl(sysctls.IP_FORWARD, "1")),
        "sysctl net/ipv4/ip_forward: 1 again",
    ),
    (Add(Sysctl(sysctls.IP_FORWARD, "1")), "sysctl net/ipv4/ip_forward: to 1"),
    (Change(Timeout("tcp", 900), Timeout("tcp", 259200)), "timeout tcp: from 900 to 259200 s"),
    (Add(BARE), "tcp 129.129.190.54:22: add service, scheduler rr"),
    (
        Add(Service(ServiceKey("fwmark", IPv4Address(0), 7), "sh", flags=("sh-port",), persistence=360)),
        "fwmark 7: add service, scheduler sh, persistence 360 s, sh-port",
    ),
    (
        Change(BARE, replace(BARE, scheduler="wlc", one_packet=True, netmask=VIP)),
        "tcp 129.129.190.54:22: scheduler from rr to wlc, netmask from none to 129.129.190.54, "
        "one-packet from off to on",
    ),
    (
        Remove(BARE, (LLC5,)),
        "tcp 129.129.190.54:22: delete service with 1 destination",
    ),
    (Add(LLC5), "tcp 129.129.190.54:22: add 129.129.190.175:22, direct, weight 1"),
    (
        Add(replace(LLC5, upper=9, lower=3)),
        "tcp 129.129.190.54:22: add 129.129.190.175:22, direct, weight 1, thresholds 3 to 9",
    ),
    (
        Change(LLC5, replace(LLC5, weight=0)),
        "tcp 129.129.190.54:22: weight of 129.129.190.175:22 from 1 to 0",
    ),
    (Remove(BARE), "tcp 129.129.190.54:22: delete service with 0 destinations"),
    (Remove(LLC5), "tcp 129.129.190.54:22: delete 129.129.190.175:22, direct, weight 1"),
    (Add(DAEMON), "sync daemon master on eth0 with syncid 3: start"),
    (Remove(DAEMON), "sync daemon master on eth0 with syncid 3: stop"),
    (Add(VipAddress(VIP, "eth0")), "VIP 129.129.190.54 on eth0: up"),
    (Remove(VipAddress(VIP, "eth0")), "VIP 129.129.190.54 on eth0: down"),
    (Add(HostRoute(VIP, "eth0", VIP)), "route to 129.129.190.54 on eth0 from 129.129.190.54: add"),
    (Remove(HostRoute(VIP, "eth0")), "route to 129.129.190.54 on eth0: delete"),
    (Add(CHAIN), "chain lvsgen-llc in nat PREROUTING: add with 1 rule"),
    (Change(replace(CHAIN, rules=()), CHAIN), "chain lvsgen-llc in nat PREROUTING: 1 rule in, 0 rules out"),
    (
        Change(replace(CHAIN, jumps=2), CHAIN),
        "chain lvsgen-llc in nat PREROUTING: rules as before, "
        "jumped to from PREROUTING once instead of PREROUTING 2 times",
    ),
    (Remove(CHAIN), "chain lvsgen-llc in nat PREROUTING: delete with 1 rule"),
    (Add(TABLE), "nft table ip lvsgen-llc: add"),
    (Change(replace(TABLE, body=("}", "chain a {")), TABLE), "nft table ip lvsgen-llc: lines in another order"),
    (Remove(TABLE), "nft table ip lvsgen-llc: delete"),
]


@pytest.mark.parametrize(("operation", "words"), CASES, ids=[words for _, words in CASES])
def test_an_operation_says_itself(operation: Operation, words: str) -> None:
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
        (Remove(LLC5), "established connections to 129.129.190.175:22 are cut: drain it first"),
        (
            Remove(BARE, (LLC5,)),
            "established connections through its 1 destination are cut",
        ),
        (Remove(BARE), ""),
        (Remove(VipAddress(VIP, "eth0")), "clients of 129.129.190.54 get no answer on eth0 any more"),
        (Change(LLC5, replace(LLC5, weight=0)), ""),
    ],
)
def test_what_drops_connections_says_which(operation: Operation, words: str) -> None:
    assert drops_connections(operation) == words


@pytest.mark.parametrize(
    ("operation", "is_dangerous"),
    [
        (Change(Sysctl(sysctls.IP_FORWARD, "1"), Sysctl(sysctls.IP_FORWARD, "0")), True),
        (Change(Sysctl(sysctls.IP_FORWARD, "0"), Sysctl(sysctls.IP_FORWARD, "1")), False),
        (Change(Sysctl("net/ipv4/conf/all/arp_ignore", "1"), Sysctl("net/ipv4/conf/all/arp_ignore", "0")), False),
        (Remove(DAEMON), True),
        (Add(DAEMON), False),
    ],
)
def test_what_can_break_more_than_its_service_says_so(operation: Operation, is_dangerous: bool) -> None:
    assert bool(dangerous(operation)) is is_dangerous
