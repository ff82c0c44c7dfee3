"""docs/e-id.md says where each rule is and what shows it: all of it is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "e-id.md").read_text("utf-8")
CONFORMANCE = ROOT / "tests" / "sign_in" / "conformance"
RULES = [f"R{number}" for number in range(1, 18)]
NAMED = sorted(set(re.findall(r"`((?:app|tests|demo|docs)/[^`\s]+)`", DOCUMENT)))


def rows(first: str) -> list[list[str]]:
    """The cells of the table rows that begin with `first`, a pattern."""
    lines = [line for line in DOCUMENT.splitlines() if re.match(rf"\| {first} \|", line)]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


@cache
def said_in(path: Path) -> dict[str, str]:
    """What each test says, by its name."""
    text = path.read_text("utf-8")
    return {
        node.name: ast.get_source_segment(text, node) or ""
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def modules() -> dict[str, str]:
    """By the names of the package's tests, what each says."""
    found: dict[str, str] = {}
    for path in CONFORMANCE.glob("test_*.py"):
        found |= said_in(path)
    return found


def name_of(module: str) -> str:
    return "test_" + module.strip("`").replace("-", "_")


def test_there_is_a_row_for_every_rule_and_no_cell_is_empty():
    table = rows(r"R\d+")
    assert [row[0] for row in table] == RULES
    assert not [cell for row in table for cell in row if not cell]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_names_its_code_and_its_tests(rule):
    [(_, _, where, shown)] = rows(rule)
    assert re.search(r"`app/[^`]+\.py`", where)
    assert re.search(r"`tests/[^`]+\.py::test_\w+`", shown)


@pytest.mark.parametrize("named", NAMED)
def test_what_is_named_exists(named):
    path, _, name = named.partition("::")
    assert (ROOT / path).exists()
    assert not name or name in said_in(ROOT / path)


def test_the_list_of_modules_is_the_tests():
    listed = [name_of(row[0]) for row in rows(r"`(?:oidcc|fapi2)-[^|]+`")]
    assert sorted(listed) == sorted(modules())


@pytest.mark.parametrize(("name", "plan", "outcome"), rows(r"`(?:oidcc|fapi2)-[^|]+`"))
def test_a_module_ends_as_the_list_says(name, plan, outcome):
    """As far as a list can be compared with a test: it calls the step that asserts it."""
    word = outcome.split()[0].rstrip(",:")
    assert word in ("accepted", "refused")
    assert re.search(rf"\b(?:is|was)_{word}\(", modules()[name_of(name)])
