"""description/later.py, releases.py, mistakes.py, indents.py: what is answered to what is meant, but not written so."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from lvsgen.description import later, model, releases
from lvsgen.errors import AuthorError
from lvsgen.findings import report
from lvsgen.findings.finding import Finding
from lvsgen.load import read
from lvsgen.platforms.table import PLATFORMS
from tests.clusters import EXAMPLES

TEXT = (EXAMPLES / "llclb1.yaml").read_text()


def _findings(old: str, new: str) -> tuple[Finding, ...]:
    assert old in TEXT
    with pytest.raises(AuthorError) as caught:
        read("c.yaml", TEXT.replace(old, new, 1).encode())
    return caught.value.findings


OWNERS: dict[type[BaseModel], str] = {
    model.Cluster: "timeouts:",
    model.VirtualService: "scheduler: rr",
    model.Destination: "weight: 1}, llc6",
    model.RealServer: "platform: el4",
    model.Vip: "address: 129.129.190.54",
    model.Director: "    platform: el5",
}
ROWS = [(owner, key) for owner, table in later.TABLES.items() for key in table]


def test_no_row_names_a_key_that_is_there() -> None:
    assert [(owner.__name__, key) for owner, key in ROWS if key in owner.model_fields] == []
    assert set(later.TABLES) == set(OWNERS)


@pytest.mark.parametrize(("owner", "key"), ROWS, ids=lambda value: getattr(value, "__name__", value))
def test_a_key_that_is_to_come_is_not_yet_there_and_says_what_to_do(owner: type[BaseModel], key: str) -> None:
    at = OWNERS[owner]
    lines = owner in (model.Cluster, model.Director)
    blanks = at[: len(at) - len(at.lstrip())]
    (found,) = _findings(at, f"{blanks}{key}: {{x: y}}\n{at}" if lines else f"{key}: {{x: y}}, {at}")
    assert (found.code, found.message, found.hint) == (
        "LVS209",
        f"'{key}' is not supported yet",
        later.instead(owner, key),
    )


INSTEAD = {
    "a pool for the realservers": ("realservers: {llc5: {weight: 1}, llc6: {weight: 1}}", "pool: web", "'pool'"),
    "several ports": ("port: ssh", "port: [22, 80]", "a list of ports"),
    "several protocols": ("protocol: tcp", "protocol: [tcp, udp]", "a list of protocols"),
    "several VIPs": ("vip: llc", "vip: [llc, www]", "a list of VIPs"),
    "several addresses of a VIP": (
        "llc: {address: 129.129.190.54",
        "llc: {address: [129.129.190.54]",
        "a list of addresses",
    ),
    "several addresses of an interface": ("129.129.190.53,", "[129.129.190.53],", "a list of addresses"),
    "several subnets": ("129.129.190.0/24", "[129.129.190.0/24]", "a list of subnets"),
    "several gateways": ("gateway: 129.129.190.1", "gateway: [129.129.190.1]", "a list of gateways"),
    "a VIP as the gateway": ("gateway: 129.129.190.1", "gateway: {vip: llc}", "a VIP as a gateway"),
    "the director as the gateway": ("gateway: 129.129.190.1", "gateway: director", "the director as a gateway"),
    "NAT": ("forward: direct", "forward: nat", "forwarding method 'nat'"),
    "the director among the realservers": (
        "realservers: {llc5",
        "realservers: {llclb1: {}, llc5",
        "a director that answers connections itself, 'llclb1',",
    ),
}


@pytest.mark.parametrize(("old", "new", "what"), INSTEAD.values(), ids=INSTEAD.keys())
def test_a_value_that_is_to_come_is_one_finding_with_what_to_do(old: str, new: str, what: str) -> None:
    (found,) = _findings(old, new)
    assert (found.code, found.message) == ("LVS209", f"{what} is not supported yet")
    assert found.hint


def test_defaults_are_one_finding_however_much_is_left_to_them() -> None:
    assert [found.code for found in _findings("protocol: tcp, port: ssh, scheduler: rr, ", "port: ssh, ")] == ["LVS201"]
    text = TEXT.replace("protocol: tcp, port: ssh, scheduler: rr, ", "port: ssh, ")
    with pytest.raises(AuthorError) as caught:
        read("c.yaml", (text + "defaults: {protocol: tcp, scheduler: rr}\n").encode())
    assert [found.message for found in caught.value.findings] == ["'defaults' is not supported yet"]


NEAREST = {
    "el4": "rhel4 centos4 el-4",
    "el5": "rhel5 centos5 el6 centos6.10 sl6",
    "el9": "el7 el8 el10 rocky9 rocky-9 alma9 almalinux8 rockylinux9 centos7 centosstream9 "
    "rhel8 rhel-9.4 ol8 fedora40 amzn2 EL9",
    "debian": "debian12 debian-12 debian11 debian13 bookworm trixie ubuntu2204 ubuntu22.04 ubuntu-24.04 ubuntu jammy",
    "": "windows suse arch alpine debain el x9",
}


@pytest.mark.parametrize(("near", "word"), [(near, word) for near, words in NEAREST.items() for word in words.split()])
def test_a_release_has_a_nearest_platform_or_none(near: str, word: str) -> None:
    assert releases.nearest(word)[0] == near


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_platform_is_no_release_that_has_a_nearest_one(platform: str) -> None:
    assert read("c.yaml", TEXT.replace("platform: el5", f"platform: {platform}").encode())


WHOLE = {
    "a release": (
        ("platform: el5", "platform: rocky9"),
        "c.yaml:6:15: LVS206 error: 'rocky9' is no platform; el9 is the nearest that lvsgen knows\n"
        "  6 |     platform: rocky9                  # picks init system, network files and firewall tool; "
        "each can...\n"
        "    |               ^^^^^^\n"
        "    = help: write platform: el9, if its tools are like those of it\n",
    ),
    "the Debian that is meant": (
        ("platform: el5", "platform: debian12"),
        "c.yaml:6:15: LVS206 error: 'debian12' is no platform; debian is the nearest that lvsgen knows\n"
        "  6 |     platform: debian12                  # picks init system, network files and firewall tool; "
        "each c...\n"
        "    |               ^^^^^^^^\n"
        "    = help: write platform: debian, which means Debian 12\n",
    ),
    "too many days": (
        ("tcp: 72h", "tcp: 40d"),
        "c.yaml:16:17: LVS207 error: a timeout is 1d to 31d, not 40d\n"
        "  16 | timeouts: {tcp: 40d}               # what is not named stays as the kernel has it\n"
        "     |                 ^^^\n"
        "     = help: write 90s, 15m, 72h or 1d, or leave the key out to keep what the kernel has\n",
    ),
    "a key misspelt that is needed": (
        ("    interfaces:", "    interface:"),
        "c.yaml:7:5: LVS202 error: unknown key 'interface'\n"
        "  7 |     interface:\n"
        "    |     ^^^^^^^^^\n"
        "    = help: did you mean 'interfaces'? it is missing here\n",
    ),
    "a key of another thing": (
        ("scheduler: rr", "scheduler: rr, weight: 5"),
        "c.yaml:15:60: LVS202 error: unknown key 'weight'\n"
        "  15 | ...rotocol: tcp, port: ssh, scheduler: rr, weight: 5, forward: direct, "
        "realservers: {llc5: {weight: 1},...\n"
        "     |                                            ^^^^^^\n"
        "     = help: it is a key of a realserver within a service\n",
    ),
    "a child that is not indented": (
        ("vips:\n  llc", "vips:\nllc"),
        "c.yaml:13:1: LVS115 error: 'llc' stands beside 'vips', which is empty, and not below it\n"
        "  13 | llc: {address: 129.129.190.54}\n"
        "     | ^^^\n"
        "c.yaml:12:1: note: this is the other place\n"
        "  12 | vips:\n"
        "     | ^^^^\n"
        "     = help: indent it, and all that belongs to 'vips', by two blanks more than 'vips'\n",
    ),
    "a key that is indented too far": (
        ("\nvips:", "\n  vips:"),
        "c.yaml:12:3: LVS115 error: 'vips' stands below 'realservers' and not beside it\n"
        "  12 |   vips:\n"
        "     |   ^^^^\n"
        "c.yaml:9:1: note: this is the other place\n"
        "  9 | realservers:\n"
        "    | ^^^^^^^^^^^\n"
        "    = help: indent it like 'realservers', and what belongs to it by two blanks more\n",
    ),
    "an entry that lost its indentation": (
        ("  llc6: {platform", "llc6: {platform"),
        "c.yaml:11:1: LVS115 error: 'llc6' stands beside 'realservers' and not below it\n"
        "  11 | llc6: {platform: el4, interfaces: {eth0: {network: lan, address: 129.129.190.176, "
        'mac: "00:06:5B:8C:...\n'
        "     | ^^^^\n"
        "c.yaml:9:1: note: this is the other place\n"
        "  9 | realservers:\n"
        "    | ^^^^^^^^^^^\n"
        "    = help: indent it, and all that belongs to 'realservers', by two blanks more than 'realservers'\n",
    ),
    "a name misspelt where it is given": (
        ("  lan: {", "  lna: {"),
        "c.yaml:8:23: LVS303 error: no network named 'lan'; 3 interfaces name it\n"
        '  8 |       eth0: {network: lan, address: 129.129.190.53, mac: "00:14:5E:6B:13:3E"}\n'
        "    |                       ^^^\n"
        "    = help: did you mean 'lna'?\n",
    ),
    "a host twice": (
        ("  llc6: {platform", "  llc5: {platform"),
        "c.yaml:11:3: LVS110 error: the key 'llc5' stands twice\n"
        "  11 |   llc5: {platform: el4, interfaces: {eth0: {network: lan, address: 129.129.190.176, "
        'mac: "00:06:5B:8...\n'
        "     |   ^^^^\n"
        "c.yaml:10:3: note: this is the other place\n"
        "  10 |   llc5: {platform: el4, interfaces: {eth0: {network: lan, address: 129.129.190.175}}}\n"
        "     |   ^^^^\n"
        "     = help: keep one of them\n",
    ),
    "a list of realservers": (
        ("{llc5: {weight: 1}, llc6: {weight: 1}}", "[llc5, llc6]"),
        "c.yaml:15:90: LVS203 error: services.ssh.realservers must be a mapping, not a list\n"
        "  15 | ...uler: rr, forward: direct, realservers: [llc5, llc6]}\n"
        "     |                                            ^^^^^^^^^^^^\n"
        "     = help: write it like {llc5: {weight: 1}, llc6: {weight: 1}}\n",
    ),
    "an entry with nothing in it": (
        ("  llc: {address: 129.129.190.54}", "  llc: {}\n  www: {}"),
        "c.yaml:13:3: LVS201 error: vips.llc has no 'address', and needs one\n"
        "  13 |   llc: {}\n"
        "     |   ^^^\n"
        "     = help: add address: 192.0.2.80\n"
        "c.yaml:14:3: LVS201 error: vips.www has no 'address', and needs one\n"
        "  14 |   www: {}\n"
        "     |   ^^^\n"
        "     = help: add address: 192.0.2.80\n",
    ),
    "several keys missing": (
        (
            "{llc5: {weight: 1}, llc6: {weight: 1}}}",
            "{llc5: {}}}\n  web: {vip: llc, forward: direct, realservers: {llc5: {}}}",
        ),
        "c.yaml:16:3: LVS201 error: services.web has no 'protocol', 'port' or 'scheduler', and needs each of them\n"
        "  16 |   web: {vip: llc, forward: direct, realservers: {llc5: {}}}\n"
        "     |   ^^^\n"
        "     = help: add protocol: tcp, port: http, ...\n",
    ),
}


@pytest.mark.parametrize(("change", "said"), WHOLE.values(), ids=WHOLE.keys())
def test_a_mistake_is_said_in_full(change: tuple[str, str], said: str) -> None:
    assert report.to_text(_findings(*change)) == said


HINTS = {
    "a name with capitals": ("  llc: {address", "  Mail_VIP: {address", "did you mean 'mail-vip'? write 1 to 63 of "),
    "a name with dots": ("llc6: {platform", "llc6.psi.ch: {platform", "did you mean 'llc6-psi-ch'? write 1 to 63 of "),
    "an alias": (
        "eth0: {network: lan, address: 129.129.190.53",
        "eth0:1: {network: lan, address: 129.129.190.53",
        "write 1 to 15 of ",
    ),
    "a key to come, elsewhere": (
        "scheduler: rr",
        "scheduler: rr, answer: loopback",
        "it is to be a key of a VIP, and is not ",
    ),
    "masquerading": ("forward: direct", "forward: masq", "write forward: direct; the realservers answer "),
    "ipvsadm's word": ("forward: direct", "forward: gate", "write direct"),
}


@pytest.mark.parametrize(("old", "new", "hint"), HINTS.values(), ids=HINTS.keys())
def test_the_next_step_is_named(old: str, new: str, hint: str) -> None:
    assert hint in _findings(old, new)[0].hint


UNITS = {
    "40d": "1d to 31d",
    "745h": "1h to 744h",
    "44641m": "1m to 44640m",
    "2678401s": "1s to 2678400s",
    "0h": "1h to 744h",
}


@pytest.mark.parametrize(("written", "said"), UNITS.items())
def test_the_limit_of_a_timeout_is_said_in_the_unit_that_was_written(written: str, said: str) -> None:
    (found,) = _findings("tcp: 72h", f"tcp: {written}")
    assert (found.code, found.message) == ("LVS207", f"a timeout is {said}, not {written}")
