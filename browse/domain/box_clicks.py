"""Extreme clicks: the four points by which a box was drawn, as V6's train boxes have them, packed into 20 bytes."""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt

CLICK_COLUMNS = tuple(f"XClick{number}{axis}" for axis in "XY" for number in range(1, 5))
"""Columns of the files: shares of the stored picture, the first four of its width, the others of its height."""
CLICK_VALUES = len(CLICK_COLUMNS)
CLICK_UNIT = 1_000_000
"""The files give six decimals."""
CLICK_WORDS = 5
"""A value is kept as millionths plus one, in 20 bits, so that a row of zeros has no clicks: the lower 16 bits of all
eight, then the upper 4, those of the first value lowest. Numbers are little-endian.
"""
_LOW_BITS, _HIGH_BITS = 16, 4
_SHIFTS = np.arange(0, CLICK_VALUES * _HIGH_BITS, _HIGH_BITS, dtype=np.uint32)
_PACKED = struct.Struct("<8HI")
ClickWords = npt.NDArray[np.uint32]


def packed_clicks(millionths: npt.NDArray[np.int64]) -> ClickWords:
    """uint32[n, 5] of int64[n, 8], each from 0 to a million."""
    kept = millionths + 1
    words = np.empty((len(kept), CLICK_WORDS), "<u4")
    words[:, :-1] = (kept & 0xFFFF).astype("<u2").view("<u4")
    words[:, -1] = ((kept >> _LOW_BITS).astype(np.uint32) << _SHIFTS).sum(axis=1, dtype=np.uint32)
    return words


def millionths_of(words: ClickWords) -> npt.NDArray[np.int64]:
    """int64[n, 8] of packed rows; -1 in those without clicks."""
    low = np.ascontiguousarray(words[:, :-1], "<u4").view("<u2").astype(np.int64)
    high = (words[:, -1:] >> _SHIFTS & np.uint32((1 << _HIGH_BITS) - 1)).astype(np.int64)
    return (low | high << _LOW_BITS) - 1


def have_clicks(words: ClickWords) -> npt.NDArray[np.bool_]:
    """Which packed rows have clicks."""
    return np.asarray(words.any(axis=1))


def click_shares(packed: bytes) -> list[float]:
    """The eight numbers of one packed row that has clicks, as the files have them."""
    *low, high = _PACKED.unpack(packed)
    return [
        ((value | (high >> place * _HIGH_BITS & 0xF) << _LOW_BITS) - 1) / CLICK_UNIT for place, value in enumerate(low)
    ]
