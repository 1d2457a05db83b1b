"""/thumb/<ImageID>/box-<number>: the part of a picture around a box."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import resolve
from PIL import Image as Pillow
from pytest_django import DjangoAssertNumQueries, Settings

from browse.curation import actions
from browse.search import find_image
from browse.thumbnails import current
from browse.thumbnails.crops import crop_of
from browse.thumbnails.tiles import thumbnail_of
from tests import datasets
from tests.boxed import box
from tests.datasets import DOG, ONE, TWO

pytestmark = pytest.mark.django_db(transaction=True)

BLUE = (20, 20, 220)
BOX = box(DOG, (0.2, 0.4, 0.3, 0.8))


@pytest.fixture
def boxed(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[None]:
    """The first image, to be turned by 90 degrees, with a picture that is blue in its box and white around it."""
    settings.THUMBNAILS, settings.THUMBNAIL_DIR = "local", tmp_path / "thumbnails"
    settings.OPENIMAGES_IMAGE_ROOT = tmp_path / "pictures"
    settings.OPENIMAGES_IMAGE_ROOT.mkdir()
    picture = Pillow.new("RGB", (1000, 500), "white")
    picture.paste(BLUE, (200, 150, 400, 400))
    picture.save(settings.OPENIMAGES_IMAGE_ROOT / f"{ONE}.png")
    settings.INDEX_DIR = tmp_path / "index"
    datasets.load_example(settings.INDEX_DIR, boxes={ONE: (BOX,), TWO: (BOX,)})
    yield
    current.close_services()


def test_a_box_is_cut_from_its_picture_with_padding_the_right_way_up(client: Client, boxed: None) -> None:
    answer = client.get(f"/thumb/{ONE}/box-1", headers={"accept": "image/webp"})
    part = Pillow.open(io.BytesIO(answer.content)).convert("RGB")
    assert part.size == (300, 240)  # 250 × 200 pixels once turned, and a tenth of them on each side
    assert all(value > 240 for value in part.getpixel((5, 120)))
    assert part.getpixel((40, 40))[2] > 180 > part.getpixel((40, 40))[0]
    assert answer["Cache-Control"] == "public, max-age=300"


def test_its_address_is_kept_for_good_and_tells_its_size(client: Client, boxed: None) -> None:
    client.get(f"/thumb/{ONE}/m")
    card = find_image(ONE)
    assert card is not None
    crop = crop_of(ONE, 1, BOX, card.rotation, thumbnail_of(card, "m"))
    assert (crop.width, crop.height, crop.is_small) == (300, 240, False)
    answer = client.get(crop.url)
    assert "immutable" in answer["Cache-Control"]
    assert client.get(crop.url, headers={"if-none-match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize("name", ["box-2", "box-0", "box-01", "box-1x"])
def test_a_box_that_there_is_not_is_not_found(client: Client, boxed: None, name: str) -> None:
    assert client.get(f"/thumb/{ONE}/{name}").status_code == 404


@pytest.mark.parametrize("part", ["m", "box-1", "mask-1"])
def test_one_query_tells_that_an_image_is_hidden_or_not_there_whatever_is_asked_of_it(
    boxed: None, part: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actions.hide_image(image_id=ONE, by="reviewer", why="rights")
    for image_id in (ONE, "0" * 16):
        found = resolve(address := f"/thumb/{image_id}/{part}")
        with django_assert_num_queries(1), pytest.raises(Http404):
            found.func(RequestFactory().get(address), **found.kwargs)


def test_a_hidden_image_has_no_boxes(client: Client, boxed: None) -> None:
    assert client.get(f"/thumb/{ONE}/box-1").status_code == 200
    actions.hide_image(image_id=ONE, by="reviewer", why="rights")
    assert client.get(f"/thumb/{ONE}/box-1").status_code == 404


def test_where_the_picture_is_missing_a_neutral_tile_says_so(client: Client, boxed: None) -> None:
    answer = client.get(f"/thumb/{TWO}/box-1")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
