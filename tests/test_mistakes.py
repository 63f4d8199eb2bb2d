"""One mistake is one finding, at its line: tried at every key, value and line of the examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lvsgen.description import shape, source
from lvsgen.description.positions import Mark, Positions
from lvsgen.errors import AuthorError
from lvsgen.findings.finding import Finding, Path
from lvsgen.load import read
from tests.clusters import EVERY_KIND, EXAMPLES

TEXTS = {
    "llclb1": (EXAMPLES / "llclb1.yaml").read_text(),
    "web": (EXAMPLES / "web.yaml").read_text(),
    "kinds": EVERY_KIND,
}


@dataclass(frozen=True, slots=True)
class Place:
    """A key with its value in a text."""

    path: Path
    key: Mark
    value: Mark
    inside: bool

    @property
    def named_by_author(self) -> bool:
        return shape.model_at(self.path[:-1]) is None


def _places(found: Positions, above: Path = ()) -> Iterator[Place]:
    for name, (key, value, inside) in found.items():
        yield Place((*above, name), key, value, inside is not None)
        yield from _places(inside, (*above, name)) if inside else ()


PLACES = {name: list(_places(source.parse(name, text.encode()).positions)) for name, text in TEXTS.items()}


def _findings(text: str) -> tuple[Finding, ...]:
    try:
        return read("f", text.encode()).findings
    except AuthorError as error:
        return error.findings


def _put(text: str, mark: Mark, new: str) -> str:
    return text[: mark[0]] + new + text[mark[1] :]


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _said(text: str) -> list[int]:
    return [found.spans[0].line for found in _findings(text)]


def _typos(word: str) -> Iterator[str]:
    """Slips of a finger."""
    yield from (word[1:], word[:-1], word + word[-1], word[0] + "q" + word[1:], word[:-1] + "q", word.capitalize())
    yield from (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))


def _misspelt(name: str) -> Iterator[tuple[str, int, str]]:
    """Every key that the language knows, with each slip that makes another word of it."""
    text = TEXTS[name]
    for place in PLACES[name]:
        owner = shape.model_at(place.path[:-1])
        word = text[slice(*place.key)]
        for typo in dict.fromkeys(_typos(word)):
            if owner and typo and typo not in owner.model_fields:
                yield f"{place.path}: {typo}", _line(text, place.key[0]), _put(text, place.key, typo)


@pytest.mark.parametrize("name", TEXTS)
def test_a_misspelt_key_is_one_finding_at_its_line(name: str) -> None:
    wrong = {what: _said(text) for what, line, text in _misspelt(name) if _said(text) != [line]}
    assert wrong == {}


def _renamed(name: str) -> Iterator[tuple[str, str]]:
    """Every name that an author chose, misspelt where it is given or where it is used."""
    text = TEXTS[name]
    for place in PLACES[name]:
        if place.named_by_author:
            for typo in dict.fromkeys(_typos(text[slice(*place.key)])):
                yield f"{place.path}: {typo}", _put(text, place.key, typo)


@pytest.mark.parametrize("name", TEXTS)
def test_a_misspelt_name_is_at_most_one_finding(name: str) -> None:
    """One that nothing refers to is as good as any other."""
    wrong = {what: said for what, text in _renamed(name) if len(said := _said(text)) > 1}
    assert wrong == {}


ENTRY = "{x: y}"
WRONG_VALUES = ("[x]", ENTRY, "true", "''", "01", "", "1.5", "q q", "-", "!x", "*x", "@x")


def _revalued(name: str) -> Iterator[tuple[str, int, str, Place]]:
    """Every value with each of the wrong ones in its place, and with a letter too many."""
    text = TEXTS[name]
    for place in PLACES[name]:
        old = text[slice(*place.value)]
        extra = () if place.inside or place.path == ("cluster",) else (f"{old.strip(chr(34))}q",)
        for new in (*WRONG_VALUES, *extra):
            if place.inside and new == ENTRY:
                continue  # it lacks what is needed, too
            yield f"{place.path}: {new}", _line(text, place.value[0]), _put(text, place.value, new), place


@pytest.mark.parametrize("name", TEXTS)
def test_a_wrong_value_is_one_finding_at_its_line(name: str) -> None:
    flow_or_word = [one for one in _revalued(name) if not one[3].inside or TEXTS[name][one[3].value[0]] in "{["]
    wrong = {
        what: said
        for what, line, text, place in flow_or_word
        if (said := _said(text)) not in ([line], [_line(text, place.key[0])])
    }
    assert wrong == {}


def _slips(line: str) -> Iterator[tuple[str, str]]:
    """What goes wrong with one line."""
    blanks = line[: len(line) - len(line.lstrip())]
    rest = line.lstrip()
    yield "one blank more", f" {line}"
    yield "two blanks more", f"  {line}"
    if blanks:
        yield "one blank fewer", line[1:]
        yield "two blanks fewer", line[2:]
        yield "a tab", f"\t{rest}"
        yield "a no-break space", f"\u00a0{line[1:]}"
    for old, new in (
        (": ", ":"),
        (": ", " "),
        (": ", " = "),
        (": ", ":\u00a0"),
        (":", ": :"),
        (", ", " "),
        (", ", "; "),
        ("}", ""),
        ("}", "]"),
        ("}", "}}"),
        ("{", ""),
        ("{", "["),
        ('"', ""),
        ('"', "'"),
        ('"', "\u201c"),
    ):
        if old in rest:
            yield f"the first {old!r} is {new!r}", blanks + rest.replace(old, new, 1)
            at = rest.rindex(old)
            yield f"the last {old!r} is {new!r}", blanks + rest[:at] + new + rest[at + len(old) :]


def _slipped(name: str) -> Iterator[tuple[str, int, str]]:
    lines = TEXTS[name].splitlines()
    for number, line in enumerate(lines):
        code, hash_, comment = line.partition(" #")
        for what, new in _slips(code) if code and not code.startswith("#") else ():
            yield (
                f"{number + 1}, {what}",
                number + 1,
                "\n".join((*lines[:number], new + hash_ + comment, *lines[number + 1 :], "")),
            )


def _block(name: str, line: int) -> range:
    """A line with all that is indented deeper below it, and the next one, where another indentation may show."""
    lines = TEXTS[name].splitlines()
    own = len(lines[line - 1]) - len(lines[line - 1].lstrip())
    end = line
    while end < len(lines) and len(lines[end]) - len(lines[end].lstrip()) > own:
        end += 1
    return range(line, end + 2)


def _flow(name: str, line: int) -> range:
    """The lines of the value in brackets that a line is in."""
    text = TEXTS[name]
    marks = [(_line(text, place.value[0]), _line(text, place.value[1])) for place in PLACES[name]]
    first, last = next((mark for mark in marks if mark[0] < mark[1] and mark[0] <= line <= mark[1]), (line, line))
    return range(first, last + 1)


def _data(text: str) -> object:
    try:
        return source.parse("f", text.encode()).data
    except AuthorError:
        return None


AMONG_THE_SAME = {"kinds": {"21, two blanks more", "36, two blanks more"}}
"""A key that falls among others, followed by keys of the same names as those: they are named, too."""


@pytest.mark.parametrize("name", TEXTS)
def test_a_slip_in_a_line_is_one_finding_there_or_changes_nothing(name: str) -> None:
    same = _data(TEXTS[name])
    wrong = {}
    for what, line, text in _slipped(name):
        where = _block(name, line) if "blank" in what else _flow(name, line)
        said = _said(text)
        if not (len(said) == 1 and said[0] in where) and _data(text) != same:
            wrong[what] = said
    assert wrong.keys() == AMONG_THE_SAME.get(name, set()), wrong
