"""/compare where there are boxes and points: per label the images on which these do not go with raters' words."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from browse.curation import actions
from browse.domain.points import Point, PointVerdict
from tests import datasets
from tests.boxed import box
from tests.datasets import BEACH, CAT, DOG, FOUR, ONE, SEA, THREE
from tests.html import Element
from tests.views.pages import Get, getter, page_of, whole

pytestmark = pytest.mark.django_db

YES, NO, _ = PointVerdict
BOXES = {ONE: (box(DOG), box(CAT)), THREE: (box(CAT), box(CAT)), FOUR: (box(SEA),)}
POINTS = {
    ONE: (Point(DOG, "ih", 0.5, 0.5, YES, (3, 0, 0)), Point(DOG, "ih", 0.1, 0.5, NO, (0, 3, 0))),
    THREE: (Point(CAT, "ih", 0.5, 0.5, YES, (3, 0, 0)),),
    FOUR: (Point(DOG, "ih", 0.5, 0.5, NO, (0, 3, 0)),),
}
SECTION = '[aria-labelledby="lists-title"]'


@pytest.fixture
def get(client: Client, db: None, settings: Settings, tmp_path: Path) -> Get:
    settings.INDEX_DIR = tmp_path
    datasets.load_example(tmp_path, boxes=BOXES, points=POINTS)
    return getter(client)


def lists(page: Element) -> dict[str, list[str]]:
    """For each label what stands in its cells."""
    rows = page.all(f"{SECTION} tbody tr")
    return {row.one("th a").words: [cell.words for cell in row.all("td")] for row in rows}


def test_each_label_with_boxes_or_points_has_its_lists(get: Get) -> None:
    page = page_of(get("/compare?order=mid"))
    assert lists(page) == {
        "cat": ["0", "2", "0", "1"],
        "dog": ["2", "0", "1", "0"],
        "sea": ["0", "0", "–", "–"],
    }
    assert lists(page_of(get("/compare?order=mid&subset=train"))) == {
        "cat": ["0", "1", "–", "–"],
        "dog": ["0", "0", "0", "0"],
    }
    actions.give_verdict(image_id=ONE, mid=DOG, says="no", by="ann")
    assert lists(page_of(get("/compare")))["dog"] == ["2", "1", "1", "1"]


def test_each_number_is_that_of_the_images_it_leads_to(get: Get) -> None:
    page = page_of(get("/compare?order=mid&subset=validation"))
    links = page.all(f"{SECTION} tbody td a")
    for link in links:
        assert get(link["href"].replace("/?", "/api/images?")).json()["count"] == whole(link.words)
    assert links[0]["href"] == f"/?label={CAT}:confirmed,missed&not=box:{CAT}&subset=validation"
    assert "never a measure of recall" in page.one(SECTION).words


def test_labels_without_boxes_and_points_have_no_lists(get: Get) -> None:
    assert "None of the labels" in page_of(get(f"/compare?q={BEACH}")).one(SECTION).words


def test_a_data_set_without_boxes_and_points_has_no_table_of_them(client: Client, generation: str) -> None:
    assert not page_of(client.get("/compare")).has(SECTION)
