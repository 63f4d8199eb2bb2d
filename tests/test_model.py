"""description/model.py, fields.py, schema.py: what can be said, and how the docs say it."""

import json
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from lvsgen import phrasing
from lvsgen.checks import collected
from lvsgen.description import fields, model, schema
from lvsgen.load import load
from lvsgen.platforms.platform import Firewall, Init, NetworkFiles

TOP = Path(__file__).parent.parent
MODELS = [each for each in vars(model).values() if isinstance(each, type) and issubclass(each, BaseModel)]


def test_the_example_is_what_it_says() -> None:
    cluster = load(TOP / "examples/llclb1.yaml").cluster
    assert cluster.timeouts == model.Timeouts(tcp=259200)
    assert cluster.vips["llc"].address == IPv4Address("129.129.190.54")
    assert cluster.services["ssh"].realservers["llc6"].weight == 1
    assert cluster.directors["llclb1"].target.init is Init.SYSV


def test_an_override_replaces_one_part_of_the_platform() -> None:
    target = load(TOP / "examples/web.yaml").cluster.realservers["web3"].target
    assert (target.name, target.network) == ("debian", NetworkFiles.NETWORKD)
    assert (target.init, target.firewall) == (Init.SYSTEMD, Firewall.NFT)


def test_a_cluster_is_frozen() -> None:
    cluster = load(TOP / "examples/web.yaml").cluster
    with pytest.raises(ValidationError):
        setattr(cluster, "cluster", "other")  # noqa: B010  (the type checker refuses it too)


@pytest.mark.parametrize("described", MODELS, ids=lambda each: each.__name__)
def test_every_field_has_a_description_and_an_example_that_is_valid(described: type[BaseModel]) -> None:
    for field in described.model_fields.values():
        assert field.description
        assert field.examples
        TypeAdapter(field.rebuild_annotation()).validate_python(field.examples[0])


ACCEPTED: list[tuple[Any, Any, Any]] = [
    (fields.Seconds, "90s", 90),
    (fields.Seconds, "5m", 300),
    (fields.Seconds, "72h", 259200),
    (fields.Seconds, "31d", 2678400),
    (fields.Seconds, 1, 1),
    (fields.Port, 65535, 65535),
    (fields.Port, "http-alt", "http-alt"),
    (fields.Weight, 0, 0),
    (fields.Name, "a", "a"),
    (fields.Name, "a" * 63, "a" * 63),
    (fields.Name, "0-a", "0-a"),
    (fields.InterfaceName, "eth0.100", "eth0.100"),
    (fields.InterfaceName, "enp0s31f6", "enp0s31f6"),
    (fields.Mac, "00:14:5e:6b:13:3E", "00:14:5e:6b:13:3E"),
]
_NO_TEXT: tuple[Any, ...] = (True, None, [])
REFUSED: list[tuple[Any, Any, str]] = [
    *((fields.Seconds, value, "LVS207") for value in (0, "0s", "32d", 2678401, -1)),
    *((fields.Seconds, value, "LVS208") for value in ("1.5h", "h", "5 m", "5w", "1h30m", "", "٣s", "9" * 99 + "s")),
    *((fields.Seconds, value, "LVS203") for value in _NO_TEXT),
    *((fields.Port, value, "LVS207") for value in (0, 65536, -1)),
    *((fields.Port, value, "LVS203") for value in ("22", *_NO_TEXT)),
    *((fields.Port, value, "LVS213") for value in ("", "a b", "-a", "22/tcp", "ä", "a" * 40)),
    *((fields.Weight, value, "LVS207") for value in (-1, 65536)),
    *((fields.Weight, value, "LVS203") for value in ("1", *_NO_TEXT)),
    *((fields.Name, value, "LVS205") for value in ("", "A", "-a", "a-", "a_b", "a.b", "a" * 64, "a\n", "ä", "..")),
    *((fields.Name, value, "LVS203") for value in (5, *_NO_TEXT)),
    (fields.ClusterName, "a" * 17, "LVS205"),
    *((fields.InterfaceName, value, "LVS205") for value in ("lo", "all", "default", "eth0:1", "", "..", "e" * 16)),
    *((fields.Mac, value, "LVS212") for value in ("00:14:5E:6B:13", "01:14:5E:6B:13:3E", "00:00:00:00:00:00", "x")),
    *(
        (fields.Address, value, "LVS210")
        for value in ("1.2.3", "1.2.3.04", "1.2.3.256", "a", "", "1.2.3.4/24", "1.2.3.4 ")
    ),
    (fields.Address, "2001:db8::1", "LVS209"),
    *(
        (fields.Subnet, value, "LVS211")
        for value in ("1.2.3.0", "10.0.0.1/24", "10.0.0.0/31", "0.0.0.0/0", "10.0.0.0/99", "x")
    ),
    *((fields.Scheduler, value, "LVS206") for value in ("rrr", "RR", "")),
    *((fields.Forward, value, "LVS209") for value in ("nat", "tunnel")),
    (fields.Forward, "dr", "LVS206"),
    *((fields.Protocol, value, "LVS206") for value in ("TCP", "sctp")),
    (fields.PlatformName, "el7", "LVS206"),
    (fields.InitName, "sysvinit", "LVS206"),
]


@pytest.mark.parametrize(("kind", "value", "made"), ACCEPTED, ids=lambda value: repr(value)[:20])
def test_a_value_is_taken(kind: Any, value: object, made: object) -> None:
    assert TypeAdapter(kind).validate_python(value) == made


@pytest.mark.parametrize(("kind", "value", "code"), REFUSED, ids=lambda value: repr(value)[:20])
def test_a_value_is_refused_with_the_next_step(kind: Any, value: object, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    said = caught.value.errors()[0]["ctx"]
    assert said["code"].number == code
    assert said["message"]
    assert said["hint"]


def test_the_schema_is_json_and_names_every_key() -> None:
    made = schema.schema(collected.warnings())
    assert json.loads(json.dumps(made)) == made
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(made["properties"]) == set(model.Cluster.model_fields)
    assert made["$defs"]["Interface"]["additionalProperties"] is False
    assert made["properties"]["vips"]["additionalProperties"] is False
    assert '"null"' not in json.dumps(made)


def test_the_reference_holds_the_tables_that_the_models_make() -> None:
    text = (TOP / "docs/description.md").read_text(encoding="utf-8")
    assert text == schema.filled(text), "python -m tests.regenerate"
    assert text.count("<!-- table: ") == 8


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("lcl", ["llc", "www"], "llc"),
        ("RR", ["rr", "wrr"], "rr"),
        ("quite-else", ["rr"], ""),
        ("", ["rr"], ""),
        ("a" * 1_000_000, ["a"], ""),
        (5, ["5"], ""),
    ],
    ids=lambda value: repr(value)[:12],
)
def test_the_nearest_word_is_found_or_none(word: object, known: list[str], near: str) -> None:
    assert phrasing.nearest(word, known) == near
