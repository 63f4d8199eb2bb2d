"""One kernel for all tests here, and a fresh cluster in it for each."""

from __future__ import annotations

import pathlib
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from lvsgen.errors import OperatorError
from lvsgen.prove import image, lab
from lvsgen.prove.image import Image
from lvsgen.prove.uml import Kernel
from tests.kernel import scenes

_CACHE = pathlib.Path(__file__).parents[2] / ".cache"


@pytest.fixture(scope="session")
def kernel_image() -> Image:
    """The unpacked kernel."""
    return image_or_skip()


def image_or_skip() -> Image:
    """The unpacked kernel; where there is none for this processor, that is why a test is skipped."""
    try:
        image.require_processor()
    except OperatorError as error:
        pytest.skip(str(error))
    return image.obtain(_CACHE)


@pytest.fixture(scope="session")
def kernel(kernel_image: Image) -> Iterator[Kernel]:
    """The booted kernel that all tests share."""
    kernel = Kernel(kernel_image)
    kernel.boot()
    yield kernel
    kernel.halt()


@pytest.fixture(scope="session")
def systemd(kernel_image: Image) -> Iterator[lab.Lab]:
    """A second kernel in which systemd is the first process; its `guest` is a host like any other."""
    kernel = Kernel(kernel_image, systemd=True)
    kernel.boot()
    booted = lab.Lab(kernel)
    try:
        booted.await_systemd()
        yield booted
    finally:
        kernel.halt()


@pytest.fixture
def empty_lab(kernel: Kernel) -> Iterator[lab.Lab]:
    """The lab without hosts."""
    empty = lab.Lab(kernel)
    empty.drop()
    yield empty
    empty.drop()


@pytest.fixture
def cluster(empty_lab: lab.Lab) -> lab.Lab:
    """The hosts of the llc cluster: client, gateway, llclb1, llc5, llc6; fresh, with nothing of lvsgen on them."""
    scenes.build_hosts(empty_lab)
    return empty_lab


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that says nothing else of the shell runs under each: under one in `make test`, under the others later."""
    said = [str(mark.args[0]) for mark in metafunc.definition.iter_markers("parametrize")]
    if "shell" in metafunc.fixturenames and "kind" not in metafunc.fixturenames and "shell" not in "".join(said):
        metafunc.parametrize("shell", _by_turns(list(lab.SHELLS), metafunc.definition.name), indirect=True)


def _by_turns(shells: list[str], name: str) -> list[Any]:
    """All of them, one of which is not for later; which one that is differs from test to test, and stays."""
    turn = zlib.crc32(name.encode()) % len(shells)
    return [shell if at == turn else pytest.param(shell, marks=pytest.mark.long) for at, shell in enumerate(shells)]


@pytest.fixture
def shell(request: pytest.FixtureRequest) -> str:
    """The sh that the scripts are to run under."""
    return str(request.param)


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> scenes.Built:
    """The document's cluster, built."""
    return scenes.build_text(tmp_path_factory.mktemp("example"), scenes.example_text())
