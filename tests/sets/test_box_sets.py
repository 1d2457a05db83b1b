"""Sets with boxes: every format has the boxes of a plain loop, and the manifest tells sets apart by them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from django.http import QueryDict
from django.test import Client
from pytest_django import Settings

from browse.domain.box_places import place_of, turned
from browse.domain.boxes import Attribute, Box
from browse.requests.set_form import form_of, read_set_form
from browse.search import current_engine
from browse.sets import rows
from browse.sets.build import build_set
from browse.sets.errors import SetError
from browse.sets.formats.registry import FORMATS
from browse.sets.manifest import Manifest, differences, read_manifest
from browse.sets.reading import query_reader
from browse.sets.recipe import PictureKind, Recipe, as_values, canonical_json
from browse.sets.recipe_reader import RecipeError, recipe_of
from tests import datasets
from tests.boxed import box
from tests.datasets import BEACH, CAT, DOG, IDS, NAMES, ONE, SEA, THREE, TWO

pytestmark = pytest.mark.django_db
BOXES: dict[str, tuple[Box, ...]] = {
    ONE: (box(DOG, (0.0125, 0.195312, 0.148438, 0.5875), occluded=True, group=False), box(CAT, group=True)),
    TWO: (box(SEA, (0.0, 1.0, 0.0, 1.0), group=True), box(DOG, (0.00001, 0.4, 0.2, 0.3), group=False), box(SEA)),
    THREE: (box(DOG, (0.26106194, 0.6814159, 0.24557522, 0.57300884), group=False), box(BEACH, group=False)),
    IDS[4]: (box(BEACH),),
}
LABELS = [{"mid": mid, "at": 0.5} for mid in (DOG, CAT, BEACH)]
WANTED = {"labels": [SEA, DOG], "attributes": ["not-group", "group-unknown"], "area": 0.02}
RECIPE = {"labels": LABELS, "boxes": WANTED, "splits": {"seed": 5}}
WITH_FILES = tuple(name for name in FORMATS if name != "webdataset")
Found = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(autouse=True)
def boxed(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example data set with BOXES, and batches of two images."""
    settings.INDEX_DIR = tmp_path / "index"
    datasets.load_example(settings.INDEX_DIR, boxes=BOXES)
    monkeypatch.setattr(rows, "IMAGES_AT_ONCE", dict.fromkeys(PictureKind, 2))


def recipe(value: Any = RECIPE) -> Recipe:
    return recipe_of(value, query_reader(current_engine()))


def manifest_of(folder: Path) -> Manifest:
    return read_manifest((folder / "manifest.json").read_bytes())


def build(folder: Path, value: Any = RECIPE, formats: tuple[str, ...] = WITH_FILES) -> Any:
    return build_set(recipe(value), folder, formats, lambda what, done, total: None).about


def is_wanted(one: Box) -> bool:
    return one.mid in (SEA, DOG) and one.has(Attribute.GROUP) is not True and one.area >= 200


def expected(folder: Path) -> Found:
    """By a loop over the set's images the boxes of each: MID and sides."""
    with (folder / "images.csv").open() as file:
        ids = [row["image_id"] for row in csv.DictReader(file)]
    return {
        image: [(one.mid, one.x_min, one.x_max, one.y_min, one.y_max) for one in BOXES.get(image, ()) if is_wanted(one)]
        for image in ids
    }


def test_every_format_has_the_boxes_of_a_loop(tmp_path: Path) -> None:
    about = build(folder := tmp_path / "set")
    wanted = expected(folder)
    assert sum(map(len, wanted.values())) == about.boxes.boxes == 4
    assert sum(map(bool, wanted.values())) == about.boxes.images
    for found in (of_csv(folder), of_parquet(folder), of_open_images(folder)):
        assert found == {image: boxes for image, boxes in wanted.items() if boxes}
    for found in (of_huggingface(folder), of_coco(folder), of_fiftyone(folder)):
        assert {*found} == {*wanted}
        assert found == {image: [pytest.approx(one[1:]) for one in boxes] for image, boxes in wanted.items()}
    found = of_yolo(folder)
    assert found == {image: [pytest.approx(one[1:]) for one in boxes] for image, boxes in wanted.items() if boxes}
    counts = {
        row[0]: (int(row[3]), int(row[4])) for row in csv.reader((folder / "box_labels.csv").read_text().split()[1:])
    }
    assert counts == {
        mid: (
            sum(one[0] == mid for boxes in wanted.values() for one in boxes),
            sum(any(one[0] == mid for one in boxes) for boxes in wanted.values()),
        )
        for mid in (SEA, DOG)
    }


def of_csv(folder: Path) -> Found:
    found: Found = {}
    for row in csv.DictReader(io.StringIO((folder / "boxes.csv").read_text())):
        sides = (float(row[name]) for name in ("x_min", "x_max", "y_min", "y_max"))
        found.setdefault(row["image_id"], []).append((row["mid"], *sides))
    return found


def of_parquet(folder: Path) -> Found:
    found: Found = {}
    for row in pq.read_table(folder / "boxes").to_pylist():
        found.setdefault(row["image_id"], []).append(
            tuple(row[name] for name in ("mid", "x_min", "x_max", "y_min", "y_max"))
        )
        of_set = [one for one in BOXES[row["image_id"]] if (one.mid, one.x_min) == (row["mid"], row["x_min"])]
        assert {name: row[name] for name in Attribute} == {name: of_set[0].has(name) for name in Attribute}
    return found


def of_open_images(folder: Path) -> Found:
    found: Found = {}
    for path in (folder / "annotations").glob("*-annotations-bbox.csv"):
        for row in csv.DictReader(path.read_text().splitlines()):
            sides = (float(row[name]) for name in ("XMin", "XMax", "YMin", "YMax"))
            found.setdefault(row["ImageID"], []).append((row["LabelName"], *sides))
            assert row["IsGroupOf"] in ("0", "-1")
    return found


def of_huggingface(folder: Path) -> Found:
    found: Found = {}
    for path in (folder / "data").glob("*.parquet"):
        table = pq.read_table(path)
        features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
        (kinds,) = features["objects"]
        for row in table.to_pylist():
            for one in row["objects"]:
                assert [*one] == [*kinds]
                assert kinds["category"]["names"][one["category"]] == NAMES[one["mid"]]
            found[row["image_id"]] = [
                (one["x_min"], one["x_max"], one["y_min"], one["y_max"]) for one in row["objects"]
            ]
    return found


def of_coco(folder: Path) -> Found:
    found: Found = {}
    for path in (folder / "annotations").glob("boxes_*.json"):
        content = json.loads(path.read_bytes())
        names = {one["id"]: one["image_id"] for one in content["images"]}
        assert all(one["attribution"] and one["license"] and one["width"] == 1 for one in content["images"])
        assert {one["mid"]: one["name"] for one in content["categories"]} == {mid: NAMES[mid] for mid in (SEA, DOG)}
        assert len({one["id"] for one in content["annotations"]}) == len(content["annotations"])
        found |= {image: [] for image in names.values()}
        for one in content["annotations"]:
            left, top, width, height = one["bbox"]
            found[names[one["image_id"]]].append((left, left + width, top, top + height))
    return found


def of_fiftyone(folder: Path) -> Found:
    found: Found = {}
    for sample in json.loads((folder / "samples.json").read_bytes())["samples"]:
        boxes = [one["bounding_box"] for one in sample["boxes"]["detections"]]
        found[sample["image_id"]] = [(x, x + width, y, y + height) for x, y, width, height in boxes]
    return found


def of_yolo(folder: Path) -> Found:
    lists = {"train": "train.txt", "val": "validation.txt", "test": "test.txt"}
    there = {part: name for part, name in lists.items() if (folder / name).exists()}
    config = (folder / "data.yaml").read_text().partition("names:")[0]
    assert dict(line.split(": ") for line in config.splitlines()) == there, "no path: of where a program happens to run"
    listed = "".join((folder / name).read_text() for name in there.values())
    assert sorted(listed.split()) == [f"./data/{path.stem}.jpg" for path in sorted((folder / "data").glob("*.txt"))]
    found: Found = {}
    for path in (folder / "data").glob("*.txt"):
        for line in path.read_text().splitlines():
            x, y, width, height = (float(one) for one in line.split()[1:])
            place = (x - width / 2, x + width / 2, y - height / 2, y + height / 2)
            found.setdefault(path.stem, []).append(place)
    return found


def test_the_preview_and_the_page_say_what_the_set_has(client: Client, tmp_path: Path) -> None:
    about = build(tmp_path / "set", formats=("csv",))
    found = client.post("/api/sets/preview", json.dumps(RECIPE), content_type="application/json").json()
    numbers = found["set"]["boxes"]
    assert (numbers["boxes"], numbers["images"]) == (about.boxes.boxes, about.boxes.images)
    assert numbers["box_hash"] == about.boxes.sha256
    assert [(one["mid"], one["boxes"]) for one in numbers["labels"]] == [
        (one.mid, one.boxes) for one in about.boxes.classes
    ]
    form = form_of(as_values(recipe()), is_whole=True)
    assert recipe(read_set_form(QueryDict(form.query_string)).values()) == recipe()
    page = client.get(f"/sets/new?{form.query_string}")
    assert page.status_code == 200
    assert f"{about.boxes.boxes} boxes on {about.boxes.images} images" in page.content.decode()
    wrong = client.get(f"/sets/new?label={DOG}:0.8&boxes=recipe&box_area=2&box_attribute=big")
    assert wrong.status_code == 400
    assert "box_area" in wrong.content.decode()


def test_the_hash_of_boxes_differs_where_boxes_do_and_names_stay_where_there_are_none(tmp_path: Path) -> None:
    build(folder := tmp_path / "set", formats=("csv",))
    manifest = manifest_of(folder)
    build(tmp_path / "again", formats=("csv",))
    assert not [*differences(manifest, manifest_of(tmp_path / "again"))]
    build(tmp_path / "other", RECIPE | {"boxes": WANTED | {"area": 0.05}}, ("csv",))
    found = [*differences(manifest, manifest_of(tmp_path / "other"))]
    assert [line.partition(":")[0] for line in found] == ["box hash"]
    assert "boxes" not in canonical_json(recipe({"labels": LABELS}))
    assert not (tmp_path / "set" / "boxes").exists()
    with pytest.raises(SetError, match="yolo holds boxes"):
        build(tmp_path / "none", {"labels": LABELS}, ("yolo",))


@pytest.mark.parametrize(
    ("boxes", "field"),
    [
        ([], "boxes"),
        ({"label": []}, "boxes.label"),
        ({"labels": []}, "boxes.labels"),
        ({"labels": [DOG, 1]}, "boxes.labels[1]"),
        ({"attributes": "group"}, "boxes.attributes"),
        ({"attributes": ["big"]}, "boxes.attributes[0]"),
        ({"area": 1.5}, "boxes.area"),
        ({"masks": "yes"}, "boxes.masks"),
        ({"masks": None}, "boxes.masks"),
        ({"masks": 1}, "boxes.masks"),
        ({"area": 0.00001}, "boxes.area"),
    ],
)
def test_wrong_boxes_are_named_by_field(boxes: Any, field: str) -> None:
    with pytest.raises(RecipeError) as told:
        recipe({"labels": LABELS, "boxes": boxes})
    assert [one.field for one in told.value.faults] == [field]


def test_every_spelling_of_boxes_has_one_canonical_form() -> None:
    spelled = {"labels": [DOG, CAT, DOG], "attributes": ["inside", "not-inside", "inside-unknown", "group"], "area": 0}
    assert as_values(recipe({"labels": LABELS, "boxes": spelled}))["boxes"] == {
        "labels": [CAT, DOG],
        "attributes": ["group"],
        "area": 0,
    }
    assert as_values(recipe({"labels": LABELS, "boxes": {}}))["boxes"] == {
        "labels": "recipe",
        "attributes": [],
        "area": 0,
    }


def test_boxes_of_a_data_set_without_any_and_of_unknown_labels_are_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"boxes\.labels: /m/0gone"):
        build(tmp_path / "set", {"labels": LABELS, "boxes": {"labels": ["/m/0gone"]}})
    with pytest.raises(RecipeError, match=r"boxes\.masks: asks for masks, and this data set has none"):
        build(tmp_path / "set", {"labels": LABELS, "boxes": {"masks": True}}, ("coco",))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_many_boxes_are_turned_as_one_is(rotation: int) -> None:
    def sides(one: Box) -> Iterator[float]:
        place = place_of(one, rotation)
        yield from (place.left, place.right, place.top, place.bottom)

    boxes = [one for found in BOXES.values() for one in found]
    corners = np.array([(one.x_min, one.x_max, one.y_min, one.y_max) for one in boxes])
    assert turned(corners, rotation).tolist() == [pytest.approx([*sides(one)]) for one in boxes]
