"""The library that is preloaded into the lab's kernel: built once for each source, whoever comes first."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lvsgen.errors import OperatorError
from lvsgen.prove import preload


def test_it_is_built_once_and_can_be_loaded_by_everybody(tmp_path: Path) -> None:
    cache = tmp_path / "a cache: with signs"
    cache.mkdir()
    library = preload.obtain(cache)
    built = library.stat()
    assert preload.obtain(cache) == library
    assert library.stat() == built
    assert (library.parent, oct(built.st_mode)) == (cache, "0o100755")
    assert list(cache.iterdir()) == [library]
    loads = "import ctypes, sys; ctypes.CDLL(sys.argv[1]).ptrace"
    subprocess.run([sys.executable, "-c", loads, library], check=True)


def test_another_source_is_another_library(tmp_path: Path) -> None:
    source = tmp_path / "it.c"
    source.write_text("int it;\n")
    first = preload.obtain(tmp_path, source)
    source.write_text("int it, other;\n")
    assert preload.obtain(tmp_path, source) != first


def test_two_that_build_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as workers:
        (library,) = set(workers.map(lambda _: preload.obtain(tmp_path), range(4)))
    assert list(tmp_path.iterdir()) == [library]


def test_a_compiler_that_fails_is_quoted_with_what_to_install(tmp_path: Path) -> None:
    source = tmp_path / "it.c"
    source.write_text("#include <no-such-header.h>\n")
    with pytest.raises(OperatorError, match=r"gcc cannot build it\.c: .*no-such-header\.h: No such file") as caught:
        preload.obtain(tmp_path, source)
    assert caught.value.hint == "apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev"
    assert list(tmp_path.iterdir()) == [source]
