"""A little of `bin/fuzz api`: what nobody would send is answered as the contract says, and never with 500."""

from pathlib import Path

import pytest

from bench.fuzz.__main__ import environment, fuzzed, is_clean
from tests.demo.test_run import free_port

pytestmark = [pytest.mark.screens, pytest.mark.xdist_group("demo")]


def test_a_few_hundred_cases_find_nothing(tmp_path: Path) -> None:
    surroundings = environment("sqlite", tmp_path, free_port())

    found = fuzzed(surroundings, tmp_path, examples=6, phases="examples,fuzzing,stateful")

    assert is_clean(found, cases=200), found
    assert found["faults_in_the_log"] == 0


@pytest.mark.parametrize("found", [{"failures": [1]}, {"errors": [1]}, {"cases": 199}])
def test_one_failure_or_too_few_cases_are_not_clean(found: dict[str, object]) -> None:
    clean = {"failures": [], "errors": [], "cases": 200}

    assert is_clean(clean, cases=200)
    assert not is_clean(clean | found, cases=200)
