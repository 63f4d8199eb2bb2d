"""load.py and description/structure.py: every finding at once, each where it belongs."""

import hashlib
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lvsgen.description import limits
from lvsgen.errors import AuthorError, OperatorError
from lvsgen.findings import report
from lvsgen.findings.finding import Finding
from lvsgen.load import load, read
from tests.tiers import many

EXAMPLES = Path(__file__).parent.parent / "examples"
LLCLB1 = EXAMPLES / "llclb1.yaml"
TEXT = LLCLB1.read_text(encoding="utf-8")


def _findings(text: str) -> tuple[Finding, ...]:
    with pytest.raises(AuthorError) as caught:
        read("cluster.yaml", text.encode())
    return caught.value.findings


def _changed(*changes: tuple[str, str]) -> str:
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def _places(text: str) -> list[tuple[int, str]]:
    return [(each.spans[0].line, each.code) for each in _findings(text)]


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda file: file.stem)
def test_an_example_has_no_finding(file: Path) -> None:
    loaded = load(file)
    assert loaded.digest == hashlib.sha256(file.read_bytes()).hexdigest()
    assert loaded.source.span(("cluster",), on_key=True).source.startswith("cluster: ")


def test_every_kind_of_mistake_is_reported_together_in_the_order_of_the_file() -> None:
    text = _changed(
        ("gateway: 129.129.190.1}", "gateway: 129.129.191.1}"),
        ("platform: el5", "platform: el55"),
        ("llc5: {platform: el4", "llc5: {platform: 4"),
        ("address: 129.129.190.175", "address: 129.129.190.300"),
        ("llc: {address: 129.129.190.54}", "llc: {address: 129.129.190.54, adress: 1, address: 1.2.3.4}"),
        ("vip: llc", "vip: lcl"),
        ("port: ssh", "port: shh"),
        ("scheduler: rr, ", ""),
        ("{weight: 1}, llc6: {weight: 1}", "{weight: 01}, llc7: {weight: '1'}"),
        ("72h", "0"),
    )
    assert _places(text) == [
        (3, "LVS401"),
        (6, "LVS206"),
        (10, "LVS203"),
        (10, "LVS210"),
        (13, "LVS202"),
        (13, "LVS110"),
        (15, "LVS201"),
        (15, "LVS301"),
        (15, "LVS304"),
        (15, "LVS113"),
        (15, "LVS302"),
        (15, "LVS203"),
        (16, "LVS207"),
    ]


def test_the_whole_report_of_a_typing_mistake() -> None:
    assert report.to_text(_findings(_changed(("vips:", "vipz:"), ("port: ssh", "port: '22'")))) == (
        "cluster.yaml:12:1: LVS202 error: unknown key 'vipz'\n"
        "  12 | vipz:\n"
        "     | ^^^^\n"
        "     = help: did you mean 'vips'? it is missing here\n"
        "cluster.yaml:15:40: LVS203 error: a port's number is written without quotes, not '22'\n"
        "  15 |   ssh: {vip: llc, protocol: tcp, port: '22', scheduler: rr, forward: direct, "
        "realservers: {llc5: {we...\n"
        "     |                                        ^^^^\n"
        "     = help: write port: 22\n"
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("subnet: 129.129.190.0/24", "subnet: 129.129.190.5/24", "LVS211"),
        ("vips:\n  llc: {address: 129.129.190.54}", "vips: 5", "LVS203"),
        ("vips:\n  llc: {address: 129.129.190.54}", "vips: {}", "LVS204"),
        ("llc: {address: 129.129.190.54}", "llc: 5", "LVS203"),
        ("llc: {address: 129.129.190.54}", "llc: {}", "LVS201"),
        ("address: 129.129.190.53", "address: x", "LVS210"),
        ("address: 129.129.190.53, ", "", "LVS201"),
        ("platform: el5", "", "LVS201"),
        ("network: lan, address: 129.129.190.53", "network: 5, address: 129.129.190.53", "LVS203"),
        ("networks:\n  lan:", "networks:\n  LAN:", "LVS205"),
    ],
)
def test_nothing_is_concluded_from_what_is_already_wrong(old: str, new: str, code: str) -> None:
    codes = {each.code for each in _findings(_changed((old, new)))}
    assert codes == {code}


def test_a_wrong_value_below_an_unknown_key_hides_neither() -> None:
    found = _places(_changed(("{weight: 1}, llc6", "{weigth: 01}, llc6")))
    assert found == [(15, "LVS202"), (15, "LVS113")]


def test_a_thousand_findings_are_enough() -> None:
    text = _changed(("vips:\n", "vips:\n" + "".join(f"  v{n}: 5\n" for n in range(5000))))
    assert len(_findings(text)) == 1000


@pytest.mark.parametrize("what", ["none.yaml", "folder"])
def test_a_file_that_cannot_be_read_is_the_operators_matter(tmp_path: Path, what: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OperatorError, match=what):
        load(tmp_path / what)


def test_an_endless_file_is_not_read_to_its_end() -> None:
    with pytest.raises(AuthorError) as caught:
        load(Path("/dev/zero"))
    assert caught.value.findings[0].code == "LVS104"
    assert limits.LARGEST == 16 * 1024 * 1024


_SNIPPETS = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        ":",
        ": ",
        ",",
        "\n",
        "  ",
        "\t",
        "'",
        '"',
        "#",
        "&a",
        "*a",
        "!",
        "|",
        ">",
        "%",
        "? ",
        "- ",
        "0",
    ]
)
_EDITS = st.lists(
    st.tuples(st.integers(0, len(TEXT)), st.integers(0, 30), _SNIPPETS | st.text(max_size=5)), min_size=1, max_size=6
)


def _ends_well(raw: bytes) -> None:
    try:
        read("f", raw)
    except AuthorError as error:
        found = error.findings
    else:
        return
    assert report.to_text(found)
    assert all(each.spans and each.message for each in found)


@settings(max_examples=many(300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_EDITS)
def test_no_edit_of_the_example_ends_in_anything_but_findings(edits: list[tuple[int, int, str]]) -> None:
    text = TEXT
    for at, gone, new in edits:
        text = text[:at] + new + text[at + gone :]
    _ends_well(text.encode("utf-8", errors="surrogatepass"))


@settings(max_examples=many(200), deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode()))
def test_no_bytes_end_in_anything_but_findings(raw: bytes) -> None:
    _ends_well(raw)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=many(300), deadline=None)
@given(st.data())
def test_no_shape_of_data_ends_in_anything_but_findings(data: st.DataObject) -> None:
    described = yaml.load(TEXT, yaml.BaseLoader)  # noqa: S506  (BaseLoader makes text only)
    here = described
    while True:
        key = data.draw(st.sampled_from(sorted(here)))
        if not isinstance(here[key], dict) or data.draw(st.booleans()):
            here[key] = data.draw(_VALUES)
            break
        here = here[key]
    _ends_well(json.dumps(described, ensure_ascii=False).encode("utf-8", errors="surrogatepass"))
