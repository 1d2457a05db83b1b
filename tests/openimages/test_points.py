"""Imports of point files: into their table, as the release writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from browse.domain.image_ids import image_id_from_key
from browse.models import PointAnnotation
from tests.openimages.box_files import A, B
from tests.openimages.files import small_set, write
from tests.openimages.imports import load, rejects_of
from tests.openimages.oracle import world_of_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]

HEADER = "ImageId,X,Y,Label,EstimatedYesNo,Source,YesVotes,NoVotes,UnsureVotes,TextLabel"
ROWS = [
    f"{B},0.468750,0.409956,/m/01,yes,ih,3,0,0,",
    f"{A},0.120000,0.910000,/m/02,no,cc,0,3,0,",
    f"{B},0.702148,0.500732,/m/01,unsure,ih,1,1,1,",
    f'{B},0.500000,0.400000,/m/0new,yes,ff,1,0,0,"airplane wing, left"',
]
STORED = [
    (A, "/m/02", "cc", 0.12, 0.91, 1, 0, 3, 0, ""),
    (B, "/m/01", "ih", 0.46875, 0.409956, 0, 3, 0, 0, ""),
    (B, "/m/01", "ih", 0.702148, 0.500732, 2, 1, 1, 1, ""),
    (B, "/m/0new", "ff", 0.5, 0.4, 0, 1, 0, 0, "airplane wing, left"),
]


def stored() -> list[tuple[object, ...]]:
    votes = ("yes_votes", "no_votes", "unsure_votes")
    columns = ("image_id", "label__mid", "source__name", "x", "y", "verdict", *votes, "text")
    rows = PointAnnotation.objects.order_by("image_id", "number").values_list(*columns)
    return [(image_id_from_key(key), *values) for key, *values in rows]


def test_points_come_with_their_images_and_change_no_label(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    load(folder)
    before = world_of_database()
    file = write(folder / "oidv7-val-annotations-point-labels.csv", HEADER, ROWS)
    summary = load(folder)
    assert stored() == STORED
    assert summary.kinds["points"] == {"inserted": 4, "updated": 0, "unchanged": 0}
    after = world_of_database()
    assert (after.annotations, after.names) == (before.annotations, before.names | {"/m/0new": "/m/0new"})
    assert load(file).status == "unchanged"
    short = write(tmp_path / "short.csv", HEADER.removesuffix(",TextLabel"), [ROWS[0].removesuffix(","), ROWS[1][:-1]])
    assert load(short).status == "unchanged"


def test_rows_that_cannot_be_taken_are_named_with_their_lines(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    bad = [
        (f"{A},0.1,0.2,/m/01,maybe,ih,1,0,0,", "EstimatedYesNo not yes, no or unsure"),
        (f"{A},0.1,0.2,/m/01,yes,ih,-1,0,0,", "votes not whole numbers up to 9999"),
        (f"{A},0.1,1.2,/m/01,yes,ih,1,0,0,", "coordinate not a number in 0 to 1"),
        (f"{A},0.1,0.2,01,yes,ih,1,0,0,", "bad label MID"),
        ("00000000000000ff,0.1,0.2,/m/01,yes,ih,1,0,0,", "unknown image"),
    ]
    write(folder / "points.csv", HEADER, [*ROWS, *(text for text, _ in bad)])
    summary = load(folder, max_rejects=1)
    found = {(one["line"], one["reason"], one["row"]) for one in rejects_of(summary)}
    assert found == {(str(line), reason, text) for line, (text, reason) in enumerate(bad, len(ROWS) + 2)}
    assert stored() == STORED
