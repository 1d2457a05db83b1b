"""Box rows: coordinates read exactly as their texts say, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.box_rows import BOX_ROW, NO, UNKNOWN, YES, shift_of, shortest
from browse.domain.boxes import Attribute, area_of
from browse.openimages.reading.columns import bad_of, column_of, encoded
from browse.openimages.reading.csv_rows import Rows
from browse.openimages.reading.formats import is_mid
from browse.openimages.reading.image_keys import keys_of
from browse.openimages.reading.parse_clicks import clicks_of
from browse.openimages.reading.parse_labels import is_source, share_of
from browse.openimages.reading.parsed import ParsedBoxes
from browse.openimages.reading.rejects import Reason
from browse.openimages.reading.shares import UNIT, billionths

SIDES = ("XMin", "XMax", "YMin", "YMax")
ATTRIBUTES = {
    "IsOccluded": Attribute.OCCLUDED,
    "IsTruncated": Attribute.TRUNCATED,
    "IsGroupOf": Attribute.GROUP,
    "IsDepiction": Attribute.DEPICTION,
    "IsInside": Attribute.INSIDE,
}
DICTIONARIES = frozenset({"Source", "LabelName", "Confidence", *ATTRIBUTES})
_CODES = {"0": NO, "0.0": NO, "1": YES, "1.0": YES, "-1": UNKNOWN, "-1.0": UNKNOWN}
_BAD = 255
_AREA_UNIT = UNIT * UNIT // 10_000

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Sides:
    """The four sides of each row: corners as float64[n, 4], areas in ten-thousandths, and what is wrong with them.

    bad      one of them is no number from 0 to 1.
    crossed  the smaller is larger than the larger.
    """

    corners: npt.NDArray[np.float64]
    areas: npt.NDArray[np.int64]
    bad: Mask
    crossed: Mask


def parse_boxes(rows: Rows, *, decimal: bool) -> ParsedBoxes:
    """Checked rows of ImageID, Source, LabelName, Confidence, SIDES, those of ATTRIBUTES that there are, and clicks.

    An attribute without a column is unknown; without CLICK_COLUMNS there are none. The confidence, which
    is always 1, is checked and not kept.
    """
    keys, bad_key = keys_of(column_of(rows, "ImageID"), decimal=decimal)
    labels, mids = encoded(rows, "LabelName")
    sources, names = encoded(rows, "Source")
    levels, texts = encoded(rows, "Confidence")
    attributes, bad_attribute = _attributes(rows, len(keys))
    sides, clicks = sides_of([column_of(rows, name) for name in SIDES]), clicks_of(rows)
    good = rows.keep(
        [
            (bad_key, Reason.IMAGE_ID),
            (bad_of(sources, [is_source(name) for name in names]), Reason.SOURCE),
            (bad_of(labels, [is_mid(mid) for mid in mids]), Reason.MID),
            (bad_of(levels, [share_of(text) is not None for text in texts]), Reason.CONFIDENCE),
            (sides.bad, Reason.COORDINATE),
            (sides.crossed, Reason.CORNERS),
            (bad_attribute, Reason.ATTRIBUTE),
            (clicks.bad, Reason.CLICKS),
        ]
    )
    boxes = np.zeros(len(good), BOX_ROW)
    boxes["attributes"], boxes["area"], boxes["corners"] = attributes[good], sides.areas[good], sides.corners[good]
    boxes["clicks"] = clicks.words[good]
    rounds = (shortest(boxes["corners"]) != sides.corners[good]).any(axis=1) | clicks.rounded[good]
    rounded = int(np.count_nonzero(rounds))

    def raw(positions: npt.NDArray[np.int64]) -> pa.Array:
        return rows.raw(good[positions])

    lines = rows.lines[good]
    return ParsedBoxes(keys[good], labels[good], sources[good], boxes, lines, mids, names, raw, rows.bad, rounded)


def _attributes(rows: Rows, count: int) -> tuple[npt.NDArray[np.uint16], Mask]:
    """The attributes of each row, packed, and which rows have one that is neither -1, 0 nor 1."""
    packed, bad = np.zeros(count, np.uint16), np.zeros(count, np.bool_)
    for column, attribute in ATTRIBUTES.items():
        values: Any = np.uint16(UNKNOWN)
        if column in rows.table.column_names:
            codes, texts = encoded(rows, column)
            found = np.array([_CODES.get(text, _BAD) for text in texts] or [_BAD], np.uint16)
            values = found[codes]
            bad |= values == _BAD
        packed |= (values & np.uint16(3)) << np.uint16(shift_of(attribute))
    return packed, bad


def sides_of(columns: Sequence[pa.Array]) -> Sides:
    """The sides of boxes by the columns SIDES; areas exactly as `area_of` has them."""
    read = [billionths(column) for column in columns]
    values = np.stack([numbers for numbers, _ in read], axis=1)
    width, height = values[:, 1] - values[:, 0], values[:, 3] - values[:, 2]
    areas = (width * height + _AREA_UNIT // 2) // _AREA_UNIT
    sides = Sides(values / UNIT, areas, np.zeros(len(values), np.bool_), (width < 0) | (height < 0))
    odd = np.flatnonzero(~np.logical_and.reduce([plain for _, plain in read]))
    if len(odd):
        texts = [column.take(pa.array(odd)).to_pylist() for column in columns]
        for row, four in zip(odd.tolist(), zip(*texts, strict=True), strict=True):
            _read_odd(sides, row, *four)
    return sides


def _read_odd(sides: Sides, row: int, x_min: str, x_max: str, y_min: str, y_max: str) -> None:
    """One row whose texts are not all plain."""
    four = (x_min, x_max, y_min, y_max)
    numbers = [number for number in map(share_of, four) if number is not None]
    sides.bad[row] = len(numbers) < len(four)
    sides.crossed[row] = not sides.bad[row] and (numbers[0] > numbers[1] or numbers[2] > numbers[3])
    if not sides.bad[row]:
        sides.corners[row] = [abs(float(number)) for number in numbers]
        sides.areas[row] = area_of(*four)
