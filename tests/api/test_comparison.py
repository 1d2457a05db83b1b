"""/api/labels/<MID> and /api/compare over a small data set."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from browse.domain.comparison import wilson_interval
from browse.query.values import DEFAULT_STATES
from tests import datasets
from tests.api.schema import assert_conforms
from tests.datasets import CAT, DOG, NOTHING
from tests.expected import expected
from tests.facets.brute import BruteForce
from tests.judged import OFTEN, SELDOM, UNCHECKED, drawn_dataset, pairs_of

pytestmark = pytest.mark.django_db

Get = Callable[..., Any]
SEVEN = ["machine", "yes", "no", "precision", "precision_low", "precision_high", "coverage"]


@pytest.fixture
def get(client: Client, generation: str) -> Get:
    def fetch(address: str, status: int = 200) -> Any:
        response = client.get(f"/api/{address}")
        assert response.status_code == status, response.text
        assert response["X-Dataset-Version"] == f"{generation}.0"
        return json.loads(response.content)

    return fetch


def seven(machine: int, yes: int, no: int) -> dict[str, Any]:
    judged = yes + no
    low, high = wilson_interval(yes, no) if judged else (None, None)
    return dict(
        zip(
            SEVEN,
            (machine, yes, no, yes / judged if judged else None, low, high, judged / machine if machine else None),
            strict=True,
        )
    )


EXPECTED = ["expected_precision", "expected_precision_low", "expected_precision_high"]
TOO_FEW = dict.fromkeys(EXPECTED)


def test_a_label_is_compared_level_by_level(get: Get) -> None:
    found = get(f"labels{DOG}")
    assert_conforms(found, "LabelComparison")
    assert found == {
        "mid": DOG,
        "name": "dog",
        "images": {"train": 2, "validation": 2, "test": 0},
        "trainable": False,
        **seven(3, 1, 0),
        "missed": 1,
        "absent": 0,
        "levels": [
            {"confidence": 0.5, **seven(1, 0, 0), "at_least": seven(3, 1, 0) | TOO_FEW},
            {"confidence": 0.8, **seven(1, 0, 0), "at_least": seven(2, 1, 0) | TOO_FEW},
            {"confidence": 0.9, **seven(1, 1, 0), "at_least": seven(1, 1, 0) | TOO_FEW},
        ],
    }


def test_thresholds_of_a_label_have_the_expected_precision_of_the_images_that_browsing_gives(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.INDEX_DIR = tmp_path
    dataset = drawn_dataset()
    datasets.load(dataset, tmp_path)
    brute, told = BruteForce(dataset), 0
    for mid in (OFTEN, SELDOM, UNCHECKED):
        for subset in ("", "subset=train"):
            found = client.get(f"/api/labels{mid}?{subset}").json()
            assert_conforms(found, "LabelComparison")
            pairs = [(level, state) for _, level, state in pairs_of(brute, mid, subset.partition("=")[2] or None)]
            for level in found["levels"]:
                at_least, threshold = level["at_least"], round(100 * level["confidence"])
                assert list(at_least) == SEVEN + EXPECTED
                right = expected(pairs, threshold)
                assert [at_least[name] for name in EXPECTED] == (pytest.approx(right) if right else [None] * 3)
                kept = sum(level >= threshold and state in DEFAULT_STATES for level, state in pairs)
                images = client.get(f"/api/images?label={mid}@{level['confidence']}-1&{subset}").json()
                assert images["count"] == kept
                told += right is not None
    assert told >= 5
    assert not any(EXPECTED[0] in level["at_least"] for level in client.get("/api/compare").json()["levels"])


def test_images_of_a_label_are_the_counts_that_browsing_gives(get: Get) -> None:
    for mid in datasets.NAMES:
        images = get(f"labels{mid}")["images"]
        assert images == {subset: get(f"images?label={mid}&subset={subset}")["count"] for subset in images}


def test_a_subset_narrows_the_comparison_and_not_the_images(get: Get) -> None:
    found = get(f"labels{CAT}?subset=validation")
    assert found["images"] == {"train": 0, "validation": 0, "test": 0}
    assert (found["machine"], found["levels"], found["absent"]) == (0, [], 1)
    assert found["precision"] is None
    assert found["coverage"] is None
    assert get(f"labels{DOG}?subset=validation")["images"]["train"] == 2
    train = get(f"labels{CAT}?subset=train")
    assert (train["machine"], train["no"], train["absent"], train["precision"]) == (1, 1, 0, 0.0)


def test_all_labels_are_compared(get: Get) -> None:
    found = get("compare")
    assert_conforms(found, "Comparison")
    assert list(found) == [*SEVEN, "missed", "absent", "levels"]
    assert {name: found[name] for name in SEVEN} == seven(8, 2, 1)
    assert (found["missed"], found["absent"]) == (1, 1)
    assert [level["confidence"] for level in found["levels"]] == [0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert found["levels"][1] == {"confidence": 0.6, **seven(1, 0, 1), "at_least": seven(7, 2, 1)}
    assert get("compare?subset=test")["levels"] == []


@pytest.mark.parametrize(("p", "threshold"), [("0", 0.5), ("0.3", 0.7), ("0.34", 0.7), ("0.35", None), ("1.0", None)])
def test_a_precision_adds_the_threshold_that_surely_reaches_it(get: Get, p: str, threshold: float | None) -> None:
    # from 0.5 and 0.6 on two of three are right, 0.208 at least; from 0.7 on two of two, 0.342
    found = get(f"compare?p={p}")
    assert_conforms(found, "Comparison")
    assert list(found)[-1] == "recommended_threshold"
    assert found["recommended_threshold"] == threshold
    assert get(f"labels{NOTHING}?p={p}")["recommended_threshold"] is None


def test_a_label_without_pairs_has_numbers_all_the_same(get: Get) -> None:
    found = get(f"labels{NOTHING}")
    assert_conforms(found, "LabelComparison")
    assert {name: found[name] for name in SEVEN} == seven(0, 0, 0)


@pytest.mark.parametrize(
    "address", ["labels/m/unknown", "labels/m", "labels///m/0bt9lr", "labels//m/unknown", f"labels{DOG}/", "labels/%00"]
)
def test_a_label_that_there_is_not_is_404(get: Get, address: str) -> None:
    assert_conforms(get(address, 404), "Failure")


@pytest.mark.parametrize("spelling", ["m/0bt9lr", "/m/0bt9lr", "%2Fm%2F0bt9lr", "m%2f0bt9lr", "%2fm/0bt9lr"])
def test_a_mid_may_have_its_first_slash_and_slashes_may_be_escaped(get: Get, client: Client, spelling: str) -> None:
    assert get(f"labels/{spelling}?p=0.9") == get(f"labels{DOG}?p=0.9")
    page = client.get(f"/label/{spelling}?subset=train&p=0.9", follow=True)
    assert page.status_code == 200
    assert not page.redirect_chain or page.redirect_chain == [(f"/label{DOG}?subset=train&p=0.9", 302)]


@pytest.mark.parametrize(
    ("query", "parameter", "words"),
    [
        ("subset=valid", "subset", "must be one of train, validation, test"),
        ("subset=train&subset=test", "subset", "only once"),
        ("subset=", "subset", "must be one of"),
        ("p=", "p", "a number from 0 to 1"),
        ("p=95", "p", "a number from 0 to 1"),
        ("p=.95", "p", "a number from 0 to 1"),
        ("p=1.01", "p", "a number from 0 to 1"),
        ("p=0.9&p=0.9", "p", "only once"),
        ("p=nan", "p", "a number from 0 to 1"),
        ("state=missed", "state", "Allowed are subset, p"),
    ],
)
def test_parameters_that_cannot_be_taken_are_named(get: Get, query: str, parameter: str, words: str) -> None:
    for address in (f"labels{DOG}", "compare", "labels/m/unknown"):
        failure = get(f"{address}?{query}", 400)
        assert_conforms(failure, "BadQuery")
        assert [error["parameter"] for error in failure["errors"]] == [parameter]
        assert words in failure["errors"][0]["message"]


@pytest.mark.parametrize("address", [f"labels{DOG}", f"labels{DOG}?p=0.9", "compare", "compare?subset=train"])
def test_what_has_not_changed_is_304(client: Client, generation: str, address: str) -> None:
    first = client.get(f"/api/{address}")
    again = client.get(f"/api/{address}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["X-Dataset-Version"] == f"{generation}.0"
    others = {client.get(f"/api/{other}")["ETag"] for other in (f"labels{CAT}", "compare?p=0.9", "compare?p=0.8")}
    assert len(others | {first["ETag"]}) == 4


def test_answers_cost_few_queries_of_the_database(
    client: Client, generation: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/api/labels")
    with django_assert_max_num_queries(2):
        client.get(f"/api/labels{DOG}")
    with django_assert_max_num_queries(2):
        client.get("/api/compare?subset=train&p=0.5")
