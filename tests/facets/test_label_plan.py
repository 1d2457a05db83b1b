"""Which images a query of labels reads from shards: as few as can be. What it counts then, the contract tests tell."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from browse.facets.clickhouse.label_plan import LabelPlan, is_planned
from browse.query.values import Query, Term
from tests.facets.small import query

GENERATION: Any = SimpleNamespace(
    label_numbers={"/m/few": 0, "/m/some": 1, "/m/many": 2, "/m/most": 3},
    label_sizes=np.array([10, 500, 60_000, 1_900_000]),
    label_totals=SimpleNamespace(there=frozenset({2, 3})),
)


def asked(text: str) -> Query:
    """`few & some - many` asks for the first two and not for the third; `2 of few some many` for two of three."""
    if " of " in text:
        least, rest = text.split(" of ")
        return Query(any=tuple(Term(f"/m/{name}") for name in rest.split()), min_any=int(least))
    wanted, *without = text.split(" - ")
    return Query(
        label=tuple(Term(f"/m/{name}") for name in wanted.split(" & ")),
        without=tuple(Term(f"/m/{name}") for name in without),
    )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("most", []),
        ("few", ["label = 0"]),
        ("few & most", ["label = 0 AND has(labels, 3)"]),
        ("most & many", ["label = 2 AND has(labels, 3)"]),
        ("most & many & few", ["label = 0 AND has(labels, 2) AND has(labels, 3)"]),
        ("most - few", ["label = 0 AND has(labels, 3)"]),
        ("most - many", ["label = 2 AND has(labels, 3)"]),
        ("many - most", ["label = 2 AND has(labels, 3)"]),
        ("few - most", ["label = 0"]),
        ("1 of most many", ["label = 2 AND has(labels, 3)"]),
        ("1 of few many", ["label = 0"]),
        ("2 of many most", ["label = 2 AND has(labels, 3)"]),
        ("1 of few some", ["label = 0", "label = 1 AND NOT has(labels, 0)"]),
    ],
)
def test_no_more_images_are_read_than_totals_leave_open(text: str, read: list[str]) -> None:
    assert [*LabelPlan(GENERATION, asked(text)).sources()] == read


def test_an_image_is_read_once_and_only_where_it_can_have_enough_of_the_labels() -> None:
    first, second = LabelPlan(GENERATION, asked("2 of few some most")).sources()
    assert first == "label = 0 AND hasAny(labels, CAST([1, 3] AS Array(UInt16)))"
    assert second == "label = 1 AND NOT has(labels, 0) AND has(labels, 3)"
    (only,) = LabelPlan(GENERATION, asked("3 of few some most")).sources()
    assert only == "label = 0 AND has(labels, 1) + has(labels, 3) >= 2"


@pytest.mark.parametrize(
    ("of_labels", "text"),
    [
        (True, "label=dog"),
        (True, "any=dog&any=cat&not=sea&confidence=0.5-1&subset=train"),
        (False, "not=dog"),
        (False, "label=dog&author=ann"),
        (False, "label=dog&license=cc-by-2.0"),
        (False, "label=dog&license_check=gone"),
        (False, ""),
    ],
)
def test_queries_of_labels_alone_are_planned(of_labels: bool, text: str) -> None:
    assert is_planned(query(text)) is of_labels
