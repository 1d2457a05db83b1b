"""Boxes as arrays: one packed row each, as imports, index builds and engines pass millions of them on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from browse.domain.box_clicks import CLICK_WORDS
from browse.domain.boxes import Attribute

NO, YES, UNKNOWN = 0, 1, 2
"""The two bits of one attribute: 0, 1 and -1 of the files."""

BOX_ROW = np.dtype(
    [
        ("image", "<u4"),
        ("number", "<u2"),
        ("label", "<u2"),
        ("source", "|u1"),
        ("attributes", "<u2"),
        ("area", "<u2"),
        ("corners", "<f4", (4,)),
        ("clicks", "<u4", (CLICK_WORDS,)),
    ]
)
"""One box. image, label, source: numbers; number: its place among the image's boxes, from 0, in file order.

attributes  two bits each, as `packed` has them; area: ten-thousandths of the picture.
corners     x_min, x_max, y_min, y_max; `shortest` gives the files' numbers back.
clicks      as `box_clicks` packs them; zeros where there are none.
"""
BoxRows = npt.NDArray[np.void]
UNKNOWN_ALL = UNKNOWN * 0b01_01_01_01_01
_SHIFTS = {attribute: 2 * number for number, attribute in enumerate(Attribute)}


def no_boxes() -> BoxRows:
    """No rows."""
    return np.empty(0, BOX_ROW)


def shift_of(attribute: Attribute) -> int:
    """How far left an attribute's two bits stand."""
    return _SHIFTS[attribute]


def packed(values: dict[Attribute, int]) -> int:
    """NO, YES or UNKNOWN of each attribute as one number; those that are missing are unknown."""
    return sum(values.get(attribute, UNKNOWN) << shift_of(attribute) for attribute in Attribute)


def unpacked(code: int) -> tuple[tuple[Attribute, bool], ...]:
    """The attributes of a packed number that are known, as `Box` has them."""
    found = ((attribute, code >> shift_of(attribute) & 3) for attribute in Attribute)
    return tuple((attribute, value == YES) for attribute, value in found if value != UNKNOWN)


def shortest(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """The number of each value's shortest decimal text, which is what the files say of values from 0 to 1."""
    flat = np.ascontiguousarray(values, np.float32).ravel()
    exact = flat.astype(np.float64)
    result = np.round(exact, 6)
    left = np.flatnonzero(result.astype(np.float32) != flat)
    for places in range(7, 16):
        if not len(left):
            break
        tried = np.round(exact[left], places)
        result[left] = tried
        left = left[tried.astype(np.float32) != flat[left]]
    for place in left.tolist():
        result[place] = float(str(flat[place]))
    return result.reshape(values.shape)
