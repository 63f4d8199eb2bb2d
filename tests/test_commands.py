from __future__ import annotations

import subprocess
from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from hypothesis import HealthCheck, given, settings

from lvsgen.plan import operation as op
from lvsgen.plan.commands import Command, commands
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
CHAIN = Chain("nat", "lvsgen-llc", "PREROUTING", ("-d 129.129.190.54/32 -j REDIRECT",))
TABLE = NftTable("ip", "lvsgen-llc", ("chain a {", "type nat hook prerouting priority dstnat; policy accept;", "}"))
DAEMON = SyncDaemon("backup", "eth0", 3)


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (op.SetSysctl("net/ipv4/conf/eth0.100/rp_filter", "1", "0"), "sysctl -w net/ipv4/conf/eth0.100/rp_filter=0"),
        (op.SetTimeouts((), (Timeout("tcp", 259200),)), "ipvsadm --set 259200 0 0"),
        (op.SetTimeouts((), (Timeout("tcpfin", 2), Timeout("udp", 3))), "ipvsadm --set 0 2 3"),
        (op.StartDaemon(DAEMON), "ipvsadm --start-daemon backup --mcast-interface eth0 --syncid 3"),
        (op.StopDaemon(DAEMON), "ipvsadm --stop-daemon backup"),
        (
            op.AddAddress(VipAddress(VIP, "eth0", "eth0:1", VIP)),
            "ip addr add 129.129.190.54/32 brd 129.129.190.54 dev eth0 label eth0:1",
        ),
        (op.AddAddress(VipAddress(VIP, "lo")), "ip addr add 129.129.190.54/32 dev lo"),
        (op.DeleteAddress(VipAddress(VIP, "eth0", "eth0:1", VIP)), "ip addr del 129.129.190.54/32 dev eth0"),
        (op.AddRoute(HostRoute(VIP, "eth0", VIP)), "ip route add 129.129.190.54/32 dev eth0 src 129.129.190.54"),
        (op.AddRoute(HostRoute(VIP, "eth0")), "ip route add 129.129.190.54/32 dev eth0"),
        (op.DeleteRoute(HostRoute(VIP, "eth0", VIP)), "ip route del 129.129.190.54/32 dev eth0"),
    ],
)
def test_an_operation_is_one_command(operation: op.Operation, words: str) -> None:
    assert commands([operation]) == (Command(tuple(words.split())),)


@pytest.mark.parametrize(
    ("operation", "argv", "stdin"),
    [
        (
            op.SetChain(None, CHAIN),
            "iptables-restore --noflush",
            "*nat\n:lvsgen-llc - [0:0]\n-A lvsgen-llc -d 129.129.190.54/32 -j REDIRECT\n"
            "-A PREROUTING -j lvsgen-llc\nCOMMIT\n",
        ),
        (
            op.SetChain(replace(CHAIN, hook="OUTPUT"), replace(CHAIN, rules=())),
            "iptables-restore --noflush",
            "*nat\n:lvsgen-llc - [0:0]\n-D OUTPUT -j lvsgen-llc\n-A PREROUTING -j lvsgen-llc\nCOMMIT\n",
        ),
        (
            op.SetChain(replace(CHAIN, jumps=3), CHAIN),
            "iptables-restore --noflush",
            "*nat\n:lvsgen-llc - [0:0]\n-A lvsgen-llc -d 129.129.190.54/32 -j REDIRECT\n"
            "-D PREROUTING -j lvsgen-llc\n-D PREROUTING -j lvsgen-llc\nCOMMIT\n",
        ),
        (
            op.DeleteChain(CHAIN),
            "iptables-restore --noflush",
            "*nat\n-D PREROUTING -j lvsgen-llc\n-F lvsgen-llc\n-X lvsgen-llc\nCOMMIT\n",
        ),
        (
            op.SetTable(None, TABLE),
            "nft -f -",
            "table ip lvsgen-llc\ndelete table ip lvsgen-llc\ntable ip lvsgen-llc {\nchain a {\n"
            "type nat hook prerouting priority dstnat; policy accept;\n}\n}\n",
        ),
        (op.DeleteTable(TABLE), "nft -f -", "delete table ip lvsgen-llc\n"),
    ],
)
def test_netfilter_is_written_in_one_commit(operation: op.Operation, argv: str, stdin: str) -> None:
    assert commands([operation]) == (Command(tuple(argv.split()), stdin),)


def test_neighbours_in_the_ipvs_table_share_one_batch() -> None:
    drained = replace(LLC5, weight=0)
    up = op.AddAddress(VipAddress(VIP, "eth0"))
    found = commands(
        [
            op.AddService(Service(SSH, "rr")),
            op.AddDestination(SSH, LLC5),
            op.EditService(Service(SSH, "rr"), Service(SSH, "wlc", persistence=360)),
            op.EditDestination(SSH, LLC5, drained),
            up,
            op.DeleteDestination(SSH, drained),
            op.DeleteService(Service(SSH, "wlc")),
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
    assert batched + alone == len(steps)
    assert all(word and "\n" not in word for command in found for word in command.argv)


def _in_a_namespace(script: str) -> str:
    command = ["unshare", "-rn", "sh", "-ec", script]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout


def _piped(steps: list[op.Operation], restore: str) -> str:
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
    steps: list[op.Operation] = [op.SetChain(None, CHAIN), op.SetChain(CHAIN, changed), op.DeleteChain(changed)]
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
    steps: list[op.Operation] = [op.SetTable(None, table), op.SetTable(table, table)]
    printed = _in_a_namespace(f"{_piped(steps, '')}\nnft list table ip lvsgen-llc")
    inside = printed.partition("{")[2].rpartition("}")[0]
    assert NftTable.of("ip", "lvsgen-llc", inside) == table
    assert _in_a_namespace(f"{_piped([*steps, op.DeleteTable(table)], '')}\nnft list ruleset") == ""
