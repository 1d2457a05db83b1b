"""Relationships between two boxes of an image: one value, and one packed row, per row of a release's files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ATTRIBUTE_WORD = "is"
"""The relation of rows that say an attribute of one box: their second label names it, and both boxes are the same."""

RELATIONSHIP_ROW = np.dtype(
    [
        ("image", "<u4"),
        ("number", "<u2"),
        ("subject", "<u2"),
        ("relation", "<u2"),
        ("object", "<u2"),
        ("corners", "<f4", (8,)),
    ]
)
"""One relationship. image, subject, object: numbers of images and labels; relation: of a list of words.

number   its place among the image's relationships, from 0, in file order.
corners  x_min, x_max, y_min, y_max of the subject, then of the object; `box_rows.shortest` gives the numbers back.
"""
RelationshipRows = npt.NDArray[np.void]


def no_relationships() -> RelationshipRows:
    """No rows."""
    return np.empty(0, RELATIONSHIP_ROW)


@dataclass(frozen=True)
class Sides:
    """Shares of the stored picture's width and height, before its rotation, from the left and from the top."""

    x_min: float
    x_max: float
    y_min: float
    y_max: float


@dataclass(frozen=True)
class Relationship:
    """What one thing in an image has to do with another, each with its box; or which attribute it has.

    subject, object  MIDs; of an attribute, `object` is the attribute's and both boxes are the same.
    """

    subject: str
    relation: str
    object: str
    subject_box: Sides
    object_box: Sides

    @property
    def is_attribute(self) -> bool:
        """Whether it says an attribute."""
        return self.relation == ATTRIBUTE_WORD
