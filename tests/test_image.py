"""Where the lab's kernel comes from, and where it cannot run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lvsgen.errors import OperatorError
from lvsgen.prove import image, packages
from tests.kernel import conftest


@pytest.mark.parametrize("machine", ["aarch64", "ppc64le", "riscv64", "i686"])
def test_on_another_processor_the_lab_says_that_there_is_no_kernel_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, machine: str
) -> None:
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "host", "6.1", "#1", machine)))
    with pytest.raises(OperatorError) as caught:
        image.obtain(tmp_path)
    assert str(caught.value) == (
        f"the kernel lab needs Debian's user-mode-linux, which exists for x86_64 alone: this machine is {machine}"
    )
    assert caught.value.hint == "run the tests of tests/kernel on a machine with x86_64"
    with pytest.raises(pytest.skip.Exception, match=f"x86_64 alone: this machine is {machine}"):
        conftest.image_or_skip()


def test_missing_packages_are_named_with_the_command_that_gets_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(packages.TOOLS, "no-such-tool", "no-such-package")
    with pytest.raises(OperatorError, match="no-such-package") as caught:
        image.obtain(tmp_path)
    assert caught.value.hint == "apt-get update && apt-get install --yes --no-install-recommends no-such-package"
