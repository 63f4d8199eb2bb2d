from __future__ import annotations

import subprocess

import pytest

from lvsgen.render import quoting, templates

HOSTILE = [
    "",
    "a b",
    "it's",
    '"; reboot; "',
    "$(reboot)",
    "`reboot`",
    "a\nb",
    "\\",
    "*",
    "~",
    "a;b",
    "é",
    "!x",
    "#x",
    "-n",
]


@pytest.mark.parametrize("text", ["eth0:1", "/usr/local/sbin/lvs-director", "129.129.190.54/32", "a=b", "x@y", "100%"])
def test_a_plain_word_stays_plain(text: str) -> None:
    assert quoting.word(text) == text


@pytest.mark.parametrize("shell", ["dash", "bash", "busybox"])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_shell_reads_a_quoted_word_back_as_one_word(text: str, shell: str) -> None:
    argv = ["busybox", "sh"] if shell == "busybox" else [shell]
    script = f"printf '%s.' {quoting.word(text)}"
    assert subprocess.run([*argv, "-c", script], capture_output=True, check=True).stdout.decode() == f"{text}."


def test_a_word_with_a_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        quoting.word("a\0b")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\nb", r"a\nb"),
        ("a\r\x1b[2J", r"a\r\x1b[2J"),
        ("a\u2028b", r"a\u2028b"),
        ("Käse", "Käse"),
        ("\u202eab", r"\u202eab"),
    ],
)
def test_a_line_stays_one_line_and_moves_no_cursor(text: str, line: str) -> None:
    assert quoting.line(text) == line


def test_a_cell_stays_inside_its_column() -> None:
    assert quoting.cell("a|b\n`c` <d> \\|") == r"a\|b\\n\`c\` &lt;d> \\\|"


def test_a_hostile_name_cannot_leave_the_head() -> None:
    assert len(templates.fill("head.j2", host="a\nreboot\n", cluster="$(reboot)\r\x85reboot").splitlines()) == 2


def test_a_value_that_a_template_lacks_is_an_error() -> None:
    with pytest.raises(Exception, match="'cluster' is undefined"):
        templates.fill("head.j2", host="a")
