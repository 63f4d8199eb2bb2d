"""The two tiers: `make test` runs every test but those marked `long`, `make test-long` runs those.

`make test` sees every promise: a long test is one of many cases of a test of which others are not long, or its mark
names the test of its module that holds the same promise in short: `@pytest.mark.long("test_each_step_has_a_fault")`.
Properties are in both, with more examples in the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import HealthCheck, settings

UNHELD = pytest.StashKey[list[str]]()
"""What `unheld` said of the tests of this run."""


SHORT, WHOLE = 25, 100
"""Examples of a property that says nothing else: in `make test`, and in `make test-long`, which tries all anew."""

# How long an example takes says what else the machine does.
settings.register_profile("short", max_examples=SHORT, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", max_examples=WHOLE, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def many(examples: int) -> int:
    """How many examples are tried of a property that asks for so many: a part of them in `make test`."""
    return max(1, examples * settings().max_examples // WHOLE)


def unheld(items: Iterable[pytest.Item]) -> Iterator[str]:
    """The long tests whose promise no test of `make test` holds."""
    functions = [item for item in items if isinstance(item, pytest.Function)]
    short = {(item.module, item.originalname) for item in functions if not item.get_closest_marker("long")}
    for item in functions:
        for mark in item.iter_markers("long"):
            names = mark.args or (item.originalname,)
            if not any((item.module, name) in short for name in names):
                yield f"{item.nodeid}: {' or '.join(names)} is no test that `make test` runs"
