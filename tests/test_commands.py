from __future__ import annotations

import subprocess
from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from hypothesis import HealthCheck, given, settings

from lvsgen.plan.commands import Command, commands
from lvsgen.plan.operation import Add, Change, Operation, Remove, part_of
from lvsgen.plan.plan import plan
from lvsgen.state.keys import ServiceKey
from lvsgen.state.netfilter import Chain, NftTable
from lvsgen.state.parts import Destination, HostRoute, Service, SyncDaemon, Sysctl, Timeout, VipAddress
from tests.states import Case, cases
from tests.tiers import many

VIP = IPv4Address("129.129.190.54")
SSH = ServiceKey("tcp", VIP, 22)
LLC5 = Destination(SSH, IPv4Address("129.129.190.175"), 22, "direct", 1)
CHAIN = Chain("nat", "lvsgen-llc", "PREROUTING", ("-d 129.129.190.54/32 -j REDIRECT",))
TABLE = NftTable("ip", "lvsgen-llc", ("chain a {", "type nat hook prerouting priority dstnat; policy accept;", "}"))
FILTER = "net/ipv4/conf/eth0.100/rp_filter"
DAEMON = SyncDaemon("backup", "eth0", 3)


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (
            Change(Sysctl("net/ipv4/conf/eth0.100/rp_filter", "1"), Sysctl("net/ipv4/conf/eth0.100/rp_filter", "0")),
            "sysctl -w net/ipv4/conf/eth0.100/rp_filter=0",
        ),
        (Add(Timeout("tcp", 259200)), "ipvsadm --set 259200 0 0"),
        (Add(DAEMON), "ipvsadm --start-daemon backup --mcast-interface eth0 --syncid 3"),
        (Remove(DAEMON), "ipvsadm --stop-daemon backup"),
        (
            Add(VipAddress(VIP, "eth0", "eth0:1", VIP)),
            "ip addr add 129.129.190.54/32 dev eth0 brd 129.129.190.54 label eth0:1",
        ),
        (Add(VipAddress(VIP, "lo")), "ip addr add 129.129.190.54/32 dev lo"),
        (Remove(VipAddress(VIP, "eth0", "eth0:1", VIP)), "ip addr del 129.129.190.54/32 dev eth0"),
        (Add(HostRoute(VIP, "eth0", VIP)), "ip route add 129.129.190.54/32 dev eth0 src 129.129.190.54"),
        (Add(HostRoute(VIP, "eth0")), "ip route add 129.129.190.54/32 dev eth0"),
        (Remove(HostRoute(VIP, "eth0", VIP)), "ip route del 129.129.190.54/32 dev eth0"),
    ],
)
def test_an_operation_is_one_command(operation: Operation, words: str) -> None:
    assert commands([operation]) == (Command(tuple(words.split())),)


@pytest.mark.parametrize(
    ("operation", "argv", "stdin"),
    [
        (
            Add(CHAIN),
            "iptables-restore --noflush",
            "*nat\n:lvsgen-llc - [0:0]\n-A lvsgen-llc -d 129.129.190.54/32 -j REDIRECT\n"
            "-A PREROUTING -j lvsgen-llc\nCOMMIT\n",
        ),
        (
            Change(replace(CHAIN, hook="OUTPUT"), replace(CHAIN, rules=())),
            "iptables-restore --noflush",
            "*nat\n:lvsgen-llc - [0:0]\n-D OUTPUT -j lvsgen-llc\n-A PREROUTING -j lvsgen-llc\nCOMMIT\n",
        ),
        (
            Change(replace(CHAIN, jumps=3), CHAIN),
            "iptables-restore --noflush",
            "*nat\n:lvsgen-llc - [0:0]\n-A lvsgen-llc -d 129.129.190.54/32 -j REDIRECT\n"
            "-D PREROUTING -j lvsgen-llc\n-D PREROUTING -j lvsgen-llc\nCOMMIT\n",
        ),
        (
            Remove(CHAIN),
            "iptables-restore --noflush",
            "*nat\n-D PREROUTING -j lvsgen-llc\n-F lvsgen-llc\n-X lvsgen-llc\nCOMMIT\n",
        ),
        (
            Add(TABLE),
            "nft -f -",
            "table ip lvsgen-llc\ndelete table ip lvsgen-llc\ntable ip lvsgen-llc {\n\tchain a {\n"
            "\ttype nat hook prerouting priority dstnat; policy accept;\n\t}\n}\n",
        ),
        (Remove(TABLE), "nft -f -", "delete table ip lvsgen-llc\n"),
    ],
)
def test_netfilter_is_written_in_one_commit(operation: Operation, argv: str, stdin: str) -> None:
    assert commands([operation]) == (Command(tuple(argv.split()), stdin),)


def test_timeouts_are_set_at_once_and_the_others_stay() -> None:
    steps: list[Operation] = [Change(Timeout("tcpfin", 9), Timeout("tcpfin", 2)), Add(Timeout("udp", 3))]
    assert commands(steps) == (Command(("ipvsadm", "--set", "0", "2", "3")),)


def test_neighbours_in_the_ipvs_table_share_one_batch() -> None:
    drained = replace(LLC5, weight=0)
    up = Add(VipAddress(VIP, "eth0"))
    found = commands(
        [
            Add(Service(SSH, "rr")),
            Add(LLC5),
            Change(Service(SSH, "rr"), Service(SSH, "wlc", persistence=360)),
            Change(LLC5, drained),
            up,
            Remove(drained),
            Remove(Service(SSH, "wlc")),
        ]
    )
    before = (
        "-A -t 129.129.190.54:22 -s rr\n-a -t 129.129.190.54:22 -r 129.129.190.175:22 -g -w 1\n"
        "-E -t 129.129.190.54:22 -s wlc -p 360\n-e -t 129.129.190.54:22 -r 129.129.190.175:22 -g -w 0\n"
    )
    after = "-d -t 129.129.190.54:22 -r 129.129.190.175:22\n-D -t 129.129.190.54:22\n"
    restore = ("ipvsadm", "--restore")
    assert found == (Command(restore, before), *commands([up]), Command(restore, after))


@settings(max_examples=many(50), deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_every_operation_is_in_the_commands_and_no_word_is_empty(case: Case) -> None:
    steps = plan(case.current, case.desired)
    found = commands(steps)
    batched = sum(command.stdin.count("\n") for command in found if command.argv == ("ipvsadm", "--restore"))
    alone = sum(command.argv != ("ipvsadm", "--restore") for command in found)
    timeouts = sum(isinstance(part_of(step), Timeout) for step in steps)
    assert batched + alone == len(steps) - max(0, timeouts - 1)
    assert all(word and "\n" not in word for command in found for word in command.argv)


def _in_a_namespace(script: str) -> str:
    command = ["unshare", "-rn", "sh", "-ec", script]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout


def _piped(steps: list[Operation], restore: str) -> str:
    lines = []
    for command in commands(steps):
        tool = " ".join(command.argv).replace("iptables-restore", restore)
        lines.append(f"{tool} <<'END'\n{command.stdin}END")
    return "\n".join(lines)


@pytest.mark.parametrize("flavour", ["iptables-legacy", "iptables-nft"])
def test_chains_are_made_changed_and_deleted_and_foreign_rules_stay(flavour: str) -> None:
    foreign = f"{flavour} -t nat -A PREROUTING -d 10.0.0.1/32 -j ACCEPT\n"
    changed = replace(CHAIN, hook="OUTPUT", rules=("-d 10.0.0.2/32 -j REDIRECT", *CHAIN.rules))
    show = f"\n{flavour}-save -t nat | grep ^-A; echo =\n"
    steps: list[Operation] = [Add(CHAIN), Change(CHAIN, changed), Remove(changed)]
    printed = _in_a_namespace(foreign + show.join(_piped([step], f"{flavour}-restore") for step in steps) + show)
    kept = "-A PREROUTING -d 10.0.0.1/32 -j ACCEPT\n"
    assert [set(part.splitlines(keepends=True)) for part in printed.split("=\n")] == [
        {kept, "-A PREROUTING -j lvsgen-llc\n", f"-A lvsgen-llc {CHAIN.rules[0]}\n"},
        {kept, "-A OUTPUT -j lvsgen-llc\n", *(f"-A lvsgen-llc {rule}\n" for rule in changed.rules)},
        {kept},
        set(),
    ]


def test_a_table_is_loaded_twice_and_printed_as_it_was_written() -> None:
    vips = ", ".join(f"10.0.0.{last}" for last in range(1, 20))
    text = (
        f"set vips {{\ntype ipv4_addr\nelements = {{ {vips} }}\n}}\nchain prerouting {{\n"
        "type nat hook prerouting priority dstnat; policy accept;\nip daddr @vips redirect\n}"
    )
    table = NftTable.of("ip", "lvsgen-llc", text)
    steps: list[Operation] = [Add(table), Change(table, table)]
    printed = _in_a_namespace(f"{_piped(steps, '')}\nnft list table ip lvsgen-llc")
    inside = printed.partition("{")[2].rpartition("}")[0]
    assert NftTable.of("ip", "lvsgen-llc", inside) == table
    assert _in_a_namespace(f"{_piped([*steps, Remove(table)], '')}\nnft list ruleset") == ""
