from __future__ import annotations

import pytest

from lvsgen.state import sysctls

CONF = "net/ipv4/conf"


@pytest.mark.parametrize(
    ("written", "key", "expected"),
    [
        ("net/ipv4/ip_forward", f"{CONF}/all/accept_redirects", True),
        ("net/ipv4/ip_forward", f"{CONF}/eth0.100/forwarding", True),
        ("net/ipv4/ip_forward", f"{CONF}/default/forwarding", True),
        ("net/ipv4/ip_forward", f"{CONF}/all/forwarding", False),
        ("net/ipv4/ip_forward", f"{CONF}/eth0/accept_redirects", False),
        ("net/ipv4/ip_forward", f"{CONF}/eth0/bc_forwarding", False),
        (f"{CONF}/all/forwarding", f"{CONF}/eth0/forwarding", True),
        (f"{CONF}/default/rp_filter", f"{CONF}/eth0/rp_filter", True),
        (f"{CONF}/default/rp_filter", f"{CONF}/all/rp_filter", False),
        (f"{CONF}/default/rp_filter", f"{CONF}/default/rp_filter", False),
        (f"{CONF}/default/forwarding", f"{CONF}/eth0/forwarding", False),
        (f"{CONF}/all/rp_filter", f"{CONF}/eth0/rp_filter", False),
        (f"{CONF}/eth0/rp_filter", f"{CONF}/lo/rp_filter", False),
    ],
)
def test_what_a_write_disturbs(written: str, key: str, expected: bool) -> None:
    assert sysctls.disturbs(written, key) is expected


@pytest.mark.parametrize(
    ("key", "before", "after", "first"),
    [
        (f"{CONF}/all/arp_ignore", "0", "1", True),
        (f"{CONF}/all/arp_ignore", "1", "0", False),
        (f"{CONF}/all/arp_announce", "9", "10", True),
        (f"{CONF}/all/rp_filter", "1", "0", True),
        (f"{CONF}/all/rp_filter", "0", "1", False),
        (f"{CONF}/eth0/send_redirects", "1", "0", True),
        ("net/ipv4/ip_forward", "0", "1", True),
        ("net/ipv4/ip_forward", "1", "0", False),
        ("net/ipv4/tcp_rmem", "4096 1 2", "4096 1 3", True),
        ("net/ipv4/vs/conntrack", None, "0", True),
    ],
)
def test_what_guards_the_rest_is_written_first(key: str, before: str | None, after: str, first: bool) -> None:
    assert sysctls.needed_first(key, before, after) is first


@pytest.mark.parametrize(
    ("key", "device"),
    [
        (f"{CONF}/eth0.100/rp_filter", "eth0.100"),
        (f"{CONF}/all/rp_filter", "all"),
        ("net/ipv4/ip_forward", ""),
        ("net/ipv4/vs/conntrack", ""),
    ],
)
def test_a_setting_may_be_for_an_interface(key: str, device: str) -> None:
    assert sysctls.device(key) == device
