"""The lab's kernel on a processor with more registers than it knows, which this one is made to look like."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from lvsgen.prove import lab, preload
from lvsgen.prove.image import Image
from lvsgen.prove.uml import Kernel, KernelError

SQRT = 'BEGIN { for (n = 1; n <= 10000; n++) sum += sqrt(n) ^ 2; printf "%.3f\\n", sum }'


@pytest.fixture
def amx(kernel_image: Image, tmp_path: Path) -> Image:
    """The kernel with what makes any processor look like one with AMX, behind our own library."""
    large_area = preload.obtain(tmp_path, Path(__file__).parent / "large_area.c")
    return dataclasses.replace(kernel_image, preload=(*kernel_image.preload, large_area))


def test_it_runs_where_the_registers_are_set_whole_or_not_at_all(amx: Image) -> None:
    kernel = Kernel(amx, megabytes=256)
    try:
        kernel.boot()
        assert lab.Lab(kernel).guest.run("awk", SQRT).stdout == "50005000.000\n"
    finally:
        kernel.halt()


def test_without_our_library_it_dies_there_and_that_is_what_it_says(amx: Image) -> None:
    kernel = Kernel(dataclasses.replace(amx, preload=amx.preload[1:]), megabytes=256)
    died = (
        r"(?s)^the lab's kernel has ended: this processor has more registers than this kernel knows \(AMX\), and the "
        r"library that mends it was not preloaded; its last words:\n.*Kernel panic"
    )
    with pytest.raises(KernelError, match=died):
        kernel.boot()
