"""origin.py: DESCRIPTION names what out/<cluster>/ was made from."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from lvsgen.errors import OperatorError
from lvsgen.state import origin
from lvsgen.state.forms import Description
from tests.clusters import EXAMPLES, SOURCES, rendered, text

MADE_FROM = Description("cluster.yaml", "0" * 64)


def test_sha256sum_checks_the_description_where_it_lies_beside(tmp_path: Path) -> None:
    shutil.copy(EXAMPLES / "web.yaml", tmp_path)
    (tmp_path / "DESCRIPTION").write_text(text("web.yaml", "DESCRIPTION"))
    words = ["sha256sum", "-c", "DESCRIPTION"]
    said = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert said == "web.yaml: OK\n"


@pytest.mark.parametrize("source", SOURCES)
def test_no_other_file_names_the_description_or_its_digest(source: str) -> None:
    digest, name = text(source, "DESCRIPTION").split()
    assert [path for path, file in rendered(source).items() if digest in file.text] == ["DESCRIPTION"]
    assert name == source
    assert [path for path, file in rendered(source).items() if ".yaml" in name and name in file.text] in (
        ["DESCRIPTION"],
        [],
    )


@pytest.mark.parametrize("name", ["cluster.yaml", "a b.yaml", "z\u00fcrich.yaml", "-", "\\x"])
def test_what_is_written_is_read(name: str, tmp_path: Path) -> None:
    made = Description(name, "f" * 64)
    (tmp_path / origin.NAME).write_text(origin.render(made))
    assert origin.read(tmp_path) == made


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[2J", "\udcff", "a\u2028b", "a\tb"])
def test_a_name_that_fits_in_no_line_is_refused(name: str) -> None:
    with pytest.raises(OperatorError, match="a description cannot be called"):
        origin.render(Description(name, "f" * 64))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"cluster.yaml\n",
        b"0" * 63 + b"  cluster.yaml\n",
        b"0" * 64 + b"  cluster.yaml",
        b"0" * 64 + b"  a/b\n",
        b"0" * 64 + b"  a\x1b\n",
        (b"0" * 64 + b"  cluster.yaml\n") * 2,
        b"0" * 64 + b"  \xff\xff\n" + b"x",
    ],
)
def test_anything_else_is_refused_with_what_to_do(raw: bytes) -> None:
    with pytest.raises(OperatorError, match="out/a/DESCRIPTION: must be one line") as refused:
        origin.parse(raw, "out/a/DESCRIPTION")
    assert "lvsgen build" in refused.value.hint
