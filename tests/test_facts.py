"""The facts of a host read like a setup written by hand, and say all that a state says."""

from __future__ import annotations

import subprocess
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from hypothesis import given

from lvsgen.platforms.layout import ENGINE
from lvsgen.render import facts
from lvsgen.state import lines
from lvsgen.state.hoststate import HostState
from lvsgen.state.netfilter import NftTable
from lvsgen.state.parts import Sysctl
from tests import clusters, states

FOREIGN_TABLE = "table ip foreign { chain c { type nat hook prerouting priority 5; }; }"


def test_the_facts_of_llclb1_are_what_one_would_write_by_hand() -> None:
    assert clusters.text("llclb1.yaml", "llclb1/rootfs/etc/lvsgen/llc/host").splitlines()[2:] == [
        "",
        "sysctl net/ipv4/conf/all/send_redirects 1",
        "sysctl net/ipv4/conf/default/send_redirects 1",
        "sysctl net/ipv4/conf/eth0/send_redirects 1",
        "sysctl net/ipv4/ip_forward 0",
        "",
        "timeout tcp 259200",
        "",
        "address 129.129.190.54/32 dev eth0 brd 129.129.190.54 label eth0:1",
        "route 129.129.190.54/32 dev eth0 src 129.129.190.54",
        "",
        "-A -t 129.129.190.54:22 -s rr",
        "-a -t 129.129.190.54:22 -r 129.129.190.175:22 -g -w 1",
        "-a -t 129.129.190.54:22 -r 129.129.190.176:22 -g -w 1",
        "",
        "realserver llc5 129.129.190.175",
        "realserver llc6 129.129.190.176",
        "",
        "end",
    ]


@pytest.mark.parametrize("path", ["llclb1/rootfs/etc/lvsgen/llc/host", "llc5/rootfs/etc/lvsgen/llc/host"])
def test_facts_fit_on_a_screen(path: str) -> None:
    assert len(clusters.text("llclb1.yaml", path).splitlines()) <= 24


def test_scripts_of_one_role_are_the_same_bytes_and_so_is_the_engine() -> None:
    files = clusters.rendered("web.yaml")
    scripts = {files[f"{host}/rootfs/usr/local/sbin/lvs-realserver"].text for host in ("web1", "web2", "web3")}
    assert len(scripts) == 1
    assert [path for path in files if "/engine-" in path] == [f"common/rootfs{ENGINE}"]


@given(states.states())
def test_no_part_of_a_state_is_left_out_and_each_is_read_back(state: HostState) -> None:
    said = "\n".join(facts.lines(state))
    assert all(str(part) in said for part in state)
    assert len(said) == sum(len(str(part)) + 1 for part in state) - bool(said)
    assert [lines.parse(str(part)) for part in state] == list(state)


@pytest.mark.parametrize("value", ["1\n-A -t 192.0.2.1:80 -s rr", "1\tx", "1\rx"])
def test_what_no_line_can_say_is_an_error_of_the_build(value: str) -> None:
    with pytest.raises(ValueError, match="no line can say"):
        facts.lines(HostState(sysctls=(Sysctl("net/ipv4/ip_forward", value),)))


@pytest.mark.parametrize("count", [0, 1, 2, 5, 5000])
def test_nft_reads_a_table_as_the_facts_have_it_and_lists_what_the_state_says(count: int, tmp_path: Path) -> None:
    elements = ", ".join(str(IPv4Address("10.0.0.0") + number) for number in range(count))
    listed = (f"elements = {{ {elements} }}",) if count else ()
    body = ("set vips {", "type ipv4_addr", *listed, "}", "chain prerouting {", *_CHAIN, "}")
    table = NftTable("ip", "lvsgen-web", body)
    rules, before = tmp_path / "rules", tmp_path / "before"
    rules.write_text("".join(f"{line}\n" for line in facts.lines(HostState(tables=(table,)))))
    script = f'nft "{FOREIGN_TABLE}"; nft list table ip foreign >"$2"; nft -f "$1"; nft list table ip lvsgen-web;'
    said, others = _in_namespace(f"{script} echo then; nft list table ip foreign", rules, before).split("then\n")
    assert others == before.read_text()
    assert NftTable.of("ip", "lvsgen-web", "\n".join(said.strip().splitlines()[1:-1])) == table


_CHAIN = ("type nat hook prerouting priority dstnat; policy accept;", "ip daddr @vips redirect")


def _in_namespace(script: str, *words: Path) -> str:
    command = ["unshare", "-rn", "sh", "-ec", script, "sh", *map(str, words)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
