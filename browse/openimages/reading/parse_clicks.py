"""Extreme clicks of box rows: eight numbers each, or -1 in all eight columns where a box was not drawn by clicks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from browse.domain.box_clicks import CLICK_COLUMNS, CLICK_UNIT, CLICK_WORDS, ClickWords, packed_clicks
from browse.openimages.reading.columns import column_of
from browse.openimages.reading.csv_rows import Rows
from browse.openimages.reading.parse_labels import share_of
from browse.openimages.reading.shares import UNIT, billionths

_STEP = UNIT // CLICK_UNIT
_NONE = pa.array(["-1", "-1.0", "-1.000000"])
"""How files write that there is no click; other spellings of it are read one by one."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Clicks:
    """The clicks of each row, packed; which rows have something else there; which have more decimals than are kept."""

    words: ClickWords
    bad: Mask
    rounded: Mask


def clicks_of(rows: Rows) -> Clicks:
    """By the columns CLICK_COLUMNS; none of any row where the file is without them."""
    count = rows.table.num_rows
    words = np.zeros((count, CLICK_WORDS), np.uint32)
    clicks = Clicks(words, np.zeros(count, np.bool_), np.zeros(count, np.bool_))
    if not set(CLICK_COLUMNS) <= set(rows.table.column_names):
        return clicks
    columns = [column_of(rows, name) for name in CLICK_COLUMNS]
    read = [billionths(column) for column in columns]
    plain = np.logical_and.reduce([known for _, known in read])
    values = np.stack([numbers for numbers, _ in read], axis=1)[plain]
    words[plain] = packed_clicks((values + _STEP // 2) // _STEP)
    clicks.rounded[plain] = (values % _STEP > 0).any(axis=1)
    absent = np.logical_and.reduce([_is_none(column) for column in columns])
    odd = np.flatnonzero(~(plain | absent))
    if len(odd):
        texts = (column.take(pa.array(odd)).to_pylist() for column in columns)
        for row, eight in zip(odd.tolist(), zip(*texts, strict=True), strict=True):
            _read_odd(clicks, row, eight)
    return clicks


def _is_none(column: pa.Array) -> Mask:
    found: Mask = pc.is_in(column, _NONE).to_numpy(zero_copy_only=False)
    return found


def _read_odd(clicks: Clicks, row: int, texts: tuple[str, ...]) -> None:
    """One row whose texts are neither all plain nor all usual spellings of -1."""
    if all(text.startswith("-") and share_of(text[1:]) == 1 for text in texts):
        return
    shares = [share for share in map(share_of, texts) if share is not None]
    clicks.bad[row] = len(shares) < len(texts)
    if not clicks.bad[row]:
        millionths = [int((share * CLICK_UNIT).to_integral_value(ROUND_HALF_UP)) for share in shares]
        clicks.words[row] = packed_clicks(np.array([millionths]))[0]
        clicks.rounded[row] = any(
            share != Decimal(kept) / CLICK_UNIT for share, kept in zip(shares, millionths, strict=True)
        )
