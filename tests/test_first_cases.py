"""Which cases of a test are left to `make test-deep`."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.first_cases import TAKEN, TAKEN_ON_POSTGRESQL, later_cases

HERE = Path(__file__).parent


def test_first_cases_are_taken_and_later_ones_left() -> None:
    (module, tests), *_ = TAKEN.items()
    (name, taken), *_ = tests.items()
    cases = [f"tests/{module}::{name}[{number}]" for number in range(taken + 2)]
    others = [f"tests/{module}::{name}_too[0]", f"tests/{module}::test_another", f"tests/other.py::{name}[0]"]
    items: list[Any] = [SimpleNamespace(nodeid=nodeid) for nodeid in (*others, *cases)]
    assert later_cases(items) == set(cases[taken:])


def test_on_postgresql_fewer_are_taken() -> None:
    cases = [
        f"tests/{module}::{name}[{n}]"
        for module, tests in TAKEN_ON_POSTGRESQL.items()
        for name in tests
        for n in range(90)
    ]
    items: list[Any] = [SimpleNamespace(nodeid=nodeid) for nodeid in cases]
    left = set(cases) - later_cases(items, on_postgresql=True)
    assert len(left) == sum(taken for tests in TAKEN_ON_POSTGRESQL.values() for taken in tests.values())
    assert left < set(cases) - later_cases(items)


@pytest.mark.parametrize("table", [TAKEN, TAKEN_ON_POSTGRESQL], ids=["any database", "PostgreSQL"])
def test_all_tests_of_the_table_are_there(table: dict[str, dict[str, int]]) -> None:
    for module, tests in table.items():
        text = (HERE / module).read_text(encoding="utf-8")
        assert [name for name in tests if f"def {name}(" not in text] == []
