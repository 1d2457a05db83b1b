"""Exports of boxes: the boxes that a plain loop finds, with the credit of their images, in each format."""

from __future__ import annotations

import csv
import io
import json
import re
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from pytest_django import Settings

from browse.curation import actions
from browse.domain.boxes import Attribute, Box
from browse.domain.image_ids import key_from_image_id
from browse.exports import matches
from browse.exports.tables import EXPORTS
from browse.models import Image, Label
from browse.query.box_terms import parse_box_term
from browse.rights import Credit
from tests import datasets
from tests.boxed import box
from tests.datasets import BEACH, CAT, DOG, IDS, NAMES, ONE, SEA, THREE, TWO
from tests.facets.brute import counted_areas

BOXES: dict[str, tuple[Box, ...]] = {
    ONE: (box(DOG, (0.012500, 0.195312, 0.148438, 0.5875), occluded=True, group=False), box(CAT, group=True)),
    TWO: (box(SEA, (0.0, 1.0, 0.0, 1.0)), box(DOG, (0.00001, 0.4, 0.2, 0.3), truncated=False, inside=True), box(SEA)),
    THREE: (box(DOG, (0.26106194, 0.6814159, 0.24557522, 0.57300884), depiction=True),),
    IDS[4]: (box(BEACH),),
}
QUERIES = {
    "": None,
    f"label={DOG}": [f"box:{DOG}"],
    f"label=box:{SEA}@0.5-1": [f"box:{SEA}@0.5-1"],
    f"any=box:{DOG}:occluded,occluded-unknown&any=box:{SEA}~2-&sort=random&seed=4": [
        f"box:{DOG}:occluded,occluded-unknown",
        f"box:{SEA}",
    ],
    f"label={DOG}&any=box:{CAT}:group&limit=2": [f"box:{CAT}:group"],
    "subset=train&limit=2": None,
    "subset=test": None,
}
"""By query the boxes that are wanted, any where None."""
Get = Callable[[str], bytes]


@pytest.fixture
def get(client: Client, db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Get:
    """GET of the small data set with BOXES, two images of the index at a time."""
    settings.INDEX_DIR = tmp_path
    monkeypatch.setattr(matches, "KEYS_AT_ONCE", 2)
    datasets.load_example(tmp_path, boxes=BOXES)

    def fetch(address: str) -> bytes:
        response = client.get(address)
        assert response.status_code == 200, response.content[:300]
        content = b"".join(response) if isinstance(response, StreamingHttpResponse) else response.content
        fetch.records = int(response["X-Record-Count"])  # type: ignore[attr-defined]
        return content

    return fetch


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))[1:]


def expected(get: Get, query: str) -> Iterator[tuple[str, Box]]:
    """Image and box, by a loop over the query's images."""
    wanted = QUERIES[query]
    for image_id, *_ in rows_of(get(f"/export/images.csv?{query}")):
        for one in BOXES.get(image_id, ()):
            if wanted is None or any(counted_areas(parse_box_term(term), [one]) for term in wanted):
                yield image_id, one


def cells(image_id: str, one: Box) -> list[str]:
    """A box as a release's file has it."""
    says = {True: "1", False: "0", None: "-1"}
    sides = (f"{side:.10f}".rstrip("0") for side in (one.x_min, one.x_max, one.y_min, one.y_max))
    ended = [f"{side}0" if side.endswith(".") else side for side in sides]
    return [image_id, one.source, one.mid, "1", *ended, *(says[one.has(attribute)] for attribute in Attribute)]


@pytest.mark.parametrize("query", QUERIES)
def test_every_format_has_the_boxes_that_a_loop_finds(get: Get, query: str) -> None:
    wanted = list(expected(get, query))
    content = get(f"/export/boxes.csv?{query}")
    assert content.decode().split("\n")[0] == (
        "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside"
    )
    assert rows_of(content) == [cells(*one) for one in wanted]
    assert get.records == len(wanted)  # type: ignore[attr-defined]
    coco = json.loads(get(f"/export/coco.json?{query}"))
    assert get.records == len(wanted)  # type: ignore[attr-defined]
    images = {one["id"]: one["image_id"] for one in coco["images"]}
    mids = {one["id"]: one["mid"] for one in coco["categories"]}
    found = [(images[one["image_id"]], mids[one["category_id"]], one["bbox"]) for one in coco["annotations"]]
    assert found == [
        (image, one.mid, pytest.approx([one.x_min, one.y_min, one.x_max - one.x_min, one.y_max - one.y_min]))
        for image, one in wanted
    ]
    assert [one["attributes"]["group"] for one in coco["annotations"]] == [
        one.has(Attribute.GROUP) for _, one in wanted
    ]
    assert list(images.values()) == list(dict.fromkeys(image for image, _ in wanted))
    assert unpacked_boxes(get(f"/export/yolo.tar?{query}")) == [
        (image, NAMES[one.mid], pytest.approx(center(one))) for image, one in wanted
    ]


def center(one: Box) -> list[float]:
    width, height = one.x_max - one.x_min, one.y_max - one.y_min
    return [one.x_min + width / 2, one.y_min + height / 2, width, height]


def members(content: bytes) -> dict[str, str]:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return {one.name: archive.extractfile(one).read().decode() for one in archive}  # type: ignore[union-attr]


def unpacked_boxes(content: bytes) -> list[tuple[str, str, list[float]]]:
    """Image, class and numbers of each line, in the archive's order."""
    files = members(content)
    names = re.findall(r'^  \d+: "(.*)"$', files["openimages-yolo/data.yaml"], re.MULTILINE)
    found = []
    for name, text in files.items():
        if name.endswith(".txt") and "/labels/" in name:
            for line in text.splitlines():
                number, *numbers = line.split(" ")
                found.append((Path(name).stem, names[int(number)], [float(one) for one in numbers]))
    return found


def test_images_come_with_their_credit_and_names_are_told_apart(get: Get) -> None:
    Label.objects.filter(mid=SEA).update(name=NAMES[DOG])
    datasets.update_image(TWO, title='Ünder, "two"\nlines', original_url="https://farm1.staticflickr.com/2/2_2_o.jpg")
    coco = json.loads(get("/export/coco.json"))
    assert [one["name"] for one in coco["categories"] if one["mid"] in (DOG, SEA)] == [
        f"{NAMES[DOG]} ({SEA})",
        f"{NAMES[DOG]} ({DOG})",
    ]
    files = members(get("/export/yolo.tar"))
    sheet = get("/credits.csv").decode().splitlines()
    assert files["openimages-yolo/credits.csv"].splitlines() == [
        line for line in sheet if line[:16] in {*BOXES, "ImageID,Title,Au"}
    ]
    assert files["openimages-yolo/rotations.csv"] == f"ImageID,Rotation\n{ONE},90\n"
    licenses = {one["id"]: one["name"] for one in coco["licenses"]}
    for one in coco["images"]:
        row = Image.objects.with_credit().get(pk=key_from_image_id(one["image_id"]))
        credit = Credit(row.title, row.credited_name, license_url=row.license.url)
        assert (one["title"], one["author"]) == (credit.title, credit.author)
        assert licenses[one["license"]] == credit.license.short_name
        assert one["attribution"]
    assert {one["image_id"]: one["rotation"] for one in coco["images"]}[ONE] == 90


def test_hidden_images_have_no_boxes_in_files_and_menus_offer_them_where_there_are_any(get: Get) -> None:
    actions.hide_image(image_id=TWO, by="rita", why="asked")
    assert {row[0] for row in rows_of(get("/export/boxes.csv"))} == {*BOXES} - {TWO}
    assert get.records == sum(map(len, BOXES.values())) - len(BOXES[TWO])  # type: ignore[attr-defined]
    page = get_page(get)
    for form in (one for one in EXPORTS if one.kind in ("", "boxes")):
        assert f'href="{form.path}?label={DOG}"' in page


def get_page(get: Get) -> str:
    client = Client()
    return client.get(f"/?label={DOG}").content.decode()


def test_without_boxes_files_are_empty_and_menus_have_none(
    client: Client, db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.INDEX_DIR = tmp_path
    datasets.load_example(tmp_path)
    assert 'href="/export/boxes.csv' not in client.get("/").content.decode()
    assert rows_of(b"".join(client.get("/export/boxes.csv"))) == []  # type: ignore[arg-type]
    coco = json.loads(b"".join(client.get("/export/coco.json")))  # type: ignore[arg-type]
    assert (coco["images"], coco["annotations"], coco["categories"], coco["licenses"]) == ([], [], [], [])
    assert unpacked_boxes(b"".join(client.get("/export/yolo.tar"))) == []  # type: ignore[arg-type]
