"""/boxes: the boxes on a query's images as tiles, with credit, counts and orders."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from browse.domain.image_ids import key_from_image_id
from browse.models import PictureState
from tests import datasets
from tests.boxed import box
from tests.datasets import ANN, BEACH, DOG, FIVE, ONE, SEA, TWO
from tests.html import Element
from tests.views.pages import Get, getter, page_of

pytestmark = pytest.mark.django_db

BOXES = {
    ONE: (box(DOG, (0.1, 0.2, 0.1, 0.2)), box(SEA, (0.0, 1.0, 0.5, 1.0)), box(DOG, (0.0, 0.5, 0.0, 0.5), group=True)),
    TWO: (box(DOG, (0.0, 0.6, 0.0, 0.6), occluded=True),),
    FIVE: (box(SEA, (0.0, 0.5, 0.0, 0.5)),),
}


@pytest.fixture
def get(client: Client, db: None, settings: Settings, tmp_path: Path) -> Get:
    settings.INDEX_DIR = tmp_path
    datasets.load_example(tmp_path, boxes=BOXES)
    return getter(client)


def tiles(page: Element) -> list[str]:
    """Where the tiles lead, in order."""
    return page.each("ul.crops a.pic", "href")


def test_the_boxes_of_the_querys_labels_stand_in_its_order(get: Get) -> None:
    page = page_of(get(f"/boxes?label={DOG}"))
    own = f"?label={DOG}#box-"
    assert tiles(page) == [f"/image/{ONE}{own}1", f"/image/{ONE}{own}3", f"/image/{TWO}{own}1"]
    assert page.one("h1").words == "Boxes of dog"
    assert page.one("p.lead").words.startswith("3 boxes on 2 images of this query")
    assert page.one("p.lead a")["href"] == f"/?label={DOG}"


def test_box_terms_choose_among_the_boxes_of_a_label(get: Get) -> None:
    page = page_of(get(f"/boxes?label=box:{DOG}@0.2-1&label={SEA}"))
    assert page.one("p.lead").words.startswith("1 box on 1 image of this query")
    assert [href.partition("#")[2] for href in tiles(page)] == ["box-1"]
    assert len(tiles(page_of(get(f"/boxes?label=box:{DOG}:occluded")))) == 1
    largest = page_of(get(f"/boxes?label=box:{DOG}&sort=-area"))
    assert largest.one(".seg a[aria-current]").words == "Largest first"
    assert "sort=-area" in page_of(get(f"/?label=box:{DOG}&sort=-area")).one('a[href^="/boxes"]')["href"]


def test_few_queries_are_asked_however_many_boxes(
    get: Get, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    get("/boxes")
    with django_assert_max_num_queries(8):
        get("/boxes")


def test_without_labels_all_boxes_of_the_images_are_shown(get: Get) -> None:
    page = page_of(get("/boxes?subset=train"))
    assert page.one("p.lead").words.startswith("5 boxes on 3 images")
    assert len(tiles(page)) == 5


def test_the_largest_may_come_first(get: Get) -> None:
    page = page_of(get(f"/boxes?label={DOG}&sort=-area"))
    assert [href.partition("?")[0] + href.partition("#")[2] for href in tiles(page)] == [
        f"/image/{TWO}box-1", f"/image/{ONE}box-3", f"/image/{ONE}box-1",
    ]  # fmt: skip
    assert page.one(".seg a[aria-current]").words == "Largest first"


def test_pages_go_on_in_either_order(get: Get) -> None:
    page = page_of(get(f"/boxes?label={DOG}&sort=-area&per_page=2&page=2"))
    assert [href.partition("#")[2] for href in tiles(page)] == ["box-1"]
    assert page.one("[data-previous]")["href"] == f"/boxes?label={DOG}&sort=-area&per_page=2"
    assert "past the end" in page_of(get(f"/boxes?label={DOG}&page=9")).words


def test_a_tile_has_the_box_in_words_and_the_credit_of_its_photo(get: Get) -> None:
    PictureState.objects.create(pk=key_from_image_id(ONE), state="fresh", version="0" * 16, width=200, height=100)
    page = page_of(get(f"/boxes?label={DOG}"))
    small, group, occluded = page.all("ul.crops li")
    assert group.one("p.crop-of").words == "dog group"
    assert occluded.one("img")["alt"] == "dog, occluded"
    assert small.one("p.soft").words == "1% of the picture · only 24 × 12 pixels"
    assert "pixels" not in group.words
    assert 'Dog & "sea"' in small.one("h2").words
    assert [link["href"] for link in small.all("p.by a")][:2] == [ANN, datasets.BY]
    assert "· cropped" in small.one("p.by").words
    assert small["data-credit"].endswith(" Cropped from the original.")


def test_a_tile_shows_the_part_of_the_picture_that_is_kept(get: Get) -> None:
    PictureState.objects.create(pk=key_from_image_id(ONE), state="fresh", version="0" * 16, width=200, height=100)
    versions = [src.partition("?v=")[2] for src in page_of(get(f"/boxes?label={DOG}")).each("ul.crops img", "src")]
    assert len(versions[0]) == 16
    assert versions[0] != versions[1]


def test_where_there_are_none_the_page_says_so(get: Get) -> None:
    assert "None of these images has such a box" in page_of(get(f"/boxes?label={BEACH}&not={DOG}")).words


def test_a_data_set_without_boxes_says_so_and_nothing_leads_there(client: Client, generation: str) -> None:
    assert "The data set has no boxes." in page_of(client.get("/boxes")).words
    assert not page_of(client.get(f"/?label={DOG}")).has('a[href^="/boxes"]')


def test_the_browse_page_leads_to_the_boxes_of_its_query(get: Get) -> None:
    page = page_of(get(f"/?label={DOG}&per_page=60&size=l"))
    assert page.one('a[href^="/boxes"]')["href"] == f"/boxes?label={DOG}&per_page=60"


@pytest.mark.parametrize("asked", ["sort=area", "sort=-area&sort=-area", "size=l", "page=0", "label=/m/nosuch"])
def test_what_it_does_not_take_is_refused(get: Get, asked: str) -> None:
    get(f"/boxes?{asked}", 400)
