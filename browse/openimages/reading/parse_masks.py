"""Mask rows: a label, the box that the mask was drawn in, and the name of its picture."""

from __future__ import annotations

from decimal import ROUND_HALF_UP

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.box_rows import shortest
from browse.domain.masks import IOU_UNIT, MASK_ROW, UNKNOWN_IOU
from browse.openimages.reading.columns import bad_of, column_of, encoded
from browse.openimages.reading.csv_rows import Rows
from browse.openimages.reading.formats import is_mid
from browse.openimages.reading.image_keys import keys_of
from browse.openimages.reading.parse_boxes import SIDES, sides_of
from browse.openimages.reading.parse_labels import share_of
from browse.openimages.reading.parsed import ParsedRows
from browse.openimages.reading.rejects import Reason

IOU = "PredictedIoU"
COLUMNS = ("MaskPath", "ImageID", "LabelName", "BoxID", *(f"Box{side}" for side in SIDES))
FURTHER = frozenset({IOU, "Clicks"})
DICTIONARIES = frozenset({"LabelName", IOU})
_BOX_ID_DIGITS = 8
_HEX = frozenset("0123456789abcdef")
_BAD_IOU = -2


def parse_masks(rows: Rows, file: str) -> ParsedRows:
    """Checked rows of COLUMNS, and of PredictedIoU where it is there; file: where they lie as they are, or nothing."""
    keys, bad_key = keys_of(column_of(rows, "ImageID"), decimal=False)
    labels, mids = encoded(rows, "LabelName")
    sides = sides_of([column_of(rows, f"Box{side}") for side in SIDES])
    boxes, bad_path = _box_ids(rows)
    ious = _ious(rows)
    good = rows.keep(
        [
            (bad_key, Reason.IMAGE_ID),
            (bad_of(labels, [is_mid(mid) for mid in mids]), Reason.MID),
            (sides.bad, Reason.COORDINATE),
            (sides.crossed, Reason.CORNERS),
            (bad_path, Reason.MASK),
            (ious == _BAD_IOU, Reason.IOU),
        ]
    )
    packed = np.zeros(len(good), MASK_ROW)
    packed["box_id"], packed["iou"] = boxes[good], ious[good]
    corners = sides.corners[good]
    packed["corners"] = corners
    rounded = int(np.count_nonzero((shortest(packed["corners"]) != corners).any(axis=1)))

    def raw(positions: npt.NDArray[np.int64]) -> pa.Array:
        return rows.raw(good[positions])

    texts = {"label": (labels[good], mids), "file": (np.zeros(len(good), np.int32), [file])}
    return ParsedRows(keys[good], packed, texts, rows.lines[good], raw, rows.bad, rounded)


def _box_ids(rows: Rows) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Each row's BoxID as a number, and which rows name another picture than theirs."""
    names = (rows.table.column(name).to_pylist() for name in ("MaskPath", "ImageID", "LabelName", "BoxID"))
    numbers = [
        int(box, 16)
        if len(box) == _BOX_ID_DIGITS and _HEX.issuperset(box) and path == f"{image}_{mid.replace('/', '')}_{box}.png"
        else -1
        for path, image, mid, box in zip(*names, strict=True)
    ]
    found = np.array(numbers, np.int64)
    return np.maximum(found, 0), found < 0


def _ious(rows: Rows) -> npt.NDArray[np.int64]:
    """Each row's PredictedIoU in hundred-thousandths, rounded half up; UNKNOWN_IOU where it has none."""
    if IOU not in rows.table.column_names:
        return np.full(rows.table.num_rows, UNKNOWN_IOU, np.int64)
    codes, texts = encoded(rows, IOU)
    shares = [share_of(text) if text else None for text in texts]
    numbers = [
        int((share * IOU_UNIT).to_integral_value(ROUND_HALF_UP))
        if share is not None
        else _BAD_IOU
        if text
        else UNKNOWN_IOU
        for share, text in zip(shares, texts, strict=True)
    ]
    found: npt.NDArray[np.int64] = np.array(numbers or [0], np.int64)[codes]
    return found
