"""Imports of box files: into their table, over what is there, and never into image-level labels."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.test import Client

from browse.models import Label
from tests.openimages.box_files import BOXES, V3_BOXES, A, B, C, box_row, stored_boxes
from tests.openimages.files import V1, image_row, pack, small_set, write
from tests.openimages.imports import load, rejects_of
from tests.openimages.oracle import World, world_of_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]

ROWS = [
    box_row(B, "/m/02", "0.012500,0.195312,0.148438,0.587500", "0,1,0,0,0"),
    box_row(A, "/m/01", "0.25,0.75,0,1", "-1,-1,1,-1,-1"),
    box_row(B, "/m/01", "0.1,0.1,0.1,0.1"),
    box_row(B, "/m/01", "0.1,0.1,0.1,0.1"),
]
STORED = [
    (A, "/m/01", "xclick", 0.25, 0.75, 0.0, 1.0, 5000, 0b10_10_01_10_10),
    (B, "/m/02", "xclick", 0.0125, 0.195312, 0.148438, 0.5875, 803, 0b00_00_00_01_00),
    (B, "/m/01", "xclick", 0.1, 0.1, 0.1, 0.1, 0, 0),
    (B, "/m/01", "xclick", 0.1, 0.1, 0.1, 0.1, 0, 0),
]


def test_boxes_come_with_their_images_in_file_order(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    expected = World()
    expected.read(folder)
    write(folder / "boxes/train-annotations-bbox.csv", BOXES, ROWS)
    summary = load(folder)
    assert stored_boxes() == STORED
    assert summary.kinds["boxes"] == {"inserted": 4, "updated": 0, "unchanged": 0}
    assert world_of_database() == expected
    assert load(folder).status == "unchanged"


def test_a_box_file_alone_changes_no_label_and_gives_new_ones_no_name(tmp_path: Path) -> None:
    load(small_set(tmp_path / "set"))
    before = world_of_database()
    boxes = write(tmp_path / "boxes.csv", BOXES, [*ROWS, box_row(C, "/m/0new")])
    summary = load(boxes)
    assert len(stored_boxes()) == 5
    assert summary.labels_without_name == ["/m/0new"]
    after = world_of_database()
    assert after.annotations == before.annotations
    assert after.names == before.names | {"/m/0new": "/m/0new"}
    again = load(boxes)
    assert (again.status, again.kinds["boxes"]["unchanged"], again.rows["unchanged"]) == ("unchanged", 4 + 1, 5)
    assert Label.objects.get(mid="/m/0new").in_dictionary is False


def test_another_file_adds_its_boxes_and_what_it_knows_of_attributes(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    write(folder / "boxes.csv", BOXES, ROWS)
    load(folder)
    more = [
        box_row(A, "/m/01", "0.25,0.75,0,1", "1,-1,-1,-1,-1"),
        box_row(B, "/m/01", "0.1,0.1,0.1,0.1"),
        box_row(B, "/m/01", "0.1,0.1,0.1,0.1"),
        box_row(B, "/m/01", "0.1,0.1,0.1,0.1"),
        box_row(A, "/m/01", "0.25,0.75,0,0.5"),
    ]
    summary = load(write(tmp_path / "later.csv", BOXES, more))
    assert summary.kinds["boxes"] == {"inserted": 2, "updated": 1, "unchanged": 2}
    known = STORED[0][:-1]
    assert stored_boxes() == [
        (*known, 0b10_10_01_10_01),
        (A, "/m/01", "xclick", 0.25, 0.75, 0.0, 0.5, 2500, 0),
        *STORED[1:],
        STORED[3],
    ]
    old = write(tmp_path / "v3.csv", V3_BOXES, [box_row(A, "/m/01", "0.25,0.75,0,1", "")])
    assert load(old).status == "unchanged"


def test_the_same_boxes_in_two_files_of_one_run_are_there_once(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    write(folder / "a/boxes.csv", BOXES, ROWS)
    write(folder / "b/boxes.csv", V3_BOXES, [row.rsplit(",", 5)[0] for row in ROWS])
    write(folder / "c/boxes.csv", BOXES, ROWS[1:2])
    summary = load(folder)
    assert stored_boxes() == STORED
    assert summary.kinds["boxes"] == {"inserted": 4, "updated": 0, "unchanged": 0}
    assert summary.rows["unchanged"] == len(ROWS) + 1


def test_boxes_of_images_that_are_nowhere_are_rejected_or_skipped(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    nowhere = box_row("00000000000000ff", "/m/0gone")
    write(folder / "boxes.csv", BOXES, [ROWS[0], nowhere, ROWS[2], box_row(A, sides="1,0,0,1")])
    summary = load(folder, max_rejects=1)
    assert {(row["line"], row["reason"], row["row"]) for row in rejects_of(summary)} == {
        ("3", "unknown image", nowhere),
        ("5", "XMin above XMax or YMin above YMax", box_row(A, sides="1,0,0,1")),
    }
    assert not Label.objects.filter(mid="/m/0gone").exists()
    assert load(folder, replace=True, known_images_only=True, max_rejects=1).unknown_images_skipped == 1
    assert stored_boxes() == [STORED[1], STORED[2]]


def test_boxes_that_are_read_before_their_images_find_them(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    write(folder / "a.csv", BOXES, [*ROWS, box_row("00000000000000ff")])
    archive = pack(folder, "set.tar")
    summary = load(archive, limit=1, max_rejects=1)
    assert stored_boxes() == STORED[:1]
    assert (summary.kinds["boxes"]["inserted"], summary.rejects) == (1, {"unknown image": 1})
    summary = load(archive, replace=True, max_rejects=1)
    assert stored_boxes() == STORED
    assert (summary.rejects, rejects_of(summary)[0]["line"]) == ({"unknown image": 1}, "6")


def test_replacing_the_data_set_takes_its_boxes_away(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    boxes = write(folder / "boxes.csv", BOXES, ROWS)
    load(folder)
    boxes.unlink()
    load(folder, replace=True)
    assert stored_boxes() == []


def test_exported_boxes_come_back_as_they_were(client: Client, tmp_path: Path, real_data: Path) -> None:
    """Rows of every shape, and real ones of V5 and V6."""
    folder = small_set(tmp_path / "set")
    write(folder / "boxes.csv", BOXES, [*ROWS, box_row(C, sides="0.000001,1,0.026106194,0.99999994")])
    later = real_data / "later_releases"
    given = [path for name in ("boxes_v5_validation", "boxes_v6_train") for path in (later / name).glob("*.csv")]
    real = [row for path in given for row in rows_of(path)]
    ids = sorted({row["ImageID"] for row in real})
    write(folder / "more/images.csv", V1, [image_row(image_id) for image_id in ids])
    load(folder, *given)
    before = stored_boxes()
    for name in ("images", "boxes"):
        content = b"".join(client.get(f"/export/{name}.csv"))  # type: ignore[arg-type]
        (tmp_path / f"{name}.csv").write_bytes(content)
    exported = [as_numbers(row) for row in rows_of(tmp_path / "boxes.csv")]
    assert len(exported) == len(before) == len(real) + 5
    assert not [row for row in real if as_numbers(row) not in exported]
    load(tmp_path / "images.csv", tmp_path / "boxes.csv", replace=True)
    assert stored_boxes() == before


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_numbers(row: dict[str, str]) -> tuple[str | float, ...]:
    """A row of 13 columns, whatever digits its file gives."""
    cells = [row[name] for name in BOXES.split(",")]
    return (*cells[:3], *map(float, cells[3:]))
