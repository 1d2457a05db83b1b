"""Where boxes lie in a picture that is shown the right way up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt


class HasSides(Protocol):
    """What lies in a stored picture, as boxes do."""

    @property
    def x_min(self) -> float: ...

    @property
    def x_max(self) -> float: ...

    @property
    def y_min(self) -> float: ...

    @property
    def y_max(self) -> float: ...


@dataclass(frozen=True)
class Place:
    """A part of a picture: shares of its width, from the left, and of its height, from the top."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def width(self) -> float:
        """The share of the picture's width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The share of the picture's height."""
        return self.bottom - self.top


WHOLE = Place(0.0, 1.0, 0.0, 1.0)
WORDS = (("upper left", "top", "upper right"), ("left", "center", "right"), ("lower left", "bottom", "lower right"))


def place_of(box: HasSides, rotation: int | None) -> Place:
    """Where a box lies once its picture is turned by `rotation` degrees counter-clockwise, the data set's Rotation.

    Anything but a quarter turn turns nothing. What reaches beyond the picture ends at its edge.
    """
    left, right, top, bottom = (min(max(side, 0.0), 1.0) for side in (box.x_min, box.x_max, box.y_min, box.y_max))
    if rotation == 90:
        return Place(top, bottom, 1 - right, 1 - left)
    if rotation == 180:
        return Place(1 - right, 1 - left, 1 - bottom, 1 - top)
    if rotation == 270:
        return Place(1 - bottom, 1 - top, left, right)
    return Place(left, right, top, bottom)


def turned(corners: npt.NDArray[np.float64], rotation: int) -> npt.NDArray[np.float64]:
    """float64[n, 4], x_min x_max y_min y_max: the same places in a picture turned as `place_of` does it."""
    left, right, top, bottom = np.clip(corners, 0.0, 1.0).T
    sides = {
        90: (top, bottom, 1 - right, 1 - left),
        180: (1 - right, 1 - left, 1 - bottom, 1 - top),
        270: (1 - bottom, 1 - top, left, right),
    }.get(rotation, (left, right, top, bottom))
    return np.round(np.stack(sides, axis=1), 15)


def box_center(box: HasSides) -> tuple[float, float, float, float]:
    """The middle of a box from the left and from the top, its width and its height, without digits of rounding."""
    sides = ((box.x_min + box.x_max) / 2, (box.y_min + box.y_max) / 2, box.x_max - box.x_min, box.y_max - box.y_min)
    across, down, width, height = (round(side, 15) for side in sides)
    return across, down, width, height


def place_words(place: Place) -> str:
    """In which of nine parts of the picture the middle of a place is, such as "upper left"."""
    row, column = (
        min(int(3 * middle), 2) for middle in ((place.top + place.bottom) / 2, (place.left + place.right) / 2)
    )
    return WORDS[row][column]


def with_padding(place: Place, share: float) -> Place:
    """The place with so much of its own width and height around it on each side, within the picture."""
    beside, above = share * place.width, share * place.height
    return Place(
        max(place.left - beside, 0.0),
        min(place.right + beside, 1.0),
        max(place.top - above, 0.0),
        min(place.bottom + above, 1.0),
    )
