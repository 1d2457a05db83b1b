"""Terms about boxes in the API and on pages: what they find, what is said where there are none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from browse.domain.boxes import Attribute, Box
from tests import datasets
from tests.api.schema import assert_conforms
from tests.datasets import DOG, EXAMPLE, ONE, SEA, TWO
from tests.html import tree

pytestmark = pytest.mark.django_db

LARGE = Box(DOG, "xclick", 0.1, 0.6, 0.2, 0.8, 3000, ((Attribute.OCCLUDED, True), (Attribute.GROUP, False)))
SMALL = Box(DOG, "xclick", 0.0, 0.05, 0.0, 1.0, 500)
BOXED = replace(EXAMPLE, boxes={ONE: (LARGE, SMALL), TWO: (SMALL, replace(LARGE, mid=SEA))})


@pytest.fixture
def boxed(client: Client, settings: Settings, tmp_path: Path) -> Client:
    settings.INDEX_DIR = tmp_path
    datasets.load(BOXED, tmp_path)
    return client


def found(client: Client, text: str) -> list[str]:
    answer = client.get(f"/api/images?{text}")
    assert answer.status_code == 200, answer.content
    return [image["image_id"] for image in answer.json()["results"]]


def test_images_are_found_and_sorted_by_their_boxes(boxed: Client) -> None:
    assert found(boxed, f"label=box:{DOG}") == [ONE, TWO]
    assert found(boxed, f"label=box:{DOG}~2-@0.05-1") == [ONE]
    assert found(boxed, f"label=box:{DOG}:not-group") == [ONE]
    assert found(boxed, f"label=box:{DOG}&sort=-area") == [ONE, TWO]
    assert found(boxed, "has=boxes") == [ONE, TWO]
    assert len(found(boxed, "has=-boxes")) == 4


def test_facets_tell_of_boxes(boxed: Client) -> None:
    without = boxed.get("/api/facets").json()
    assert [name for name in without if name in ("kinds", "box_labels")] == ["kinds", "box_labels"]
    answer = boxed.get(f"/api/facets?label=box:{DOG}~1-@0-1&has=boxes").json()
    assert_conforms(answer, "Facets")
    assert answer["query"] == f"label=box:{DOG}&has=boxes"
    assert answer["kinds"] == [{"value": "boxes", "count": 2, "query": f"label=box:{DOG}&has=boxes"}]
    assert [(one["mid"], one["count"]) for one in answer["box_labels"]] == [(DOG, 2), (SEA, 1)]
    assert answer["box_labels"][1]["query"] == f"label=box:{DOG}&label=box:{SEA}&has=boxes"
    (term,) = answer["terms"]
    assert [*term] == ["role", "term", "attributes", "areas", "numbers"]
    assert {"value": "occluded", "count": 1, "query": f"label=box:{DOG}:occluded&has=boxes"} in term["attributes"]
    assert {"value": "0.05-0.0999", "count": 2, "query": f"label=box:{DOG}@0.05-0.0999&has=boxes"} in term["areas"]
    assert {"value": "2-2", "count": 1, "query": f"label=box:{DOG}~2-2&has=boxes"} in term["numbers"]


@pytest.mark.parametrize(
    ("text", "parameter", "message"),
    [
        ("label=box:/m/nosuch", "label", "is not the MID of a label in this data set"),
        (f"label=box:{DOG}~0-", "label", "the number of boxes after ~"),
        ("has=boxes&has=-boxes", "has", "boxes and -boxes exclude each other"),
        ("has=shapes", "has", "must be one of boxes, masks, relationships"),
        (f"label={DOG}&sort=-boxes", "sort", "-boxes needs a `label` term about boxes"),
        (f"label=box:{DOG}&sort=-confidence", "sort", "-confidence needs a `label` term about a pair"),
    ],
)
def test_what_is_wrong_is_named(boxed: Client, text: str, parameter: str, message: str) -> None:
    answer = boxed.get(f"/api/images?{text}")
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["parameter"] == parameter
    assert message in error["message"]


@pytest.mark.parametrize("text", [f"label=box:{DOG}", f"not=box:{DOG}", "has=boxes", "has=-boxes"])
def test_a_data_set_without_boxes_says_so(client: Client, generation: str, text: str) -> None:
    answer = client.get(f"/api/images?{text}")
    assert answer.status_code == 400
    assert "this data set has none" in answer.json()["errors"][0]["message"]
    facets: dict[str, Any] = client.get("/api/facets").json()
    assert not {"kinds", "box_labels"} & facets.keys()


def test_pages_show_the_chip_its_panel_and_the_facets(boxed: Client) -> None:
    page = tree(boxed.get(f"/?label=box:{DOG}~2-:occluded&sort=-boxes").text).words
    assert "2 or more boxes, occluded" in page
    assert f"2 or more boxes of {DOG}, occluded" in page
    assert f"number of boxes of {DOG}" in page
    panel = tree(boxed.get(f"/facets?label=box:{DOG}~2-").text)
    for words in ("Numbers", "Areas", "Attributes", "not a group", "Boxes", "Has"):
        assert words in panel.words
    assert any(f"label=box:{DOG}~2-:occluded" in address for address in panel.addresses)
