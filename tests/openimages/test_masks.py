"""Imports of mask files: into their table, as the releases write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from browse.domain.image_ids import image_id_from_key
from browse.models import MaskAnnotation
from tests.openimages.box_files import A, B
from tests.openimages.files import small_set, write
from tests.openimages.imports import load, rejects_of
from tests.openimages.oracle import world_of_database

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_data_dir")]

HEADER = "MaskPath,ImageID,LabelName,BoxID,BoxXMin,BoxXMax,BoxYMin,BoxYMax,PredictedIoU,Clicks"
CLICKS = "0.95498 0.65197 1;0.89370 0.56579 1"
ROWS = [
    f"{B}_m01_9a041d52.png,{B},/m/01,9a041d52,0.8875,0.960938,0.454167,0.720833,0.86864,{CLICKS}",
    f"{A}_m02_000000ff.png,{A},/m/02,000000ff,0.261062,0.681416,0.245575,0.573009,,",
]


def stored() -> list[tuple[object, ...]]:
    columns = ("image_id", "label__mid", "file", "box_id", "iou", "x_min", "x_max", "y_min", "y_max")
    rows = MaskAnnotation.objects.order_by("image_id", "number").values_list(*columns)
    return [(image_id_from_key(key), *values) for key, *values in rows]


def test_masks_come_with_their_images_and_change_no_label(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    load(folder)
    before = world_of_database()
    file = str(write(folder / "train-annotations-object-segmentation.csv", HEADER, ROWS))
    summary = load(folder)
    assert stored() == [
        (A, "/m/02", file, 0xFF, -1, 0.261062, 0.681416, 0.245575, 0.573009),
        (B, "/m/01", file, 0x9A041D52, 86864, 0.8875, 0.960938, 0.454167, 0.720833),
    ]
    assert summary.kinds["masks"] == {"inserted": 2, "updated": 0, "unchanged": 0}
    after = world_of_database()
    assert (after.annotations, after.names) == (before.annotations, before.names)
    assert load(write(tmp_path / "elsewhere.csv", HEADER, ROWS[1:])).status == "unchanged"


def test_rows_that_cannot_be_taken_are_named_with_their_lines(tmp_path: Path) -> None:
    folder = small_set(tmp_path / "set")
    sides = "0.1,0.2,0.3,0.4"
    path = "MaskPath not ImageID_label_BoxID.png of its row"
    bad = [
        (f"{A}_m01_9a041d5.png,{A},/m/01,9a041d5,{sides},,", path),
        (f"{B}_m01_9a041d52.png,{A},/m/01,9a041d52,{sides},,", path),
        (f"../{A}_m01_9a041d52.png,{A},/m/01,9a041d52,{sides},,", path),
        (f"{A}_m01_9a041d52.png,{A},/m/01,9a041d52,{sides},1.5,", "PredictedIoU not a number in 0 to 1"),
        (f"{A}_m01_9a041d52.png,{A},/m/01,9a041d52,0.2,0.1,0,1,,", "XMin above XMax or YMin above YMax"),
        (f"00000000000000ff_m01_9a041d52.png,00000000000000ff,/m/01,9a041d52,{sides},,", "unknown image"),
    ]
    write(folder / "masks.csv", HEADER, [*ROWS, *(text for text, _ in bad)])
    summary = load(folder, max_rejects=1)
    found = {(one["line"], one["reason"]) for one in rejects_of(summary)}
    assert found == {(str(number), reason) for number, (_, reason) in enumerate(bad, len(ROWS) + 2)}
    assert len(stored()) == 2
