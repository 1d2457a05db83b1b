"""Bounding boxes: one value per row of a release's box files."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Attribute(StrEnum):
    """What a rater says of a box, in the order of the files' columns; each is yes, no, or unknown."""

    OCCLUDED = "occluded"
    TRUNCATED = "truncated"
    GROUP = "group"
    DEPICTION = "depiction"
    INSIDE = "inside"


@dataclass(frozen=True)
class Box:
    """A box around things of one label in an image.

    x_min … y_max   shares of the stored picture's width and height, before its rotation, as the file's text has them;
                    from the left and from the top.
    area            width × height in ten-thousandths of the picture (`area_of`).
    attributes      those that hold (True) or do not (False); one that is unknown, -1 in the files, is absent.
    """

    mid: str
    source: str
    x_min: float
    x_max: float
    y_min: float
    y_max: float
    area: int
    attributes: tuple[tuple[Attribute, bool], ...] = ()

    def has(self, attribute: Attribute) -> bool | None:
        """Whether an attribute holds; None where that is unknown."""
        return dict(self.attributes).get(attribute)


def area_of(x_min: str, x_max: str, y_min: str, y_max: str) -> int:
    """The area of a box in ten-thousandths of the picture, exactly from the text of its sides, rounded half up.

    Raises decimal.InvalidOperation for a text that is no number.
    """
    share = (Decimal(x_max) - Decimal(x_min)) * (Decimal(y_max) - Decimal(y_min))
    return int((share * 10_000).to_integral_value(rounding=ROUND_HALF_UP))
