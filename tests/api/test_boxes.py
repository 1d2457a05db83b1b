"""Boxes of images in the API: where they are asked for, and the data set has any."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests import datasets
from tests.api.schema import assert_conforms
from tests.boxed import box
from tests.datasets import DOG, ONE, SEA, TWO

pytestmark = pytest.mark.django_db

ALLOWED = "must be some of boxes, masks, relationships, points, narratives, with commas between"

Get = Callable[..., Any]


@pytest.fixture
def get(client: Client, db: None, settings: Settings, tmp_path: Path) -> Get:
    """GET an address below /api/, over the example data set with boxes on its first image."""
    boxes = (box(DOG, (0.125, 0.4, 0.2, 0.3), group=True, occluded=False), box(SEA))
    settings.INDEX_DIR = tmp_path
    datasets.load_example(tmp_path, boxes={ONE: boxes})

    def fetch(address: str, status: int = 200) -> Any:
        response = client.get(f"/api/{address}")
        assert response.status_code == status, response.text
        return json.loads(response.content)

    return fetch


def test_an_image_has_its_boxes_where_they_are_asked_for(get: Get) -> None:
    image = get(f"images/{ONE}?include=boxes")
    assert list(image)[-2:] == ["rotation", "boxes"]
    assert image["boxes"][0] == {
        "mid": DOG, "name": "dog", "source": "xclick", "x_min": 0.125, "x_max": 0.4, "y_min": 0.2, "y_max": 0.3,
        "occluded": False, "truncated": None, "group": True, "depiction": None, "inside": None,
    }  # fmt: skip
    assert [one["mid"] for one in image["boxes"]] == [DOG, SEA]
    assert_conforms(image, "Image")
    assert "boxes" not in get(f"images/{ONE}")


def test_a_page_of_images_has_them_too(get: Get) -> None:
    found = get("images?include=boxes&per_page=2")
    assert {image["image_id"]: len(image["boxes"]) for image in found["results"]} == {ONE: 2, TWO: 0}
    assert "include" not in found["query"]
    assert all("boxes" not in image for image in get("images")["results"])


def test_answers_with_and_without_boxes_have_different_etags(client: Client, get: Get) -> None:
    tags = {client.get(f"/api/images/{ONE}{asked}")["ETag"] for asked in ("", "?include=boxes")}
    assert len(tags) == 2


@pytest.mark.parametrize("address", ["images", f"images/{ONE}"])
@pytest.mark.parametrize("kinds", ["", "shapes", "boxes,shapes", "boxes,", "Boxes"])
def test_other_kinds_are_refused(get: Get, address: str, kinds: str) -> None:
    (error,) = get(f"{address}?include={kinds}", 400)["errors"]
    assert error == {"parameter": "include", "value": kinds, "message": ALLOWED}


@pytest.mark.parametrize("address", ["images", f"images/{ONE}"])
def test_where_the_data_set_has_none_it_is_said(client: Client, generation: str, address: str) -> None:
    (error,) = client.get(f"/api/{address}?include=boxes").json()["errors"]
    assert error["message"] == "the data set has no boxes"


def test_an_image_takes_nothing_else(get: Get) -> None:
    assert "Allowed are include" in get(f"images/{ONE}?page=2", 400)["errors"][0]["message"]
