"""Masks on an image's page and in the API; their pictures come out of the release's zips."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from django.test import Client
from PIL import Image
from pytest_django import Settings

from browse.domain.image_ids import key_from_image_id
from browse.domain.masks import Mask, mask_path
from browse.models import DatasetState, Hiding
from tests import datasets
from tests.api.schema import assert_conforms
from tests.datasets import DOG, FOUR, ONE, SEA
from tests.views.pages import Get, getter, page_of

pytestmark = pytest.mark.django_db

FIRST = Mask(DOG, 0x5FA59BF3, 0.25, 0.5, 0.1, 0.2, 0.86864)
SECOND = Mask(SEA, 0xFF, 0.1, 0.3, 0.2, 0.4)
GONE = Mask(DOG, 1, 0.1, 0.3, 0.2, 0.4)


def png(side: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (side, side), 1).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def get(client: Client, db: None, settings: Settings, tmp_path: Path) -> Get:
    """GET an address over the example data set with masks; its first image is turned by 90 degrees."""
    settings.INDEX_DIR = tmp_path / "index"
    file = str(tmp_path / "train-annotations-object-segmentation.csv")
    masks = {ONE: tuple(replace(one, file=file) for one in (FIRST, SECOND, GONE)), FOUR: (GONE,)}
    (tmp_path / "train-masks").mkdir()
    with ZipFile(tmp_path / "train-masks" / f"train-masks-{ONE[0]}.zip", "w") as archive:
        archive.writestr("readme.txt", "x")
        archive.writestr(mask_path(ONE, DOG, FIRST.box_id), png(20), ZIP_DEFLATED)
        archive.writestr(f"masks/{mask_path(ONE, SEA, SECOND.box_id)}", png(30), ZIP_STORED)
        archive.writestr(mask_path(ONE, SEA, GONE.box_id), png(10))
    datasets.load_example(tmp_path / "index", masks=masks)
    return getter(client)


def test_masks_are_drawn_turned_as_the_picture_is_and_listed(get: Get) -> None:
    page = page_of(get(f"/image/{ONE}"))
    assert "hidden" in page.one("svg.areas").attributes
    switch = page.one('a[data-switch="masks"]')
    assert (switch["href"], switch["data-key"]) == (f"/image/{ONE}?show=boxes,masks", "2")
    assert [image["href"] for image in page.all("svg.areas image")] == [f"/thumb/{ONE}/mask-{n}" for n in (1, 2, 3)]
    assert page.all("svg.areas image")[0]["transform"] == "matrix(0 -1 1 0 0 1000)"
    hit = page.all("svg.areas .hit")[0]
    assert [hit[side] for side in ("x", "y", "width", "height")] == ["100", "500", "100", "250"]
    assert page.all("#masks li")[0].words == "dog left · predicted IoU 87%"
    assert page.all("#mask-1 a")[1]["href"] == f"/?label={DOG}&has=masks"
    asked = page_of(get(f"/image/{ONE}?label={SEA}&has=masks"))
    assert "hidden" not in asked.one("svg.areas").attributes
    assert [one["data-mask"] for one in asked.all("svg.areas a") if "own" in one["class"].split()] == ["2"]
    other = page_of(get(f"/image/{FOUR}"))
    assert not other.has("svg.areas")
    assert "The pictures of these masks are not on this site" in other.one("#masks").words


def test_pictures_come_out_of_the_zip_as_they_are(get: Get) -> None:
    for number, side in ((1, 20), (2, 30)):
        answer = get(f"/thumb/{ONE}/mask-{number}")
        assert (answer["Content-Type"], answer.content) == ("image/png", png(side))
        assert answer["Cache-Control"] == "public, max-age=86400"
        get(f"/thumb/{ONE}/mask-{number}", 304, **{"If-None-Match": answer["ETag"]})
    for number in (3, 4):
        get(f"/thumb/{ONE}/mask-{number}", 404)
    Hiding.objects.create(image_key=key_from_image_id(ONE), hidden=True)
    version = DatasetState.objects.get()
    version.revision += 1
    version.save()
    get(f"/thumb/{ONE}/mask-1", 404)


def test_a_picture_may_lie_by_itself_in_the_folder_of_the_setting(get: Get, settings: Settings, tmp_path: Path) -> None:
    settings.MASKS_DIR = tmp_path / "masks"
    settings.MASKS_DIR.mkdir()
    file = settings.MASKS_DIR / mask_path(FOUR, DOG, GONE.box_id)
    file.write_bytes(b"no picture")
    get(f"/thumb/{FOUR}/mask-1", 404)
    file.write_bytes(png(8))
    assert get(f"/thumb/{FOUR}/mask-1").content == png(8)
    (settings.MASKS_DIR / f"train-masks-{ONE[0]}.zip").write_bytes(b"damaged")
    assert get(f"/thumb/{ONE}/mask-1").content == png(20)


def test_the_api_finds_and_includes_masks(get: Get) -> None:
    answer = get("/api/images?has=masks&include=masks").json()
    assert_conforms(answer, "ImagePage")
    assert [one["image_id"] for one in answer["results"]] == [ONE, FOUR]
    assert answer["results"][0]["masks"][0] == {
        "mid": DOG,
        "name": "dog",
        "box_id": "5fa59bf3",
        "x_min": 0.25,
        "x_max": 0.5,
        "y_min": 0.1,
        "y_max": 0.2,
        "predicted_iou": 0.86864,
        "mask_path": f"{ONE}_{DOG.replace('/', '')}_5fa59bf3.png",
        "url": f"/thumb/{ONE}/mask-1",
    }
    assert [kind["value"] for kind in get("/api/facets").json()["kinds"]] == ["masks"]
