"""checks/ that warn, and suppression.py: what works and will bite, and what an author says to it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

import pytest
from pydantic import BaseModel

from lvsgen.description import model
from lvsgen.errors import AuthorError
from lvsgen.findings import report
from lvsgen.findings.finding import Finding
from lvsgen.load import read
from tests.clusters import EXAMPLES

TEXT = """\
cluster: web
networks:
  lan: {subnet: 192.0.2.0/24}
directors:
  lb: {platform: el9, interfaces: {eth0: {network: lan, address: 192.0.2.2}}}
realservers:
  a: {platform: debian, interfaces: {eth0: {network: lan, address: 192.0.2.11}}}
  b: {platform: debian, interfaces: {eth0: {network: lan, address: 192.0.2.12}}}
vips:
  www: {address: 192.0.2.80}
  shop: {address: 192.0.2.81}
services:
  www: {vip: www, protocol: tcp, port: http, scheduler: wlc, forward: direct, realservers: {a: {}, b: {}}}
  shop: {vip: shop, protocol: tcp, port: 81, scheduler: sh, forward: direct, realservers: {a: {}, b: {}}}
"""
IDLE = ("services:\n", "  idle: {address: 192.0.2.82}\nservices:\n")

Change = tuple[str, str]


def _said(*changes: Change) -> tuple[Finding, ...]:
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return read("web.yaml", text.encode()).findings


BITES: dict[str, tuple[Change, str]] = {
    "a VIP without a service": (
        IDLE,
        "web.yaml:12:3: LVS501 warning: no service is on the VIP 'idle': the director's own daemons answer there\n"
        "  12 |   idle: {address: 192.0.2.82}\n"
        "     |   ^^^^\n"
        "     = help: add a service with vip: idle, or remove the VIP until there is one\n",
    ),
    "all weights 0": (
        ("realservers: {a: {}, b: {}}}\n  shop", "realservers: {a: {weight: 0}, b: {weight: 0}}}\n  shop"),
        "web.yaml:13:79: LVS502 warning: no realserver of 'www' has a weight above 0: every client is refused\n"
        "  13 | ... http, scheduler: wlc, forward: direct, realservers: {a: {weight: 0}, b: {weight: 0}}}\n"
        "     |                                            ^^^^^^^^^^^\n"
        "     = help: give one a weight, like a: {weight: 1}, or remove the service\n",
    ),
    "two VIPs on one port": (
        ("port: 81", "port: 80"),
        "web.yaml:14:3: LVS503 warning: a and b cannot tell the VIPs 'www' and 'shop' at tcp port 80 apart: behind "
        "REDIRECT both are the realserver's own address\n"
        "  14 |   shop: {vip: shop, protocol: tcp, port: 80, scheduler: sh, forward: direct, "
        "realservers: {a: {}, b:...\n"
        "     |   ^^^^\n"
        "web.yaml:13:3: note: this is the other place\n"
        "  13 |   www: {vip: www, protocol: tcp, port: http, scheduler: wlc, forward: direct, "
        "realservers: {a: {}, b...\n"
        "     |   ^^^\n"
        "     = help: give one of the services another port or other realservers, or suppress it if one daemon is to "
        "answer both\n",
    ),
    "dh with one VIP": (
        ("scheduler: wlc", "scheduler: dh"),
        "web.yaml:13:57: LVS504 warning: dh picks by the address that clients connect to, and 'www' has one: one of "
        "its 2 realservers gets every client\n"
        "  13 | ..., protocol: tcp, port: http, scheduler: dh, forward: direct, realservers: {a: {}, b: {}}}\n"
        "     |                                            ^^\n"
        "     = help: write sh or mh to keep a client with a realserver, wlc to share connections evenly\n",
    ),
    "interfaces that are no cards": (
        ("eth0: {network: lan, address: 192.0.2.2}", "bond0.7: {network: lan, address: 192.0.2.2}"),
        "web.yaml:5:36: LVS506 warning: no network file is written for bond0.7 of 'lb': by its name it is a VLAN\n"
        "  5 |   lb: {platform: el9, interfaces: {bond0.7: {network: lan, address: 192.0.2.2}}}\n"
        "    |                                    ^^^^^^^\n"
        "    = help: configure it on the host, and write network_files: none here, or at the host for all of them\n",
    ),
    "a hash on an old director": (
        ("platform: el9", "platform: el5"),
        "web.yaml:14:57: LVS508 warning: the director 'lb' (el5) does not know the fallback of 'sh': while a "
        "realserver is drained, the clients that the hash sends to it are refused\n"
        "  14 | ...op, protocol: tcp, port: 81, scheduler: sh, forward: direct, realservers: {a: {}, b: {}}}\n"
        "     |                                            ^^\n"
        "web.yaml:5:18: note: this is the other place\n"
        "  5 |   lb: {platform: el5, interfaces: {eth0: {network: lan, address: 192.0.2.2}}}\n"
        "    |                  ^^^\n"
        "    = help: write fallback: false if that will do, or use wlc\n",
    ),
    "more weight than sh has places": (
        (
            "sh, forward: direct, realservers: {a: {}, b: {}}",
            "sh, forward: direct, realservers: {a: {weight: 256}, b: {}}",
        ),
        "web.yaml:14:78: LVS505 warning: sh has 256 places, and the weights of 'shop' are 257 in sum: the realservers "
        "that come last get fewer clients than their share, or none\n"
        "  14 | ...rt: 81, scheduler: sh, forward: direct, realservers: {a: {weight: 256}, b: {}}}\n"
        "     |                                            ^^^^^^^^^^^\n"
        "     = help: write the same proportion smaller, like {a: {weight: 254}, b: {weight: 1}}\n",
    ),
}


@pytest.mark.parametrize(("change", "said"), BITES.values(), ids=BITES.keys())
def test_what_will_bite_is_a_warning_in_full(change: Change, said: str) -> None:
    assert report.to_text(_said(change)) == said


QUIET: dict[str, list[Change]] = {
    "nothing changed": [],
    "network_files: none for an interface": [("eth0: {", "bond0: {network_files: none, ")],
    "network_files: none for a host": [("eth0: {", "br0: {"), ("lb: {", "lb: {network_files: none, ")],
    "one weight above 0": [("{a: {}, b: {}}", "{a: {weight: 0}, b: {}}")],
    "one port, other realservers": [
        ("port: 81", "port: 80"),
        ("{a: {}, b: {}}", "{a: {}}"),
        ("{a: {}, b: {}}", "{b: {}}"),
    ],
    "one port, other protocols": [("protocol: tcp, port: 81", "protocol: udp, port: 80")],
    "dh over one realserver": [("scheduler: wlc", "scheduler: dh"), ("{a: {}, b: {}}", "{a: {}}")],
    "256 places": [("sh, forward: direct, realservers: {a: {}", "sh, forward: direct, realservers: {a: {weight: 255}")],
    "sh over one realserver": [
        ("sh, forward: direct, realservers: {a: {}, b: {}}", "sh, forward: direct, realservers: {a: {weight: 300}}")
    ],
    "wlc with large weights": [("realservers: {a: {}, b: {}}", "realservers: {a: {weight: 9000}, b: {}}")],
    "sh of el5 looks at no weights": [
        ("platform: el9", "platform: el5"),
        (
            "sh, forward: direct, realservers: {a: {}",
            "sh, fallback: false, forward: direct, realservers: {a: {weight: 300}",
        ),
    ],
}


@pytest.mark.parametrize("changes", QUIET.values(), ids=QUIET.keys())
def test_what_is_as_it_is_meant_is_no_warning(changes: list[Change]) -> None:
    assert _said(*changes) == ()


@pytest.mark.parametrize("scheduler", ["dh", "lblc", "lblcr"])
def test_every_scheduler_that_looks_at_the_vip_alone_is_named(scheduler: str) -> None:
    (found,) = _said(("scheduler: wlc", f"scheduler: {scheduler}"))
    assert found.message.startswith(f"{scheduler} picks by ")


def _smaller(weights: list[int]) -> Iterator[str]:
    servers = "".join(
        f"  s{n}: {{platform: el9, interfaces: {{eth0: {{network: lan, address: {IPv4Address('192.0.3.1') + n}}}}}}}\n"
        for n in range(len(weights))
    )
    entries = ", ".join(f"s{n}: {{weight: {weight}}}" for n, weight in enumerate(weights))
    changes = (
        ("192.0.2.0/24", "192.0.0.0/16"),
        ("vips:\n", f"{servers}vips:\n"),
        ("{a: {}, b: {}}}\n  s", "{a: {}}}\n  s"),
    )
    for found in _said(*changes, ("realservers: {a: {}, b: {}}", f"realservers: {{{entries}}}")):
        yield found.hint


def test_smaller_weights_fit_and_nobody_goes_without() -> None:
    (hint,) = _smaller([9000, 1, 0])
    assert hint == "write the same proportion smaller, like {s0: {weight: 254}, s1: {weight: 1}, s2: {weight: 0}}"
    assert list(_smaller([1] * 257)) == ["use mh, or at most 256 realservers"]


def test_there_is_no_warning_beside_an_error() -> None:
    """Whatever it said would be of a cluster that is about to change, as often as not a consequence of the error."""
    with pytest.raises(AuthorError) as caught:
        _said(IDLE, ("vip: shop", "vip: shpo"))
    assert [found.code for found in caught.value.findings] == ["LVS301"]


def test_the_examples_have_none() -> None:
    assert [read(file.name, file.read_bytes()).findings for file in sorted(EXAMPLES.glob("*.yaml"))] == [(), ()]


SUPPRESSED: dict[str, list[Change]] = {
    "at each of two interfaces": [
        ("eth0: {", "bond0: {suppress: {LVS506: by hand}, "),
        ("192.0.2.2}", "192.0.2.2}, br0: {suppress: {LVS506: by hand}, network: lan, address: 192.0.2.3}"),
    ],
    "at the host, for its interface": [
        ("lb: {platform", "lb: {suppress: {LVS506: by hand}, platform"),
        ("eth0: {network: lan, address: 192.0.2.2}", "br0: {network: lan, address: 192.0.2.2}"),
    ],
    "at the VIP": [(IDLE[0], IDLE[1].replace("}", ", suppress: {LVS501: kept for the move}}"))],
    "at the service that comes later": [("port: 81", "port: 80, suppress: {LVS503: one nginx answers both}")],
    "at the service that comes first": [("port: http", "port: http, suppress: {LVS503: x}"), ("port: 81", "port: 80")],
    "at a service, above the place": [("scheduler: wlc", "scheduler: dh, suppress: {LVS504: clients are one}")],
    "at both": [
        ("port: http", "port: http, suppress: {LVS503: x}"),
        ("port: 81", "port: 80, suppress: {LVS503: one nginx answers both}"),
    ],
}


@pytest.mark.parametrize("changes", SUPPRESSED.values(), ids=SUPPRESSED.keys())
def test_a_warning_is_answered_where_it_points(changes: list[Change]) -> None:
    assert _said(*changes) == ()


def test_an_answer_counts_for_its_code_and_its_place_alone() -> None:
    other_code = (IDLE[0], IDLE[1].replace("}", ", suppress: {LVS502: kept for the move}}"))
    elsewhere = ("  www: {address: 192.0.2.80", "  www: {address: 192.0.2.80, suppress: {LVS501: kept for the move}")
    assert [found.code for found in _said(other_code)] == ["LVS501", "LVS507"]
    assert [found.code for found in _said(IDLE, elsewhere)] == ["LVS507", "LVS501"]


def test_an_answer_to_nothing_is_a_note() -> None:
    needless = ("  www: {address: 192.0.2.80", "  www: {address: 192.0.2.80, suppress: {LVS501: kept for the move}")
    assert report.to_text(_said(needless)) == (
        "web.yaml:10:41: LVS507 note: there is no LVS501 here to suppress\n"
        "  10 |   www: {address: 192.0.2.80, suppress: {LVS501: kept for the move}}\n"
        "     |                                         ^^^^^^\n"
        "     = help: remove it\n"
    )


REFUSED = {
    "an error": ("LVS401: x", "LVS214 error: LVS401 is an error: it cannot be suppressed"),
    "a note": ("LVS507: x", "LVS214 error: LVS507 is a note, and stops nothing"),
    "no code": ("LVS51: x", "LVS206 error: 'LVS51' is no code of a warning"),
    "small letters": ("lvs501: x", "LVS206 error: 'lvs501' is no code of a warning"),
    "no reason": ("LVS501: ''", "LVS215 error: '' is no reason"),
    "a dash": ("LVS501: '-'", "LVS215 error: '-' is no reason"),
    "nothing": ("LVS501: ", "LVS203 error: a reason must be text, not nothing"),
    "a truth value": ("LVS501: true", "LVS203 error: a reason must be text, not the truth value true"),
    "a long reason": (f"LVS501: {'x' * 201}", "LVS215 error: a reason has at most 200 characters, not 201"),
    "no suppression": ("", "LVS204 error: vips.www.suppress is empty"),
}


@pytest.mark.parametrize(("written", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_a_suppression_that_says_nothing_is_refused(written: str, said: str) -> None:
    with pytest.raises(AuthorError) as caught:
        _said(("  www: {address: 192.0.2.80", f"  www: {{address: 192.0.2.80, suppress: {{{written}}}"))
    (found,) = caught.value.findings
    assert f"{found.code} {found.severity}: {found.message}" == said
    assert found.hint


def test_a_misspelt_code_gets_the_nearest() -> None:
    with pytest.raises(AuthorError) as caught:
        _said((IDLE[0], IDLE[1].replace("}", ", suppress: {lvs501: kept}}")))
    assert caught.value.findings[0].hint.startswith("did you mean 'LVS501'? it is one of LVS501, ")


CAN_SUPPRESS: dict[type[BaseModel], Change] = {
    model.Director: ("lb: {platform", "lb: {suppress: {LVS51: x}, platform"),
    model.RealServer: ("b: {platform", "b: {suppress: {LVS51: x}, platform"),
    model.Interface: ("eth0: {network", "eth0: {suppress: {LVS51: x}, network"),
    model.Vip: ("www: {address", "www: {suppress: {LVS51: x}, address"),
    model.VirtualService: ("www: {vip", "www: {suppress: {LVS51: x}, vip"),
}


def test_wherever_a_suppression_can_stand_its_code_is_looked_up() -> None:
    described = {each for each in vars(model).values() if isinstance(each, type) and issubclass(each, BaseModel)}
    assert {each for each in described if "suppress" in each.model_fields} - {model.Host} == set(CAN_SUPPRESS)
    with pytest.raises(AuthorError) as caught:
        _said(*CAN_SUPPRESS.values())
    assert [found.code for found in caught.value.findings] == ["LVS206"] * len(CAN_SUPPRESS)
