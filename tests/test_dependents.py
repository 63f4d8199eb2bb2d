"""Reading the routes that hang on addresses: as `ip route add` takes them, whatever `ip route show` adds to that."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from lvsgen.errors import OperatorError
from lvsgen.host.live import dependents
from lvsgen.host.live.dependents import Dependent

VIP = "192.0.2.80"
TAIL = "table main proto boot scope global"


def _parsed(*lines: str, devices: tuple[str, ...] = ()) -> list[str]:
    found = dependents.parse("".join(f"{line}\n" for line in lines), {VIP}, devices, {IPv4Address(VIP)})
    return [route.words for route in found]


@pytest.mark.parametrize(
    ("line", "words"),
    {
        "plain": (
            f"unicast default via 192.0.2.1 dev eth0 {TAIL} src {VIP} ",
            f"unicast default via 192.0.2.1 dev eth0 {TAIL} src {VIP}",
        ),
        "status words": (
            f"unicast default via 192.0.2.1 dev eth0 {TAIL} src {VIP} metric 9 onlink dead linkdown offload trap ",
            f"unicast default via 192.0.2.1 dev eth0 {TAIL} src {VIP} metric 9 onlink",
        ),
        "a device called dead": (
            f"unicast 10.1.0.0/24 dev dead table main proto boot scope link src {VIP} dead linkdown ",
            f"unicast 10.1.0.0/24 dev dead table main proto boot scope link src {VIP}",
        ),
        "several ways": (
            f"unicast 10.1.0.0/24 {TAIL} src {VIP} \\\tnexthop via 192.0.2.1 dev eth0 weight 2 dead linkdown"
            " \\\tnexthop via 192.0.2.2 dev eth0 weight 1 ",
            f"unicast 10.1.0.0/24 {TAIL} src {VIP} nexthop via 192.0.2.1 dev eth0 weight 2"
            " nexthop via 192.0.2.2 dev eth0 weight 1",
        ),
        "a nexthop object": (
            f"unicast 10.1.0.0/24 nhid 5 via 192.0.2.1 dev eth0 {TAIL} src {VIP} mtu 1400 \\\tnh_info id 5 dev eth0",
            f"unicast 10.1.0.0/24 nhid 5 {TAIL} src {VIP} mtu 1400",
        ),
        "a group of them": (
            f"unicast 10.1.0.0/24 nhid 8 {TAIL} src {VIP} \\\tnexthop via 192.0.2.1 dev eth0 weight 1 ",
            f"unicast 10.1.0.0/24 nhid 8 {TAIL} src {VIP}",
        ),
        "a tunnel with a source of its own": (
            f"unicast 10.1.0.0/24  encap ip id 3 src 0.0.0.0 dst 1.2.3.4 ttl 0 tos 0 dev eth0 {TAIL} src {VIP} ",
            f"unicast 10.1.0.0/24 encap ip id 3 src 0.0.0.0 dst 1.2.3.4 ttl 0 tos 0 dev eth0 {TAIL} src {VIP}",
        ),
        "no type, as an old ip shows it": (
            f"10.1.0.0/24 via 192.0.2.1 dev eth0 {TAIL} src {VIP} ",
            f"unicast 10.1.0.0/24 via 192.0.2.1 dev eth0 {TAIL} src {VIP}",
        ),
    }.values(),
)
def test_a_route_is_read_as_it_can_be_made_again(line: str, words: str) -> None:
    assert _parsed(line) == [words]


def test_what_hangs_on_nothing_of_ours_is_passed_over() -> None:
    assert (
        _parsed(
            f"unicast default via 192.0.2.1 dev eth0 {TAIL} src 192.0.2.8 ",
            f"local {VIP} dev eth0 table local proto kernel scope host src {VIP} ",
            f"unicast {VIP} dev eth0 table main proto boot scope link src {VIP} mtu 1400 ",
            f"\tnh_info id 5 via {VIP} dev eth0 scope link proto unspec ",
        )
        == []
    )


def test_a_host_route_that_is_not_ours_hangs_on_the_vip() -> None:
    lines = (
        f"unicast 192.0.2.9 dev eth0 table main proto boot scope link src {VIP}",
        f"unicast {VIP} dev eth0 table main proto boot scope link src {VIP} metric 5",
        f"unicast {VIP} dev eth0 table 7 proto boot scope link src {VIP}",
    )
    assert _parsed(*lines) == list(lines)


def test_a_route_through_a_device_of_ours_alone_needs_no_source() -> None:
    line = "unicast 10.1.0.0/24 dev dummy0 table 7 proto boot scope link"
    assert _parsed(line, f"unicast 10.2.0.0/24 dev eth0 {TAIL}", devices=("dummy0",)) == [line]


def test_where_a_route_stands_among_others_to_its_destination_is_read() -> None:
    first, twin, last = (
        f"unicast 10.1.0.0/24 via 192.0.2.{last} dev eth0 {TAIL}{source}"
        for last, source in ((1, f" src {VIP}"), (1, ""), (3, f" src {VIP}"))
    )
    other = f"unicast 10.1.0.0/24 via 192.0.2.3 dev eth0 {TAIL} src {VIP} metric 5"
    found = dependents.parse(f"{first}\n{twin}\n{last}\n{other}\n", {VIP})
    assert [(route.leads, route.has_twin) for route in found] == [(True, True), (False, False), (True, False)]
    assert found[0].without_source == Dependent(twin, "", leads=True, has_twin=True)


def test_what_nobody_understands_is_refused() -> None:
    with pytest.raises(OperatorError, match="ip route says what lvsgen does not understand"):
        _parsed("unicast 10.1.0.0/24 nhid 5")
