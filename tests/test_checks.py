"""checks/: what is wrong with a cluster whose parts are each well formed."""

from pathlib import Path

import pytest

from lvsgen.description import ports
from lvsgen.errors import AuthorError
from lvsgen.findings import report
from lvsgen.findings.finding import Finding
from lvsgen.load import read

TEXT = (Path(__file__).parent.parent / "examples/llclb1.yaml").read_text(encoding="utf-8")
DMZ = ("networks:\n", "networks:\n  dmz: {subnet: 10.0.0.0/24}\n")
SSH = (
    "  ssh: {vip: llc, protocol: tcp, port: ssh, scheduler: rr, forward: direct, realservers: {llc5: {weight: 1}, llc6"
)
LOGIN = SSH.replace("  ssh:", "  login:").replace("port: ssh", "port: 22").replace(", llc6", "}}\n")
DIP, RIP, VIP, GATEWAY = "129.129.190.53", "129.129.190.175", "129.129.190.54", "129.129.190.1}"
SPARE = (
    '  spare: {platform: el5, interfaces: {eth0: {network: lan, address: 129.129.190.60, mac: "00:14:5e:6b:13:3e"}}}\n'
)

Change = tuple[str, str]


def _findings(*changes: Change) -> tuple[Finding, ...]:
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    with pytest.raises(AuthorError) as caught:
        read("cluster.yaml", text.encode())
    return caught.value.findings


CASES: dict[str, tuple[list[Change], str, str]] = {
    "unknown VIP": ([("vip: llc", "vip: lcl")], "LVS301", "no VIP named 'lcl'"),
    "unknown realserver": ([(", llc6: {w", ", llc7: {w")], "LVS302", "no realserver named 'llc7'"),
    "unknown network": ([("network: lan", "network: lam")], "LVS303", "no network named 'lam'"),
    "unknown port name": ([("port: ssh", "port: sssh")], "LVS304", "no service named 'sssh' is known"),
    "port of the other protocol": ([("protocol: tcp", "protocol: udp")], "LVS305", "'ssh' is known for tcp, not udp"),
    "scheduler too young": (
        [("scheduler: rr", "scheduler: mh")],
        "LVS306",
        "the director 'llclb1' (el5) has no scheduler 'mh'",
    ),
    "fallback without a hash": (
        [("scheduler: rr", "scheduler: rr, fallback: true")],
        "LVS311",
        "'rr' has no fallback",
    ),
    "fallback too young": (
        [("scheduler: rr", "scheduler: sh, fallback: true")],
        "LVS312",
        "the director 'llclb1' (el5) does not know the fallback of 'sh'",
    ),
    "director and realserver": ([("  llclb1:", "  llc5:")], "LVS307", "the host 'llc5' is director and realserver"),
    "service twice": (
        [("services:\n", f"services:\n{LOGIN}")],
        "LVS308",
        "the services 'login' and 'ssh' are both llc tcp port 22",
    ),
    "host named like a folder": (
        [("  llc6:", "  common:"), (", llc6: {w", ", common: {w")],
        "LVS313",
        "no host can be called 'common': that is the folder of what all hosts have",
    ),
    "VIP named like a host": (
        [("  llc: {address", "  llc6: {address"), ("vip: llc", "vip: llc6")],
        "LVS309",
        "the VIP 'llc6' has the name of a host",
    ),
    "two directors": (
        [("realservers:\n", SPARE.replace("5e:6b:13:3e", "00:00:00:01") + "realservers:\n")],
        "LVS209",
        "a second director, 'spare', is not supported yet: both would answer for every VIP",
    ),
    "address outside": ([(RIP, "10.0.0.5")], "LVS401", "10.0.0.5 is not in network 'lan', 129.129.190.0/24"),
    "gateway outside": ([(GATEWAY, "10.0.0.1}")], "LVS401", "10.0.0.1 is not in network 'lan', 129.129.190.0/24"),
    "network's own": (
        [(RIP, "129.129.190.0")],
        "LVS402",
        "129.129.190.0 is the network's own address of 'lan', 129.129.190.0/24",
    ),
    "broadcast": (
        [(DIP, "129.129.190.255")],
        "LVS402",
        "129.129.190.255 is the broadcast address of 'lan', 129.129.190.0/24",
    ),
    "broadcast as gateway": (
        [(GATEWAY, "129.129.190.255}")],
        "LVS402",
        "129.129.190.255 is the broadcast address of 'lan', 129.129.190.0/24",
    ),
    "broadcast as VIP": (
        [(VIP, "129.129.190.255")],
        "LVS402",
        "129.129.190.255 is the broadcast address of 'lan', 129.129.190.0/24",
    ),
    "loopback": ([(RIP, "127.1.2.3")], "LVS403", "127.1.2.3 is a loopback address, which every host has for itself"),
    "unspecified": ([(DIP, "0.0.0.0")], "LVS403", '0.0.0.0 stands for "this host", not for one'),  # noqa: S104
    "link-local": (
        [(VIP, "169.254.0.1")],
        "LVS403",
        "169.254.0.1 is a link-local address, which hosts give themselves",
    ),
    "multicast": ([(GATEWAY, "224.0.0.1}")], "LVS403", "224.0.0.1 is a multicast address, which no one host has"),
    "limited broadcast": (
        [(VIP, "255.255.255.255")],
        "LVS403",
        "255.255.255.255 is the broadcast address of every network",
    ),
    "reserved": ([(VIP, "240.0.0.1")], "LVS403", "240.0.0.1 is reserved, and hosts refuse it"),
    "address twice": (
        [("129.129.190.176", RIP)],
        "LVS404",
        "129.129.190.175 is the address of realserver 'llc5' and of realserver 'llc6'",
    ),
    "VIP is a realserver's": (
        [(VIP, RIP)],
        "LVS404",
        "129.129.190.175 is the address of realserver 'llc5' and of VIP 'llc'",
    ),
    "VIP is the gateway's": (
        [(VIP, "129.129.190.1")],
        "LVS404",
        "129.129.190.1 is the address of the gateway of network 'lan' and of VIP 'llc'",
    ),
    "lockout": (
        [(VIP, DIP)],
        "LVS405",
        "VIP 'llc' is the own address of director 'llclb1': who connects to a balanced port there to administer it "
        "ends up on a realserver",
    ),
    "out of reach": (
        [DMZ, (f"lan, address: {RIP}", "dmz, address: 10.0.0.5")],
        "LVS406",
        "director 'llclb1' on 'lan' cannot reach realserver 'llc5' on 'dmz' by direct routing",
    ),
    "VIP on no network": (
        [(VIP, "192.0.2.80")],
        "LVS407",
        "no network holds 192.0.2.80, so no interface of the director can answer for it",
    ),
    "VIP on another network": (
        [DMZ, (VIP, "10.0.0.80")],
        "LVS407",
        "director 'llclb1' has no interface on 'dmz', the network of 10.0.0.80",
    ),
    "MAC twice": (
        [("00:06:5B:8C:3C:8E", "00:14:5e:6b:13:3e")],
        "LVS408",
        "00:14:5e:6b:13:3e is the MAC address of two interfaces",
    ),
}


@pytest.mark.parametrize(("changes", "code", "message"), CASES.values(), ids=CASES.keys())
def test_what_cannot_work_is_one_finding_with_a_next_step(changes: list[Change], code: str, message: str) -> None:
    (found,) = [each for each in _findings(*changes) if each.code == code]
    assert found.message == message
    assert found.hint


@pytest.mark.parametrize("name", sorted(CASES))
def test_one_mistake_is_one_finding(name: str) -> None:
    assert len(_findings(*CASES[name][0])) == 1


def test_the_lockout_is_explained_in_full() -> None:
    assert report.to_text(_findings((VIP, DIP))) == (
        "cluster.yaml:13:18: LVS405 error: VIP 'llc' is the own address of director 'llclb1': who connects to a "
        "balanced port there to administer it ends up on a realserver\n"
        "  13 |   llc: {address: 129.129.190.53}\n"
        "     |                  ^^^^^^^^^^^^^^\n"
        "cluster.yaml:8:37: note: this is the other place\n"
        '  8 |       eth0: {network: lan, address: 129.129.190.53, mac: "00:14:5E:6B:13:3E"}\n'
        "    |                                     ^^^^^^^^^^^^^^\n"
        "    = help: give the VIP an address of its own, or nobody can log in to the director once ssh is balanced\n"
    )


def test_of_two_that_collide_the_later_is_shown_first() -> None:
    (found,) = _findings(("services:\n", f"services:\n{LOGIN}"))
    assert [span.line for span in found.spans] == [16, 15]


@pytest.mark.parametrize("address", ["129.129.190.2", "129.129.190.254"])
def test_any_address_between_the_ends_of_the_network_is_taken(address: str) -> None:
    assert read("f", TEXT.replace(VIP, address).encode())


def test_a_realserver_that_no_service_uses_may_stand_anywhere() -> None:
    lonely = "  far: {platform: el4, interfaces: {eth0: {network: dmz, address: 10.0.0.9}}}\nvips:"
    assert read("f", TEXT.replace(*DMZ).replace("vips:", lonely).encode())


def test_the_same_port_may_serve_two_protocols() -> None:
    dns = SSH.replace("  ssh:", "  dns:").replace("tcp, port: ssh", "udp, port: 22").replace(", llc6", "}}\n")
    assert read("f", TEXT.replace("services:\n", f"services:\n{dns}").encode())


@pytest.mark.parametrize(
    ("port", "protocol", "number"),
    [("ssh", "tcp", 22), ("www", "tcp", 80), ("domain", "udp", 53), ("syslog", "udp", 514), (8080, "udp", 8080)],
)
def test_a_port_has_a_number(port: int | str, protocol: str, number: int) -> None:
    assert ports.number(port, protocol) == number


def test_every_name_of_the_services_database_can_be_written() -> None:
    names = ports.by_name()
    assert len(names) > 300
    assert [name for name in names if ports.port(name) != name] == []
