"""How many programs a run of a script starts: on a small host each costs more than all that the kernel does for it."""

from __future__ import annotations

from lvsgen.prove.lab import Lab
from tests.kernel import programs, scenes
from tests.kernel.scenes import DIRECTOR, Built

MOST = {"start": 30, "reload": 15}
"""A start that changes everything, then a reload that changes nothing."""


def test_programs_are_counted_and_subshells_are_not(cluster: Lab) -> None:
    shell = ("/bin/dash", "-c", "true; (true); /bin/true; found=$(echo | cat)")
    for _ in range(2):
        assert programs.started(cluster["llclb1"], *shell) == {"dash": 1, "true": 1, "cat": 1}


def test_a_run_starts_few_programs(cluster: Lab, example: Built) -> None:
    scenes.install(cluster, example, "llclb1")
    for verb, most in MOST.items():
        counted = programs.started(cluster["llclb1"], DIRECTOR, verb)
        assert counted.total() <= most, f"{verb}: {counted.total()}: {dict(counted)}"
