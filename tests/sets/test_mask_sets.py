"""Sets with masks: COCO files have those of a plain loop, and what cannot be read is listed and counted."""

from __future__ import annotations

import csv
import json
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import md5
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.http import QueryDict
from django.test import Client
from pytest_django import Settings

from browse.domain.boxes import Attribute, Box
from browse.domain.deadlines import until
from browse.domain.masks import Mask, boxes_of_masks, mask_path
from browse.facets.errors import QueryTimeoutError
from browse.management.commands.build_set import DIFFERS
from browse.query.values import SUBSETS
from browse.requests.set_form import form_of, read_set_form
from browse.search import Snapshot, consistently, current_engine
from browse.sets import rows
from browse.sets.build import build_set
from browse.sets.errors import SetError
from browse.sets.manifest import Manifest, differences, read_manifest
from browse.sets.prepare import chosen_of, counted
from browse.sets.reading import query_reader
from browse.sets.recipe import PictureKind, Recipe, as_values, canonical_json
from browse.sets.recipe_reader import RecipeError, recipe_of
from browse.sets.site_builds import ask_for_set, build_waiting
from tests import datasets
from tests.boxed import box
from tests.datasets import BEACH, CAT, DOG, IDS, ONE, SEA, THREE, TWO
from tests.exports.test_layout_exports import pixels_of, png
from tests.html import tree
from tests.thumbnails.fake_host import Answer, PictureHost, photo

pytestmark = pytest.mark.django_db
LEFT, RIGHT, WHOLE = (0.1, 0.4, 0.2, 0.3), (0.5, 0.9, 0.25, 0.75), (0.0, 1.0, 0.0, 1.0)
BOXES: dict[str, tuple[Box, ...]] = {
    ONE: (box(DOG, LEFT), box(CAT, RIGHT, group=True), box(DOG, LEFT), box(SEA, WHOLE)),
    TWO: (box(DOG, RIGHT), box(DOG, WHOLE), box(CAT, LEFT)),
    THREE: (box(DOG, LEFT), box(DOG, RIGHT)),
    IDS[4]: (box(BEACH),),
}
SIDES = {"left": LEFT, "right": RIGHT, "whole": WHOLE, "near": (0.10006, 0.4, 0.19996, 0.3)}
MASKS = {
    ONE: [(DOG, "near"), (DOG, "left"), (CAT, "right"), (SEA, "whole"), (DOG, "whole"), (DOG, "left")],
    TWO: [(DOG, "whole"), (CAT, "left")],
    THREE: [(DOG, "right"), (DOG, "left")],
}
"""Label and box of each mask. BoxID is the place of its image in hundreds, and its own place."""
BOX_OF = {ONE: [0, 2, 1, None, None, 0], TWO: [1, 2], THREE: [1, 0]}
"""Which of the image's boxes has the mask; None where that is no box of the set."""
GONE, CUT, NO_PICTURE = (TWO, 1), (THREE, 0), (THREE, 1)
LEFT_OUT = {(ONE, 5): "duplicate", GONE: "missing", CUT: "damaged", NO_PICTURE: "damaged"}
LABELS = [{"mid": mid, "at": 0.5} for mid in (DOG, CAT, BEACH)]
WANTED = {"labels": [DOG, CAT], "masks": True}
RECIPE = {"labels": LABELS, "boxes": WANTED, "splits": {"seed": 5}}


def box_id(image_id: str, place: int) -> int:
    return 100 * [*MASKS].index(image_id) + place


def drawn(image_id: str, place: int) -> np.ndarray[Any, Any]:
    """The pixels of a mask, of two sizes."""
    height, width = (6, 9) if place % 2 else (4, 6)
    return np.random.default_rng(box_id(image_id, place)).random((height, width)) < 0.5


def masks_in(folder: Path) -> dict[str, tuple[Mask, ...]]:
    """The masks of each image, with their pictures in zips: one is not there, one is cut, one is a text."""
    found: dict[str, tuple[Mask, ...]] = {}
    for digit in "0123456789abcdef":
        with ZipFile(folder / f"train-masks-{digit}.zip", "w") as archive:
            for image_id in (one for one in MASKS if one[0] == digit):
                for place, (mid, side) in enumerate(MASKS[image_id]):
                    one = Mask(mid, box_id(image_id, place), *SIDES[side], 0.8, str(folder / "masks.csv"))
                    found[image_id] = (*found.get(image_id, ()), one)
                    data = png(drawn(image_id, place))
                    data = {CUT: data[:45], NO_PICTURE: b"no picture"}.get((image_id, place), data)
                    if (image_id, place) != GONE:
                        archive.writestr(mask_path(image_id, mid, one.box_id), data)
    return found


@pytest.fixture(autouse=True)
def masked(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example data set with BOXES and MASKS, and batches of two images."""
    settings.INDEX_DIR = tmp_path / "index"
    datasets.load_example(settings.INDEX_DIR, boxes=BOXES, masks=masks_in(tmp_path))
    monkeypatch.setattr(rows, "IMAGES_AT_ONCE", dict.fromkeys(PictureKind, 2))


def recipe(value: Any = RECIPE) -> Recipe:
    return recipe_of(value, query_reader(current_engine()))


def build(folder: Path, value: Any = RECIPE, formats: tuple[str, ...] = ("csv", "coco")) -> Any:
    return build_set(recipe(value), folder, formats, lambda what, done, total: None).about


def manifest_of(folder: Path) -> Manifest:
    return read_manifest((folder / "manifest.json").read_bytes())


def instances(folder: Path) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each image of the set's box files, with its annotations."""
    for path in sorted((folder / "annotations").glob("boxes_*.json")):
        content = json.loads(path.read_bytes())
        for image in content["images"]:
            yield image, [one for one in content["annotations"] if one["image_id"] == image["id"]]


def mask_at(image_id: str, number: int) -> int | None:
    """The place of the mask that one of an image's boxes has in the set."""
    of_box = BOX_OF.get(image_id, [])
    if number not in of_box:
        return None
    place = of_box.index(number)
    return None if (image_id, place) in LEFT_OUT else place


def wanted_boxes(image_id: str) -> list[tuple[int, Box]]:
    return [(number, one) for number, one in enumerate(BOXES.get(image_id, ())) if one.mid in (DOG, CAT)]


def check(one: dict[str, Any], pixels: np.ndarray[Any, Any], size: tuple[int, int]) -> None:
    """Compare an annotation with a mask's picture, pixel by pixel. size: width and height of its image."""
    width, height = size
    assert one["segmentation"]["size"] == [height, width]
    found, (rows_of, columns) = pixels_of(one["segmentation"]), pixels.shape
    for y in range(height):
        for x in range(width):
            drawn_there = pixels[(2 * y + 1) * rows_of // (2 * height), (2 * x + 1) * columns // (2 * width)]
            assert found[y, x] == drawn_there
    assert one["area"] == int(found.sum())


def test_boxes_have_the_masks_that_a_loop_finds_scaled_to_their_image(tmp_path: Path) -> None:
    about = build(folder := tmp_path / "set")
    with_mask = 0
    for image, boxed in instances(folder):
        boxes = wanted_boxes(image["image_id"])
        places = [mask_at(image["image_id"], number) for number, _ in boxes]
        sizes = [drawn(image["image_id"], place).shape[::-1] for place in places if place is not None]
        size = (image["width"], image["height"])
        assert size == max([(1, 1), *sizes])
        for (_, one), place, found in zip(boxes, places, boxed, strict=True):
            left, top, width, height = found["bbox"]
            shares = (left / size[0], (left + width) / size[0], top / size[1], (top + height) / size[1])
            assert shares == pytest.approx((one.x_min, one.x_max, one.y_min, one.y_max))
            assert found["iscrowd"] == (one.has(Attribute.GROUP) is True)
            if place is None:
                assert "segmentation" not in found
                assert found["area"] == pytest.approx(width * height)
                continue
            with_mask += 1
            check(found, drawn(image["image_id"], place), size)
            assert (found["box_id"], found["predicted_iou"]) == (f"{box_id(image['image_id'], place):08x}", 0.8)
    assert about.masks.masks == with_mask == 4


def test_what_is_left_out_is_listed_counted_and_told(tmp_path: Path) -> None:
    about = build(folder := tmp_path / "set")
    found = {
        (row["image_id"], int(row["box_id"], 16) % 100): row
        for row in csv.DictReader(StringIO((folder / "masks.csv").read_text()))
    }
    wanted = [(image, place) for image in MASKS for place, number in enumerate(BOX_OF[image]) if number is not None]
    assert sorted(found) == sorted(wanted)
    assert {one: row["left_out"] for one, row in found.items() if row["left_out"]} == LEFT_OUT
    assert all(bool(row["sha256"]) is not bool(row["left_out"]) for row in found.values())
    counts = {"missing": 1, "damaged": 2, "duplicate": 1}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["masks"] == {"masks": 4, "left_out": counts, "mask_hash": manifest["files"]["masks.csv"]}
    assert about.masks.left_out == counts
    card = (folder / "README.md").read_text()
    assert "4 of the boxes have a mask (left out: 1 missing, 2 damaged, 1 duplicate)." in card
    assert "or it is another mask of its box (`duplicate`)." in card
    assert "- image-segmentation" in card
    assert "COCO files give both as 1 for images without a mask. A box has" in card
    assert "Without pictures an image has the size of its largest mask" in card
    build(tmp_path / "plain", {"labels": LABELS, "boxes": WANTED | {"masks": False}})
    assert "COCO files give both as 1. A box has" in (tmp_path / "plain" / "README.md").read_text()


def test_the_command_says_which_masks_there_are_and_a_manifest_that_they_differ(tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_text(json.dumps(RECIPE))
    out = StringIO()
    folder = tmp_path / "set"
    call_command("build_set", tmp_path / "recipe.json", folder, "--format", "coco", stdout=out)
    lines = [
        "  masks: 4",
        "  masks left out, missing: 1",
        "  masks left out, damaged: 2",
        "  masks left out, duplicate: 1",
    ]
    assert [line for line in out.getvalue().splitlines() if "masks" in line] == lines
    manifest = manifest_of(folder)
    build(tmp_path / "same", formats=("coco",))
    assert not [*differences(manifest, manifest_of(tmp_path / "same"))]
    image_id, place = GONE
    path = mask_path(image_id, MASKS[image_id][place][0], box_id(image_id, place))
    (tmp_path / path).write_bytes(png(drawn(image_id, place)))
    again = ("build_set", tmp_path / "other", "--manifest", str(folder / "manifest.json"))
    for _ in range(2):  # the second finds the set in its place
        with pytest.raises(CommandError, match=r"the rows differ:\n  mask hash: [0-9a-f]{64} in ") as told:
            call_command(*again)
        assert told.value.returncode == DIFFERS


def test_a_set_whose_boxes_have_no_masks_has_an_empty_list(tmp_path: Path) -> None:
    about = build(folder := tmp_path / "set", RECIPE | {"boxes": WANTED | {"labels": [BEACH]}})
    assert (folder / "masks.csv").read_text() == "image_id,mid,box_id,mask_path,predicted_iou,sha256,left_out\n"
    assert about.masks.masks == 0
    assert {(image["width"], image["height"]) for image, _ in instances(folder)} == {(1, 1)}


class StoppedError(Exception):
    """What breaks a build off."""


@pytest.mark.parametrize("batches", [1, 2])
def test_a_build_that_was_broken_off_ends_as_one_in_one_go(tmp_path: Path, batches: int) -> None:
    build(whole := tmp_path / "whole")

    def stop(what: str, done: int, total: int) -> None:
        if what == "write images" and done >= 2 * batches:
            raise StoppedError

    with pytest.raises(StoppedError):
        build_set(recipe(), tmp_path / "set", ("csv", "coco"), stop)
    build(tmp_path / "set")
    for path in whole.rglob("*"):
        if path.is_file():
            assert (tmp_path / "set" / path.relative_to(whole)).read_bytes() == path.read_bytes(), path.name


@pytest.mark.django_db(transaction=True)  # threads that fetch pictures write what became of them
@pytest.mark.parametrize("kind", ["original", "rendered"])
def test_masks_lie_on_the_pictures_of_a_set(
    tmp_path: Path, proxied: PictureHost, settings: Settings, kind: str
) -> None:
    """Of ONE, which is stored on its side, and of TWO. A rendered picture is the right way up."""
    settings.THUMBNAIL_SOURCES = ["bucket", "original"]
    for image_id, size, rotation in ((ONE, (48, 64), 90), (TWO, (60, 40), None)):
        body, path = photo(*size), f"/o/{image_id}_o.jpg"
        datasets.update_image(
            image_id,
            rotation=rotation,
            original_url=f"https://farm1.staticflickr.com{path}",
            original_size=len(body),
            original_md5=b64encode(md5(body).digest()).decode(),
        )
        for name in (path, *(f"/{subset}/{image_id}.jpg" for subset in SUBSETS)):
            proxied.answers[name] = Answer(body=body)
    wanted = RECIPE | {"images": f"id={ONE}&id={TWO}", "pictures": {"kind": kind}}
    build(folder := tmp_path / "set", wanted)
    sizes, seen = {ONE: (64, 48) if kind == "rendered" else (48, 64), TWO: (60, 40)}, 0
    for image, boxed in instances(folder):
        turns = 1 if image["image_id"] == ONE and kind == "rendered" else 0
        assert (image["width"], image["height"]) == sizes[image["image_id"]]
        for (number, _), found in zip(wanted_boxes(image["image_id"]), boxed, strict=True):
            place = mask_at(image["image_id"], number)
            if place is not None:
                seen += 1
                check(found, np.rot90(drawn(image["image_id"], place), turns), (image["width"], image["height"]))
    assert seen == 4


def test_a_mask_is_of_the_first_box_at_its_place_that_has_none() -> None:
    masks = [Mask(DOG, number, *LEFT) for number in range(3)] + [Mask(CAT, 9, *RIGHT), Mask(DOG, 9, *RIGHT)]
    boxes = [(DOG, WHOLE), (DOG, LEFT), (CAT, LEFT), (DOG, SIDES["near"]), (CAT, RIGHT)]
    assert boxes_of_masks(masks, boxes) == [1, 3, 1, 4, None]


def test_masks_are_a_part_of_the_recipe_that_is_written_where_it_is_asked_for() -> None:
    assert as_values(recipe())["boxes"] == {"labels": [CAT, DOG], "attributes": [], "area": 0, "masks": True}
    plain = recipe({"labels": LABELS, "boxes": {"masks": False}})
    assert "masks" not in canonical_json(plain)
    assert plain == recipe({"labels": LABELS, "boxes": {}})
    assert recipe().name != recipe(RECIPE | {"boxes": WANTED | {"masks": False}}).name
    with pytest.raises(RecipeError) as told:
        recipe({"labels": LABELS, "boxes": {"masks": "yes"}})
    assert [str(one) for one in told.value.faults] == ["boxes.masks: must be true or false"]


def test_formats_that_hold_no_masks_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SetError, match="only the coco format holds masks; add it, or set"):
        build(tmp_path / "set", formats=("csv", "yolo"))
    assert not [*tmp_path.glob("*set*")]
    with pytest.raises(SetError, match="only the coco format holds masks; add it, or set"):
        ask_for_set(recipe=recipe(), formats=("csv",), title="", by="ann", is_limited=True)


def test_the_page_the_preview_and_the_form_say_what_the_set_has(client: Client, tmp_path: Path) -> None:
    about = build(tmp_path / "set")
    found = client.post("/api/sets/preview", json.dumps(RECIPE), content_type="application/json").json()
    with_mask = sum(len({number for number in places if number is not None}) for places in BOX_OF.values())
    assert found["set"]["boxes"]["masks"] == about.boxes.masks == with_mask
    assert found["recipe"]["boxes"]["masks"] is True
    form = form_of(as_values(recipe()), is_whole=True)
    assert recipe(read_set_form(QueryDict(form.query_string)).values()) == recipe()
    client.force_login(User.objects.create_superuser("rita"))
    page = client.get(f"/sets/new?{form.query_string}").content.decode()
    assert f"{with_mask} with a mask" in page
    assert tree(page).has('input[name="box_masks"][checked]')
    assert tree(page).has('input[name="format"][value="coco"][checked]')
    wrong = client.get(f"/sets/new?label={DOG}:0.8&boxes=recipe&box_masks=2")
    assert wrong.status_code == 400
    assert "box_masks" in wrong.content.decode()


@pytest.mark.parametrize("numbers", [rows.SetRows.box_numbers, rows.SetRows.hashed])
def test_a_preview_that_took_too_long_stops_between_batches(numbers: Callable[[rows.SetRows], object]) -> None:
    def of_snapshot(snapshot: Snapshot) -> None:
        candidates, resolved = counted(snapshot, recipe())
        engine, chosen = snapshot.engine, chosen_of(resolved, candidates)
        of_set = rows.SetRows(chosen, candidates, engine.labels, engine.masks_of)
        assert numbers(of_set)
        with until(time.monotonic() - 1), pytest.raises(QueryTimeoutError):
            numbers(of_set)

    consistently(of_snapshot)


def test_the_page_of_a_set_says_which_masks_it_has(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "site"
    wanted = ask_for_set(recipe=recipe(), formats=("coco",), title="", by="rita", is_limited=False)
    assert build_waiting() == 1
    page = " ".join(tree(client.get(f"/sets/{wanted.uid}").content.decode()).text.split())
    assert "4 masks; 4 left out: 1 missing, 2 damaged, 1 duplicate." in page
    assert "masks.csv lists them, with the reason of each that is left out." in page
