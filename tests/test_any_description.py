"""Whatever is written: no description ends in a traceback, and one without an error becomes files."""

from __future__ import annotations

import copy
import json
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lvsgen.description import later, model
from lvsgen.errors import AuthorError
from lvsgen.findings import report
from lvsgen.findings.finding import Finding
from lvsgen.load import Loaded, read
from lvsgen.lower.lower import lower
from lvsgen.render import artifacts
from tests.clusters import EVERY_KIND, EXAMPLES
from tests.tiers import many

TEXTS = [*(file.read_text() for file in sorted(EXAMPLES.glob("*.yaml"))), EVERY_KIND]
DATA: list[dict[str, Any]] = [yaml.load(text, yaml.BaseLoader) for text in TEXTS]  # noqa: S506  (makes text only)
KEYS = sorted({key for owner, table in later.TABLES.items() for key in (*owner.model_fields, *table)})
NAMES = st.sampled_from(
    [*KEYS, *model.Network.model_fields, *model.Interface.model_fields, "lan", "web1", "a b", "", "1"]
)
WORDS = st.sampled_from(
    [
        "none",
        "wlc",
        "dh",
        "sh",
        "mh",
        "nat",
        "direct",
        "debian12",
        "rocky9",
        "192.0.2.80",
        "::1",
        "10.0.0.0/8",
        "72h",
        "40d",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers(-1, 70000) | WORDS | NAMES | st.text(max_size=4)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


def _mappings(node: Any) -> list[dict[str, Any]]:
    if not isinstance(node, dict):
        return []
    return [node, *(found for value in node.values() for found in _mappings(value))]


def _mutate(data: dict[str, Any], draw: st.DataObject) -> None:
    """One change of structure: a key away, renamed, moved elsewhere, copied from elsewhere, or with another value."""
    places = [each for each in _mappings(data) if each]
    if not places:
        return
    here, there = (places[draw.draw(st.integers(0, len(places) - 1))] for _ in range(2))
    key = draw.draw(st.sampled_from(sorted(here)))
    other = draw.draw(st.sampled_from(sorted(there)))
    match draw.draw(st.sampled_from(("drop", "rename", "move", "copy", "value", "empty"))):
        case "drop":
            del here[key]
        case "rename":
            here[draw.draw(NAMES)] = here.pop(key)
        case "move":
            there[key] = copy.deepcopy(here.pop(key))
        case "copy":
            here[key] = copy.deepcopy(there[other])
        case "value":
            here[key] = draw.draw(VALUES)
        case _:
            here[key] = {}


def _numbers(node: Any) -> Any:
    """The data with its numbers as numbers again, as far as the key is one of a number."""
    if isinstance(node, dict):
        return {k: int(v) if k in ("weight", "port") and str(v).isdecimal() else _numbers(v) for k, v in node.items()}
    return node


def _loaded(raw: bytes) -> Loaded | None:
    """Read a description; what is wrong with it is said whole, and errors alone keep it from being built."""
    loaded: Loaded | None = None
    findings: tuple[Finding, ...] = ()
    try:
        loaded = read("f", raw)
        findings = loaded.findings
    except AuthorError as error:
        findings = error.findings
    assert all(found.message and found.spans and found.hint for found in findings), findings
    assert bool(report.to_text(findings)) == bool(findings)
    assert (report.counts(findings)["error"] == 0) == (loaded is not None)
    return loaded


@settings(
    max_examples=many(400), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.data())
def test_no_change_of_structure_ends_in_anything_but_findings_or_files(draw: st.DataObject) -> None:
    data = copy.deepcopy(draw.draw(st.sampled_from(DATA)))
    for _ in range(draw.draw(st.integers(1, 4))):
        _mutate(data, draw)
    text = json.dumps(_numbers(data), ensure_ascii=False)
    loaded = _loaded(text.encode("utf-8", errors="surrogatepass"))
    if loaded:
        assert artifacts.render(loaded, lower(loaded.cluster))


BLOCKS = [
    "\n",
    "  ",
    "\t",
    ": ",
    ":",
    " ",
    ", ",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    "- ",
    "#",
    "\u00a0",
    "\u201c",
    "=",
    "|",
    "&",
    "*",
]


@settings(max_examples=many(400), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(TEXTS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3), st.sampled_from(BLOCKS)), min_size=1, max_size=4),
)
def test_no_slip_in_the_text_ends_in_anything_but_findings(text: str, edits: list[tuple[float, int, str]]) -> None:
    for where, gone, new in edits:
        at = int(where * len(text))
        text = text[:at] + new + text[at + gone :]
    _loaded(text.encode())
