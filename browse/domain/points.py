"""Points on images, about which raters were asked whether a label holds: one value, and one packed row, per row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt


class PointVerdict(StrEnum):
    """What raters made of a point, in listing order."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


VERDICTS = tuple(PointVerdict)
POINT_ROW = np.dtype(
    [
        ("image", "<u4"),
        ("number", "<u2"),
        ("label", "<u2"),
        ("source", "|u1"),
        ("verdict", "|u1"),
        ("votes", "<u2", (3,)),
        ("text", "<u4"),
        ("place", "<f4", (2,)),
    ]
)
"""One point. image, label, source: numbers; number: its place among the image's points, from 0, in file order.

verdict  place among VERDICTS; votes: for each of these. text: number of a text of the kind's own, empty for most.
place    from the left and from the top; `box_rows.shortest` gives the files' numbers back.
"""
PointRows = npt.NDArray[np.void]


def no_points() -> PointRows:
    """No rows."""
    return np.empty(0, POINT_ROW)


@dataclass(frozen=True)
class Point:
    """A point on an image and a label: whether the label holds there.

    x, y     shares of the stored picture's width and height, before its rotation, from the left and from the top.
    votes    how many raters said yes, no, and that they are unsure.
    text     what was asked in words, where that was not the label's name; else empty.
    """

    mid: str
    source: str
    x: float
    y: float
    verdict: PointVerdict
    votes: tuple[int, int, int]
    text: str = ""
