"""Masks: which part of an image a thing covers, drawn by people; one value, and one packed row, per row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

MASK_ROW = np.dtype(
    [
        ("image", "<u4"),
        ("number", "<u2"),
        ("label", "<u2"),
        ("file", "<u4"),
        ("box_id", "<u4"),
        ("iou", "<i4"),
        ("corners", "<f4", (4,)),
    ]
)
"""One mask. image, label: numbers; number: its place among the image's masks, from 0, in file order.

file: number of a text of the kind's own. iou: hundred-thousandths, or UNKNOWN_IOU. corners: of its box, x_min x_max
y_min y_max; `box_rows.shortest` gives the files' numbers back.
"""
IOU_UNIT = 100_000
UNKNOWN_IOU = -1
MaskRows = npt.NDArray[np.void]
SAME = 1e-4
"""Sides of a mask's box and of the box that it belongs to differ less."""


def no_masks() -> MaskRows:
    """No rows."""
    return np.empty(0, MASK_ROW)


def mask_path(image_id: str, mid: str, box_id: int) -> str:
    """What the release calls the picture of a mask, also within its zip files."""
    return f"{image_id}_{mid.replace('/', '')}_{box_id:08x}.png"


@dataclass(frozen=True)
class Mask:
    """A mask of an image: its picture is a PNG of the release.

    x_min … y_max  of the box that it was drawn in, as of boxes.
    iou            of the last click's segmentation, as the file says; None where that is not recorded.
    file           the CSV that it was read from, beside which the pictures may lie; empty where that was packed.
    """

    mid: str
    box_id: int
    x_min: float
    x_max: float
    y_min: float
    y_max: float
    iou: float | None = None
    file: str = ""


def boxes_of_masks(masks: Sequence[Mask], boxes: Sequence[tuple[str, Sequence[float]]]) -> list[int | None]:
    """For each mask of an image the place of the box that it was drawn in; None where there is none.

    boxes: MID, and x_min, x_max, y_min, y_max of each. Of several that fit the first that no mask before has.
    """
    taken: set[int] = set()
    found: list[int | None] = []
    for mask in masks:
        sides = (mask.x_min, mask.x_max, mask.y_min, mask.y_max)
        fitting = [
            place
            for place, (mid, corners) in enumerate(boxes)
            if mid == mask.mid and all(abs(one - other) <= SAME for one, other in zip(sides, corners, strict=True))
        ]
        place = next((one for one in fitting if one not in taken), fitting[0] if fitting else None)
        taken |= set() if place is None else {place}
        found.append(place)
    return found
