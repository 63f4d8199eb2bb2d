"""methods/ and answers/: every word of the language has its module, and what cannot be with it is a check there."""

from __future__ import annotations

from typing import get_args

from lvsgen.answers import redirect
from lvsgen.checks import collected
from lvsgen.description.model import VirtualService
from lvsgen.methods import direct
from lvsgen.methods.method import METHODS


def test_every_way_to_forward_that_the_language_knows_is_a_method() -> None:
    assert get_args(VirtualService.model_fields["forward"].annotation) == tuple(METHODS)


def test_the_checks_beside_a_method_and_an_answer_are_among_all_checks() -> None:
    assert {direct.realservers_out_of_reach, redirect.vips_that_look_alike} <= set(collected.every_check())
    assert {direct.OUT_OF_REACH, redirect.ALIKE} <= set(collected.codes().values())
