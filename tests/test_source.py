"""description/source.py: YAML text to data and places."""

import pytest
import yaml

from lvsgen.description.builder import Builder, PlacesError
from lvsgen.description.limits import DEEPEST
from lvsgen.description.positions import Text
from lvsgen.description.refusal import Refusal
from lvsgen.description.source import Source, parse
from lvsgen.errors import AuthorError
from lvsgen.findings.finding import INCOMPLETE, Finding, Path


def _read(text: str) -> Source:
    return parse("f", text.encode())


def _value(text: str) -> object:
    return _read(f"a: {text}\n").data["a"]


def _refused(text: str | bytes) -> Finding:
    with pytest.raises(AuthorError) as caught:
        parse("f", text.encode() if isinstance(text, str) else text)
    return caught.value.findings[-1]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("22:22", "22:22"),
        ("10:20:30:40:50:59", "10:20:30:40:50:59"),
        ("no", "no"),
        ("on", "on"),
        ("y", "y"),
        ("1_000", "1_000"),
        ("2001-01-01", "2001-01-01"),
        ("=", "="),
        ("<<", "<<"),
        ("0b11", "0b11"),
        ("192.0.2.1", "192.0.2.1"),
        ("1.2.3", "1.2.3"),
        ("+", "+"),
        (".", "."),
        ("...x", "...x"),
        ("١٢", "١٢"),
        ("true", True),
        ("TRUE", True),
        ("tRue", "tRue"),
        ("False", False),
        ("~", None),
        ("", None),
        ("Null", None),
        ("0", 0),
        ("-5", -5),
        ("+5", 5),
        ("65536", 65536),
        ("'5'", "5"),
        ('"true"', "true"),
        ("''", ""),
        (r'"\x41\u00e9\/"', "Aé/"),
        ("\tx", "x"),
        ("x # y", "x"),
        ("x#y", "x#y"),
        ("{b: c}", {"b": "c"}),
        ("{b: 22:22}", {"b": "22:22"}),
        ('{"b":1}', {"b": 1}),
        ("[b, 1]", ["b", 1]),
        ("|\n  b\n  c", "b\nc\n"),
        (">\n  b\n  c", "b c\n"),
        ("b\n  c", "b c"),
    ],
)
def test_a_value_is_what_yaml_1_2_says(text: str, value: object) -> None:
    made = _value(text)
    assert (type(made), made) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("010", "LVS113"),
        ("-01", "LVS113"),
        ("00", "LVS113"),
        ("0x1F", "LVS114"),
        ("0o17", "LVS114"),
        ("1.5", "LVS114"),
        ("01.5", "LVS114"),
        ("1e3", "LVS114"),
        (".inf", "LVS114"),
        (".NaN", "LVS114"),
        ("1" * 19, "LVS114"),
        ("1" * 9000, "LVS114"),
    ],
)
def test_a_number_of_another_form_is_named_and_reading_goes_on(text: str, code: str) -> None:
    source = _read(f"a: {text}\nb: 1\n")
    assert [(each.code, each.spans[0].line, each.spans[0].column) for each in source.findings] == [(code, 1, 4)]
    assert source.data["b"] == 1
    assert source.holes == {("a",)}


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "LVS105", (1, 1)),
        (" \n", "LVS105", (1, 1)),
        ("# a\n", "LVS105", (1, 1)),
        ("---\n", "LVS105", (1, 1)),
        ("- a\n", "LVS112", (1, 1)),
        ("a\n", "LVS112", (1, 1)),
        ("a: &x b\n", "LVS107", (1, 4)),
        ("a: *x\n", "LVS107", (1, 4)),
        ("a: !!str b\n", "LVS108", (1, 4)),
        ("a: ! b\n", "LVS108", (1, 4)),
        ("a: !<tag:x> [b]\n", "LVS108", (1, 4)),
        ("a: 1\n---\nb: 2\n", "LVS106", (2, 1)),
        ("%YAML 1.1\n---\na: 1\n", "LVS101", (1, 1)),
        ("? [a]\n: b\n", "LVS111", (1, 3)),
        ("{{a: b}: c}\n", "LVS111", (1, 2)),
        ("a: \x00\n", "LVS103", (1, 4)),
        ("a: \x1b[31m\n", "LVS103", (1, 4)),
        ("a: x\u2028b: y\n", "LVS103", (1, 5)),
        ("a: \u202ex\n", "LVS103", (1, 4)),
        ("a: x\ufeff\n", "LVS103", (1, 5)),
        (b"a: \xe4\n", "LVS102", (1, 4)),
        ("a: 1\n".encode("utf-16"), "LVS102", (1, 1)),
        ("a: {b: ::1}\n", "LVS101", (1, 8)),
        ("a: b: c\n", "LVS101", (1, 5)),
        ("a: @b\n", "LVS101", (1, 4)),
        ("\ta: b\n", "LVS101", (1, 1)),
        ("a: [b\n", "LVS101", (1, 4)),
        ("a: 'b\n", "LVS101", (1, 4)),
        ("a: " + "[" * 900, "LVS109", (1, 35)),
        ("a: " + "{a: " * 100_000, "LVS109", (1, 128)),
        ("a: [" + "b," * 200_000, "LVS104", (1, 200_005)),
        (b"#" * 17 * 1024 * 1024, "LVS104", (1, 1)),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_text_is_refused_where_it_goes_wrong(text: str | bytes, code: str, place: tuple[int, int]) -> None:
    finding = _refused(text)
    assert (finding.code, (finding.spans[0].line, finding.spans[0].column)) == (code, place)
    assert finding.message
    assert finding.hint


@pytest.mark.parametrize("mark", ["\ufeff", "%YAML 1.2\n---\n", "---\n", "# a\n"])
def test_a_head_that_says_nothing_else_is_taken(mark: str) -> None:
    assert _read(f"{mark}a: 1\n").data == {"a": 1}


def test_nesting_is_taken_up_to_the_limit() -> None:
    assert _read("a: " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1)).data
    assert _refused("a: " + "[" * DEEPEST + "]" * DEEPEST).code == "LVS109"


def test_nesting_far_beyond_the_limit_is_refused_by_us_or_by_libyaml() -> None:
    assert _refused("a: " + "[" * 100_000).code in ("LVS109", "LVS101")  # libyaml itself gives up at 1000, since 0.2.6


def test_a_duplicate_key_shows_both_places_and_the_first_one_counts() -> None:
    source = _read("a: 1\nb: {c: 2, c: 010}\na: 3\n")
    assert source.data == {"a": 1, "b": {"c": 2}}
    places = [(each.code, [(span.line, span.column) for span in each.spans]) for each in source.findings]
    assert places == [("LVS110", [(2, 11), (2, 5)]), ("LVS113", [(2, 14)]), ("LVS110", [(3, 1), (1, 1)])]
    assert source.holes == {("b", INCOMPLETE), (INCOMPLETE,)}


def test_keys_that_are_no_names_are_all_named() -> None:
    assert [each.code for each in _read("1: a\ntrue: b\n~: c\n'2': d\n").findings] == ["LVS111"] * 3


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize(
    ("path", "on_key", "place"),
    [
        (("a",), True, (1, 1, 1)),
        (("a", "é𝄞"), False, (2, 7, 5)),
        (("a", "é𝄞"), True, (2, 3, 2)),
        (("f", "g", 1), False, (3, 12, 2)),
        (("f", "none"), False, (3, 1, 1)),
        (("none",), True, (1, 1, 1)),
        ((), False, (1, 1, 1)),
    ],
)
def test_every_value_has_its_place(end: str, path: Path, on_key: bool, place: tuple[int, int, int]) -> None:
    span = _read("a:\n  é𝄞: value\nf: {g: [1, 22]}\n".replace("\n", end)).span(path, on_key)
    assert (span.line, span.column, span.width) == place


def test_places_are_kept_once_something_is_to_be_pointed_at(monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[bool] = []
    read = Builder.read

    def counted(build: Builder) -> None:
        passes.append(build.placing)
        read(build)

    monkeypatch.setattr(Builder, "read", counted)
    source = _read("a: {b: [1, 2]}\n")
    assert passes == [False]
    assert [source.span(("a", "b", at)).column for at in (0, 1)] == [9, 12]
    assert passes == [False, True]


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", "a: 01\n", "1: a\n", "a: &b 1\n", "a: [\n", "a: {b:1}\n"])
def test_what_is_wrong_is_found_by_a_pass_without_places_too(text: str) -> None:
    """Only then is the other pass made, which says where."""
    with pytest.raises((PlacesError, Refusal, yaml.YAMLError)):
        Builder(Text("f", text), placing=False).read()
