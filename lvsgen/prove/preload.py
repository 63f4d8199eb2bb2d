"""Build the library that is preloaded into the kernel; whole_area.c says what it mends."""

from __future__ import annotations

import hashlib
import os
import pathlib
import subprocess
import tempfile

from lvsgen.errors import OperatorError
from lvsgen.prove import packages

_SOURCE = pathlib.Path(__file__).parent / "whole_area.c"
_COMPILE = ("gcc", "-O2", "-Wall", "-shared", "-fPIC")
_PATIENCE = 60


def obtain(cache: pathlib.Path, source: pathlib.Path = _SOURCE) -> pathlib.Path:
    """The library, from `cache` when it was built of these very bytes; OperatorError when it cannot be built."""
    digest = hashlib.sha256(source.read_bytes() + " ".join(_COMPILE).encode()).hexdigest()
    library = cache / f"{source.stem}-{digest[:16]}.so"
    if not library.exists():
        _build(source, library)
    return library


def _build(source: pathlib.Path, library: pathlib.Path) -> None:
    """Compile it aside, then move it into place: two test runs at once bring the same."""
    with tempfile.TemporaryDirectory(dir=library.parent, prefix=".build-") as scratch:
        made = pathlib.Path(scratch) / library.name
        _compile(source, made)
        made.chmod(0o755)
        made.rename(library)


def _compile(source: pathlib.Path, made: pathlib.Path) -> None:
    environment = {**os.environ, "PATH": packages.PATH, "LC_ALL": "C"}
    done = subprocess.run(
        [*_COMPILE, "-o", str(made), str(source)],
        env=environment,
        text=True,
        capture_output=True,
        check=False,
        timeout=_PATIENCE,
    )
    if done.returncode:
        message = f"gcc cannot build {source.name}: {done.stderr.strip()}"
        raise OperatorError(message, packages.install_command(("gcc", "libc6-dev")))
