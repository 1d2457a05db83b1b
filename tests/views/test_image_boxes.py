"""Boxes on the page of an image and in quick look, without scripts: drawn, listed, counted, switched."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from browse.domain.image_ids import key_from_image_id
from browse.domain.picture_status import PictureStatus
from browse.models import Image, PictureState
from tests import datasets
from tests.boxed import box
from tests.datasets import BEACH, DOG, FOUR, ONE, SEA, TWO
from tests.html import Element
from tests.views.pages import Get, getter, page_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def get(client: Client, db: None, settings: Settings, tmp_path: Path) -> Get:
    """GET an address over the example data set, whose first image has boxes, and is turned by 90 degrees."""
    boxes = (box(DOG), box(DOG, (0.5, 0.6, 0.5, 0.9), group=True), box(SEA, (0, 1, 0.8, 1), truncated=True))
    settings.INDEX_DIR = tmp_path
    datasets.load_example(tmp_path, boxes={ONE: boxes, FOUR: (box(DOG),)})
    return getter(client)


def row_of(page: Element, mid: str) -> Element:
    return page.one(f'tr[data-boxes-of="{mid}"]')


def drawn(page: Element) -> list[str]:
    """The labels drawn, in order."""
    return page.each("svg.boxes a", "data-mid")


def test_boxes_are_drawn_over_the_picture_turned_as_it_is(get: Get) -> None:
    page = page_of(get(f"/image/{ONE}"))
    line = page.one('svg.boxes [data-box="1"] rect.line')
    assert [line[name] for name in ("x", "y", "width", "height")] == ["20.00%", "60.00%", "10.00%", "30.00%"]
    assert not page.has("svg.boxes [style]")
    assert page.one('svg.boxes [data-box="2"]')["class"].split() == ["box", "c0", "own", "group"]
    assert page.all('svg.boxes [data-box="3"] rect.corner')


def test_each_box_leads_to_its_row_and_back(get: Get) -> None:
    page = page_of(get(f"/image/{ONE}"))
    for link in page.all("svg.boxes a"):
        row = page.one(link["href"])
        assert row["data-box"] == link["data-box"]
        assert page.one(row.one("a.swatch")["href"]) is link
        assert link["aria-label"] == link.one("title").words


def test_boxes_are_listed_in_words(get: Get) -> None:
    page = page_of(get(f"/image/{ONE}"))
    rows = [row.words for row in page.all("ol.box-list li")]
    assert rows[1] == "dog group 4% of the picture, right · not recorded: occluded, truncated, depiction, inside"
    assert page.one("#box-1 bdi").words == "dog"
    assert page.all("#box-1 a")[1]["href"] == f"/?label=box:{DOG}"


def test_the_table_of_labels_counts_boxes(get: Get) -> None:
    page = page_of(get(f"/image/{ONE}"))
    assert row_of(page, DOG).one("small.boxes-of").words == "2 boxes, 1 group"
    assert not page.has(f'tr[data-boxes-of="{BEACH}"]')


def test_the_boxes_of_the_query_are_strong(get: Get) -> None:
    page = page_of(get(f"/image/{ONE}?label={DOG}"))
    strong = {link["data-mid"]: "own" in link["class"].split() for link in page.all("svg.boxes a")}
    assert strong == {DOG: True, SEA: False}


def test_the_layer_is_switched_by_a_link_and_kept_from_image_to_image(get: Get) -> None:
    page = page_of(get(f"/image/{TWO}?label={DOG}&show=none"))
    assert page.one("[data-previous]")["href"] == f"/image/{ONE}?label={DOG}&show=none"
    hidden = page_of(get(f"/image/{ONE}?label={DOG}&show=none"))
    assert "hidden" in hidden.one("svg.boxes").attributes
    switch = hidden.one("a[data-switch]")
    assert (switch["href"], switch.one("span").words) == (f"/image/{ONE}?label={DOG}&show=boxes", "Show 3 boxes")
    shown = page_of(get(switch["href"]))
    assert "hidden" not in shown.one("svg.boxes").attributes
    assert shown.one("a[data-switch]")["href"] == f"/image/{ONE}?label={DOG}&show=none"
    assert "show" not in shown.all(".around a")[0]["href"]


@pytest.mark.parametrize("value", ["", "shapes", "boxes,", "boxes,none"])
def test_other_layers_are_refused(get: Get, value: str) -> None:
    assert (
        "must be some of boxes, masks, relationships, points, narrative, with commas between, or none"
        in get(f"/image/{ONE}?show={value}", 400).text
    )


def test_where_the_rotation_is_unknown_the_page_says_so(get: Get) -> None:
    assert "rotation of this photo is not recorded" in page_of(get(f"/image/{FOUR}")).words
    Image.objects.filter(pk=key_from_image_id(FOUR)).update(rotation=0)
    assert "rotation of this photo" not in page_of(get(f"/image/{FOUR}")).words


def test_an_image_without_boxes_says_nothing_of_them(get: Get) -> None:
    page = page_of(get(f"/image/{TWO}"))
    assert not page.has("svg.boxes")
    assert not page.has("[data-switch]")
    assert not page.has("#boxes")
    assert not page.has('link[href*="boxes.css"]')


def test_over_a_picture_that_is_missing_nothing_is_drawn(get: Get) -> None:
    PictureState.objects.create(pk=key_from_image_id(ONE), state=PictureStatus.DEAD, reason="gone")
    page = page_of(get(f"/image/{ONE}"))
    assert not page.has("svg.boxes")
    assert len(page.all("ol.box-list li")) == 3


def test_quick_look_draws_the_same_boxes_and_leads_to_the_page(get: Get) -> None:
    page = page_of(get(f"/image/{ONE}/look?label={DOG}", **HTMX))
    assert sorted(drawn(page)) == sorted(drawn(page_of(get(f"/image/{ONE}?label={DOG}"))))
    assert page.one('svg.boxes [data-box="1"]')["href"] == f"/image/{ONE}?label={DOG}#box-1"
    assert page.one(f'li[data-boxes-of="{DOG}"] small').words == "2 boxes, 1 group"
