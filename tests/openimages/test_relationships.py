"""Imports of relationship files: into their table, over what is there, and never into image-level labels."""

from __future__ import annotations

from pathlib import Path

import pytest

from browse.domain.image_ids import image_id_from_key
from browse.models import Label, RelationshipAnnotation
from tests.openimages.box_files import A, B
from tests.openimages.files import pack, small_set, write
from tests.openimages.imports import load, rejects_of
from tests.openimages.oracle import world_of_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]

HEADER = "ImageID,LabelName1,LabelName2,XMin1,XMax1,YMin1,YMax1,XMin2,XMax2,YMin2,YMax2,RelationshipLabel"
GONE = "00000000000000ff"


def row(image_id: str, subject: str, relation: str, object_: str, sides: str = "0.1,0.5,0.25,0.75") -> str:
    return f"{image_id},{subject},{object_},{sides},{sides if relation == 'is' else '0,1,0.187500,0.999064'},{relation}"


ROWS = [
    row(B, "/m/01", "on", "/m/02"),
    row(A, "/m/02", "is", "/m/0wood", "0.17125,0.255625,0.5575,0.749167"),
    row(B, "/m/01", "on", "/m/02"),
    row(B, "/m/02", "inside_of", "/m/01"),
]
BOX = (0.1, 0.5, 0.25, 0.75)
OTHER = (0.0, 1.0, 0.1875, 0.999064)
STORED = [
    (A, "/m/02", "is", "/m/0wood", *(0.17125, 0.255625, 0.5575, 0.749167) * 2),
    (B, "/m/01", "on", "/m/02", *BOX, *OTHER),
    (B, "/m/01", "on", "/m/02", *BOX, *OTHER),
    (B, "/m/02", "inside_of", "/m/01", *BOX, *OTHER),
]


def stored() -> list[tuple[object, ...]]:
    sides = [f"{of}_{side}" for of in ("subject", "object") for side in ("x_min", "x_max", "y_min", "y_max")]
    columns = ("image_id", "subject__mid", "relation", "object__mid", *sides)
    rows = RelationshipAnnotation.objects.order_by("image_id", "number").values_list(*columns)
    return [(image_id_from_key(key), *values) for key, *values in rows]


def test_relationships_come_with_their_images_and_once_each(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    load(folder)
    before = world_of_database()
    file = write(folder / "vrd/train-annotations-vrd.csv", HEADER, ROWS)
    write(folder / "copy/vrd.csv", HEADER.replace("RelationshipLabel", "RelationLabel"), ROWS[:2])
    summary = load(folder)
    assert stored() == STORED
    assert summary.kinds["relationships"] == {"inserted": 4, "updated": 0, "unchanged": 0}
    assert "/m/0wood" in summary.labels_without_name
    after = world_of_database()
    assert (after.annotations, after.names) == (before.annotations, before.names | {"/m/0wood": "/m/0wood"})
    assert load(file).status == "unchanged"
    more = write(tmp_path / "more.csv", HEADER, [ROWS[0], ROWS[0], ROWS[0], row(A, "/m/01", "at", "/m/02")])
    assert load(more).kinds["relationships"] == {"inserted": 2, "updated": 0, "unchanged": 2}
    assert stored() == [STORED[0], (A, "/m/01", "at", "/m/02", *BOX, *OTHER), *STORED[1:], STORED[1]]


def test_rows_that_cannot_be_taken_are_named_with_their_lines(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    bad = [
        (row(GONE, "/m/01", "on", "/m/0gone"), "unknown image"),
        (row(A, "/m/01", "on top", "/m/02"), "relationship not one word"),
        (row(A, "01", "on", "/m/02"), "bad label MID"),
        (row(A, "/m/01", "on", "/m/02", "1,0,0,1"), "XMin above XMax or YMin above YMax"),
        (row(A, "/m/01", "on", "/m/02", "1.5,2,0,1"), "coordinate not a number in 0 to 1"),
    ]
    write(folder / "vrd.csv", HEADER, [*ROWS, *(text for text, _ in bad)])
    summary = load(folder, max_rejects=1)
    found = {(one["line"], one["reason"], one["row"]) for one in rejects_of(summary)}
    assert found == {(str(line), reason, text) for line, (text, reason) in enumerate(bad, len(ROWS) + 2)}
    assert not Label.objects.filter(mid="/m/0gone").exists()
    assert stored() == STORED


def test_rows_that_are_read_before_their_images_find_them(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    write(folder / "a.csv", HEADER, [*ROWS, row(GONE, "/m/01", "on", "/m/02")])
    archive = pack(folder, "set.tar")
    summary = load(archive, limit=1, max_rejects=1)
    assert (stored(), summary.rejects) == (STORED[:1], {"unknown image": 1})
    load(archive, replace=True, max_rejects=1)
    assert stored() == STORED
