"""Shares of a picture as files give them, many texts at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.openimages.reading.image_keys import text_bytes

PLACES = 9
"""Decimals that are read without Python's own arithmetic: train has six, the others at most nine."""
UNIT = 10**PLACES


def billionths(column: pa.Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Texts from 0 to 1 with at most nine decimals as whole billionths, and which texts are such."""
    offsets, data = text_bytes(column)
    begins, lengths = offsets[:-1], np.diff(offsets)
    padded = np.concatenate([data, np.full(PLACES + 2, ord("0"), np.uint8)])
    plain = (lengths == 1) | ((lengths > 2) & (lengths <= PLACES + 2) & (padded[begins + 1] == ord(".")))
    first = padded[begins] - np.uint8(ord("0"))
    plain &= first <= 1
    numbers = first.astype(np.int64)
    for place in range(2, PLACES + 2):
        digits = padded[begins + place] - np.uint8(ord("0"))
        digits[lengths <= place] = 0
        plain &= digits <= 9
        numbers = numbers * 10 + digits
    plain &= numbers <= UNIT
    numbers[~plain] = 0
    return numbers, plain
