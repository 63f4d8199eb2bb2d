"""findings/finding.py and report.py: what the author reads."""

import json
from pathlib import Path

import pytest

from lvsgen.description.positions import Text
from lvsgen.findings import report
from lvsgen.findings.code import Severity
from lvsgen.findings.finding import Finding, Span, in_file_order

TOP = Path(__file__).parent.parent


def _finding(*spans: Span, message: str = "no VIP named 'lcl'", hint: str = "did you mean 'llc'?") -> Finding:
    return Finding("LVS301", Severity.ERROR, message, spans, hint)


def _at(line: str, text: str, before: int = 0) -> Span:
    start = before + line.index(text)
    return Text("cluster.yaml", "\n" * before + line).span((start, start + len(text)))


def test_a_finding_shows_the_line_the_caret_and_what_to_do() -> None:
    assert report.to_text([_finding(_at("  ssh: {vip: lcl}", "lcl", before=13))]) == (
        "cluster.yaml:14:14: LVS301 error: no VIP named 'lcl'\n"
        "  14 |   ssh: {vip: lcl}\n"
        "     |              ^^^\n"
        "     = help: did you mean 'llc'?\n"
    )


def test_a_second_place_is_a_note() -> None:
    assert report.to_text([_finding(_at("a: 2", "a", before=1), _at("a: 1", "a"), message="twice", hint="")]) == (
        "cluster.yaml:2:1: LVS301 error: twice\n"
        "  2 | a: 2\n"
        "    | ^\n"
        "cluster.yaml:1:1: note: this is the other place\n"
        "  1 | a: 1\n"
        "    | ^\n"
    )


@pytest.mark.parametrize(
    ("line", "carets"),
    [
        ("\tx: lcl", "       ^^^"),
        ("漢字: lcl", "      ^^^"),
        ("é: lcl", "   ^^^"),
        ("e\u0301: lcl", "   ^^^"),
        ("\x1b: lcl", "      ^^^"),
    ],
    ids=["tab", "wide", "accent", "combining", "escape"],
)
def test_the_caret_stands_below_the_place(line: str, carets: str) -> None:
    assert report.to_text([_finding(_at(line, "lcl"))]).splitlines()[2] == f"    | {carets}"


def test_nothing_reaches_the_terminal_that_it_would_act_on() -> None:
    span = Text("a\x1b[31m", "\x1b]0;x\x07 \u202e").span((0, 1))
    text = report.to_text([_finding(span, message="\x1b[2J", hint="\r")])
    assert "".join(text.splitlines()).isprintable()


def test_a_long_line_is_cut_to_a_window_around_the_place() -> None:
    span = _at("x" * 5_000_000 + "here" + "y" * 5_000_000, "here")
    assert span.column == 5_000_001
    assert len(span.source) < 120
    assert span.source[span.offset : span.offset + span.width] == "here"
    assert span.source.startswith("...")
    assert span.source.endswith("...")


def test_only_the_first_fifty_are_shown() -> None:
    text = report.to_text([_finding(_at("a", "a"), message=str(n)) for n in range(53)])
    assert text.count("LVS301") == 50
    assert text.endswith("... and 3 more; `--format json` lists them all\n")


def test_json_holds_code_message_hint_and_places() -> None:
    assert json.loads(json.dumps(report.to_data([_finding(_at("vip: lcl", "lcl"))]))) == [
        {
            "code": "LVS301",
            "severity": "error",
            "message": "no VIP named 'lcl'",
            "hint": "did you mean 'llc'?",
            "places": [{"file": "cluster.yaml", "line": 1, "column": 6, "source": "vip: lcl"}],
        }
    ]


def test_findings_come_in_the_order_of_the_file_each_once() -> None:
    first, second = _finding(_at("ab", "a")), _finding(_at("ab", "b"))
    assert in_file_order((second, first, second)) == (first, second)
