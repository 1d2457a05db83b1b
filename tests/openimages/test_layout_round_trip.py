"""What is exported of relationships, points, masks and narratives and imported again is the same, for real rows too."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zlib
from base64 import b64decode
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from browse.models import MaskAnnotation, NarrativeAnnotation, PointAnnotation, RelationshipAnnotation
from tests.openimages.files import V1, image_row, write
from tests.openimages.imports import load

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]

FILES = {
    "relationships.csv": "relationships/oidv6-train-annotations-vrd.csv",
    "points.csv": "points_SYNTHETIC/oidv7-val-annotations-point-labels.csv",
    "masks.csv": "masks/*-annotations-object-segmentation.csv",
    "narratives.jsonl": "narratives/*.jsonl",
}
NUMBERS = ("Min", "Max", "IoU")
PLACES = {"file", "begin"}
QUERIES = ("has=masks", "has=narrative", "label=rel:/m/04yx4~is~*", "label=point:/m/0l515:no,unsure", "caption=image")


@pytest.fixture
def given(real_data: Path, tmp_path: Path) -> Path:
    """A folder with the real rows, as the releases name their files, and image rows for them."""
    folder = tmp_path / "given"
    folder.mkdir()
    for pattern in FILES.values():
        for path in (real_data / "later_releases").glob(pattern):
            shutil.copy(path, folder / path.name)
    for picture in (real_data / "later_releases/masks").glob("*.png"):
        shutil.copy(picture, folder / picture.name)
    ids = {row.get("ImageID") or row["ImageId"] for name in FILES if name.endswith("csv") for row in read(folder, name)}
    ids |= {json.loads(line)["image_id"] for line in lines(folder)}
    write(folder / "images.csv", V1, [image_row(one) for one in sorted(ids)])
    return folder


def paths(folder: Path, name: str) -> list[Path]:
    return [path for path in folder.iterdir() if path.match(Path(FILES[name]).name)]


def read(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of files as they were published."""
    return [row for path in paths(folder, name) for row in csv.DictReader(path.read_text().splitlines())]


def lines(folder: Path) -> list[str]:
    return [line for path in paths(folder, "narratives.jsonl") for line in path.read_text().splitlines()]


def as_numbers(row: dict[str, str]) -> tuple[str | Decimal, ...]:
    """A row with coordinates as numbers, whatever digits its file gives."""
    return tuple(
        Decimal(text) if text and (name in ("X", "Y") or any(one in name for one in NUMBERS)) else text
        for name, text in row.items()
    )


def exported(client: Client, folder: Path, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"".join(client.get(f"/export/{name}")))  # type: ignore[arg-type]
    return path


def tables() -> dict[str, list[Any]]:
    """All rows of the four kinds, but for where they were read from."""
    found = {}
    for model in (RelationshipAnnotation, PointAnnotation, MaskAnnotation, NarrativeAnnotation):
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in PLACES]
        labels = {"label_id": "label__mid", "subject_id": "subject__mid", "object_id": "object__mid"}
        columns = [labels.get(name, name).replace("source_id", "source__name") for name in names]
        found[model.__name__] = sorted(model.objects.values_list(*columns), key=repr)  # type: ignore[attr-defined]
    return found


def answers(client: Client) -> list[Any]:
    asked = [client.get(f"/api/images?{query}&include=masks,points,relationships,narratives") for query in QUERIES]
    return [answer.json()["results"] for answer in asked]


def test_real_rows_come_back_as_they_were_published(client: Client, given: Path, tmp_path: Path) -> None:
    load(given)
    before, answered = tables(), answers(client)
    assert all(before.values())
    assert all(answered)
    made = [exported(client, tmp_path / "once", name) for name in ("images.csv", *FILES)]
    for path in made[1:4]:
        published = read(given, path.name)
        found = [*csv.DictReader(path.read_text().splitlines())]
        assert [*found[0]] == [*published[0]]
        assert sorted(map(as_numbers, found), key=repr) == sorted(map(as_numbers, published), key=repr)
    assert sorted(made[4].read_text().splitlines()) == sorted(lines(given))
    load(tmp_path / "once", replace=True)
    assert tables() == before
    assert answers(client) == answered
    for path in made:
        assert exported(client, tmp_path / "twice", path.name).read_bytes() == path.read_bytes()


def test_the_real_mask_has_the_run_lengths_that_were_published(client: Client, given: Path, real_data: Path) -> None:
    load(given)
    for row in read(given, "masks.csv"):  # those without a picture here
        if not (given / row["MaskPath"]).is_file():
            MaskAnnotation.objects.filter(box_id=int(row["BoxID"], 16)).delete()
    coco = json.loads(b"".join(client.get("/export/coco-masks.json?id=001464cfae2a30b8")))  # type: ignore[arg-type]
    [published] = csv.DictReader((real_data / "later_releases/masks/as_published_rle.csv").read_text().splitlines())
    [image], [mask] = coco["images"], coco["annotations"]
    assert (image["width"], image["height"]) == (int(published["ImageWidth"]), int(published["ImageHeight"]))
    assert mask["segmentation"]["counts"] == zlib.decompress(b64decode(published["Mask"])).decode()
    assert mask["segmentation"]["size"] == [683, 1024]
    assert (mask["area"], mask["bbox"]) == (80650, [265, 164, 424, 231])


def test_a_file_of_masks_without_clicks_or_beside_others_is_read(client: Client, tmp_path: Path) -> None:
    header = "MaskPath,ImageID,LabelName,BoxID,BoxXMin,BoxXMax,BoxYMin,BoxYMax"
    one = "00000000000000aa"
    folder = tmp_path / "given"
    write(folder / "images.csv", V1, [image_row(one)])
    row = f"{one}_m01_{{0:08x}}.png,{one},/m/01,{{0:08x}},0.1,0.2,0.3,0.4"
    write(folder / "plain.csv", header, [row.format(1)])
    further = [f'{row.format(2)},0.5,"0.1 0.2 1"', f"{row.format(3)},,", f"{row.format(4)},,0.3 0.4 0"]
    write(folder / "more.csv", f"{header},PredictedIoU,Clicks", further)
    text = (folder / "more.csv").read_text()
    (folder / "more.csv").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode().rstrip())
    (folder / "other.csv").write_text(
        f"{header},PredictedIoU,Clicks\n{row.format(5)},,0.5 0.5 1".replace(",", ";").replace("MaskPath", " maskpath")
    )
    load(folder)
    found = csv.reader(io.StringIO(b"".join(client.get("/export/masks.csv")).decode()))  # type: ignore[arg-type]
    assert sorted(row[-1] for row in found) == ["", "", "0.1 0.2 1", "0.3 0.4 0", "0.5 0.5 1", "Clicks"]
