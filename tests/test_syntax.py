"""description/syntax.py and what it asks: what is said where a text is not YAML, as a newcomer reads it."""

from __future__ import annotations

import pytest
import yaml

from lvsgen.description import builder, lookalikes, source
from lvsgen.errors import AuthorError
from lvsgen.findings import report

SAID = {
    "a bracket left open": (
        "a: {b: c\nd: 1\n",
        "f:1:4: LVS101 error: this is not YAML: { opens a mapping here that is not closed\n"
        "  1 | a: {b: c\n"
        "    |    ^\n"
        "f:2:2: note: this does not belong in it\n"
        "  2 | d: 1\n"
        "    |  ^\n"
        "    = help: close it with }; between its entries stand commas\n",
    ),
    "a list left open at the end": (
        "a: [b\n",
        "f:1:4: LVS101 error: this is not YAML: [ opens a list here that is not closed\n"
        "  1 | a: [b\n"
        "    |    ^\n"
        "f:2:1: note: the text ends here\n"
        "  2 |\n"
        "    | ^\n"
        "    = help: close it with ]; between its entries stand commas\n",
    ),
    "a quote left open": (
        'a: {m: "00:1, x: y}\nb: {m: "00:2"}\n',
        'f:1:8: LVS101 error: this is not YAML: the quote " is opened here and not closed in its line\n'
        '  1 | a: {m: "00:1, x: y}\n'
        "    |        ^\n"
        "f:2:8: note: the next one is here\n"
        '  2 | b: {m: "00:2"}\n'
        "    |        ^\n"
        '    = help: close it with "\n',
    ),
    "a quote left open at the end": (
        "a: 'b\n",
        "f:1:4: LVS101 error: this is not YAML: the quote ' is opened here and not closed in its line\n"
        "  1 | a: 'b\n"
        "    |    ^\n"
        "f:2:1: note: the text ends here\n"
        "  2 |\n"
        "    | ^\n"
        "    = help: close it with '\n",
    ),
    "a comma left out": (
        "a: {b: c d: e}\n",
        "f:1:11: LVS101 error: this is not YAML: a comma or } is missing before this\n"
        "  1 | a: {b: c d: e}\n"
        "    |           ^\n"
        "    = help: put a comma between entries, and quotes around text with a colon and a blank in it\n",
    ),
    "a bracket too many": (
        "a: {b: c}}\nd: e\n",
        "f:1:10: LVS101 error: this is not YAML: } closes nothing\n"
        "  1 | a: {b: c}}\n"
        "    |          ^\n"
        "    = help: remove it, or open one before\n",
    ),
    "another bracket": (
        "a: {b: c]\n",
        "f:1:9: LVS101 error: this is not YAML: ] does not close what { opens\n"
        "  1 | a: {b: c]\n"
        "    |         ^\n"
        "f:1:4: note: { is here\n"
        "  1 | a: {b: c]\n"
        "    |    ^\n"
        "    = help: write }\n",
    ),
    "an indentation between two others": (
        "a:\n  b:\n    c: 1\n   d: 2\n",
        "f:4:4: LVS101 error: this is not YAML: this line is indented by 3, unlike all that it could stand beside\n"
        "  4 |    d: 2\n"
        "    |    ^\n"
        "f:2:3: note: the nearest that is open begins here\n"
        "  2 |   b:\n"
        "    |   ^\n"
        "    = help: indent it like the lines that it belongs to\n",
    ),
    "an indentation below a value": (
        "a: x\n  b: y\n",
        "f:2:3: LVS101 error: this is not YAML: this line is indented deeper than the one above, which has a value "
        "already\n"
        "  2 |   b: y\n"
        "    |   ^\n"
        "    = help: indent it like the lines that it belongs to\n",
    ),
    "a tab": (
        "a:\n\tb: c\n",
        "f:2:1: LVS101 error: this is not YAML: a tab indents the line\n"
        "  2 |     b: c\n"
        "    | ^^^^\n"
        "    = help: indent with blanks\n",
    ),
    "no blank after the colon": (
        "c: d\na:b\ne: f\n",
        "f:2:1: LVS116 error: there is no blank after the colon of 'a'\n  2 | a:b\n    | ^^^\n    = help: write a: b\n",
    ),
    "no blank after the first colon": (
        "a:b\nc: d\n",
        "f:1:1: LVS116 error: there is no blank after the colon of 'a'\n  1 | a:b\n    | ^^^\n    = help: write a: b\n",
    ),
    "no blank after a colon within brackets": (
        "a: {b:c, d: e}\n",
        "f:1:5: LVS116 error: there is no blank after the colon of 'b'\n"
        "  1 | a: {b:c, d: e}\n"
        "    |     ^^^\n"
        "    = help: write b: c\n",
    ),
    "no blank before a bracket": (
        "a:{b: c}\n",
        "f:1:1: LVS116 error: there is no blank after the colon of 'a'\n"
        "  1 | a:{b: c}\n"
        "    | ^^^^\n"
        "    = help: write a: {...\n",
    ),
    "no colon before a bracket": (
        "a {b: c}\n",
        "f:1:1: LVS116 error: there is no colon after 'a'\n  1 | a {b: c}\n    | ^^^^\n    = help: write a: {...\n",
    ),
    "no colon within brackets": (
        "a: {b c, d: e}\n",
        "f:1:5: LVS116 error: there is no colon after 'b'\n"
        "  1 | a: {b c, d: e}\n"
        "    |     ^^^\n"
        "    = help: write b: c\n",
    ),
    "no colon in a line": (
        "a: b\nc d\ne: f\n",
        "f:2:1: LVS101 error: this is not YAML: 'c d' is no key with a value\n"
        "  2 | c d\n"
        "    | ^^^\n"
        "    = help: write a key, a colon, a blank and its value\n",
    ),
    "two colons in a line": (
        "a: b: c\n",
        "f:1:5: LVS101 error: this is not YAML: a second colon in one line\n"
        "  1 | a: b: c\n"
        "    |     ^\n"
        "    = help: put quotes around text that has a colon and a blank in it, or begin a new line\n",
    ),
    "no key before a colon": (
        "a: 1\n: 2\n",
        "f:2:1: LVS101 error: this is not YAML: there is no key before the colon\n"
        "  2 | : 2\n"
        "    | ^\n"
        "    = help: write one\n",
    ),
    "a list among keys": (
        "a: b\n- c\n",
        "f:2:1: LVS101 error: this is not YAML: a list begins among keys\n"
        "  2 | - c\n"
        "    | ^\n"
        "    = help: things have names here: write web1: {} instead of - web1\n",
    ),
    "text after a quoted value": (
        'a: "x" y\n',
        "f:1:8: LVS101 error: this is not YAML: something follows the value\n"
        '  1 | a: "x" y\n'
        "    |        ^\n"
        "    = help: a value ends with its closing quote or bracket; quote it as a whole\n",
    ),
    "IPv6 within brackets": (
        "a: {b: ::1}\n",
        "f:1:8: LVS101 error: this is not YAML: text that begins with a colon\n"
        "  1 | a: {b: ::1}\n"
        "    |        ^\n"
        "    = help: put quotes around it, as around every address of IPv6 within { }\n",
    ),
    "an at sign": (
        "a: @b\n",
        "f:1:4: LVS101 error: this is not YAML: a value cannot begin with @\n"
        "  1 | a: @b\n"
        "    |    ^\n"
        "    = help: quote text that begins with @\n",
    ),
    "a star": (
        "a: *.example\n",
        "f:1:4: LVS101 error: this is not YAML: no name follows\n"
        "  1 | a: *.example\n"
        "    |    ^\n"
        "    = help: quote text that begins with *\n",
    ),
    "an escape": (
        'a: "\\q"\n',
        "f:1:5: LVS101 error: this is not YAML: no such escape; in double quotes a backslash begins one\n"
        '  1 | a: "\\q"\n'
        "    |     ^^\n"
        "    = help: use single quotes, or write two backslashes\n",
    ),
    "no-break spaces": (
        "a:\u00a0b\nc:\u00a0d\n",
        "f:1:3: LVS103 error: U+00A0, no-break space, stands where a blank is meant; one more like it follows\n"
        "  1 | a:\u00a0b\n"
        "    |   ^\n"
        "    = help: write a plain blank; text copied from a web page, or Alt and blank on a keyboard, makes "
        "such ones\n",
    ),
    "a list for a value": (
        "a: - b\n",
        "f:1:4: LVS101 error: this is not YAML: a list begins within a line\n"
        "  1 | a: - b\n"
        "    |    ^\n"
        "    = help: write a value; text that begins with - and a blank is quoted\n",
    ),
    "a first line that is indented": (
        " a: b\nc: d\n",
        "f:2:1: LVS101 error: this is not YAML: this line is indented less than the first one\n"
        "  2 | c: d\n"
        "    | ^\n"
        "    = help: indent the first one like it: not at all\n",
    ),
    "typographic quotes": (
        "a: \u201cb\u201d\n",
        "f:1:4: LVS103 error: U+201C, left double quotation mark, stands where a quote is meant\n"
        "  1 | a: \u201cb\u201d\n"
        "    |    ^\n"
        "    = help: write \" or ', the plain ones; text processors change them\n",
    ),
}


def _said(text: str) -> str:
    try:
        return report.to_text(source.parse("f", text.encode()).findings)
    except AuthorError as error:
        return report.to_text(error.findings)


@pytest.mark.parametrize(("text", "said"), SAID.values(), ids=SAID.keys())
def test_what_is_no_yaml_is_said_in_full_at_its_place(text: str, said: str) -> None:
    assert _said(text) == said


def test_a_yaml_library_without_libyaml_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "_LOADER", yaml.SafeLoader)
    assert {name: _said(text) for name, (text, _) in SAID.items()} == {name: said for name, (_, said) in SAID.items()}


BLANKS = "\u00a0\u1680\u2000\u2007\u2009\u200a\u202f\u205f\u3000\u2800\u3164"


@pytest.mark.parametrize("blank", BLANKS, ids=lambda blank: f"U+{ord(blank):04X}")
@pytest.mark.parametrize("text", ["a:_b\nc: d\n", "a:\n_ b: c\n", "a: {b:_c, d: e}\n", "a: b\nc:_d\ne: f\n", "a: _b\n"])
def test_every_blank_that_is_none_is_named(text: str, blank: str) -> None:
    assert f" LVS103 error: U+{ord(blank):04X}, " in _said(text.replace("_", blank))


@pytest.mark.parametrize(
    "text", ["a: b #\u00a0c\n", "a: 'b\u00a0c'\n", '#\u3000\na: "\u3000"\n', "a: d'\u00e9t\u00e9\n"]
)
def test_in_comments_and_quotes_they_are_text(text: str) -> None:
    assert _said(text) == ""


def test_a_comment_is_not_searched_for_what_broke_the_text() -> None:
    assert lookalikes.in_lines("a: b #\u00a0c\nd: e\n", 0, 10) is None
    assert "LVS103" not in _said("a: b #\u00a0c\nd\n")


@pytest.mark.parametrize("text", ["a: 10:20\n", "a: http://b\n", "a: {b: 22:22}\n", "a: [c:d]\n", "'a:b': c\n"])
def test_a_colon_within_a_word_is_part_of_it(text: str) -> None:
    assert _said(text) == ""
