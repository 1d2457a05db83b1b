"""What every facet engine answers of annotations that images have beside pairs. Curators do not change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from browse.domain.boxes import Box
from browse.domain.masks import Mask
from browse.domain.narratives import Narrative
from browse.domain.points import Point
from browse.domain.relationships import Relationship
from browse.query.box_terms import BoxTerm
from browse.query.values import Query

Triplet = tuple[str, str, str]
"""The MID of the subject, the relation, the MID of the object."""


@dataclass(frozen=True)
class PageOfBoxes:
    """One page: `count` boxes on `images` images in all; `places` are database key and number of a box, from 1."""

    count: int
    images: int
    places: list[tuple[int, int]]


class Boxes(Protocol):
    """The bounding boxes of images, which curators do not change. Hidden images have none."""

    @property
    def has_boxes(self) -> bool:
        """Whether the data set has any box, of a hidden image or not."""
        ...

    @property
    def has_clicks(self) -> bool:
        """Whether any of them has extreme clicks."""
        ...

    def boxes_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Box, ...]]:
        """For images by their database keys all boxes in file order; images without boxes are left out."""
        ...

    def box_page(
        self,
        query: Query,
        terms: Sequence[BoxTerm],
        *,
        largest_first: bool = False,
        number: int,
        size: int,
        deadline: float | None = None,
    ) -> PageOfBoxes:
        """Page `number`, from 1, of `size` boxes that one of these terms counts, or of all without any, on the images
        that match.

        In the query's order, and file order on each image; with largest_first by area, ties by ImageID, then so.
        """
        ...


class Relationships(Protocol):
    """What things in images have to do with one another. Hidden images have no relationships."""

    @property
    def relations(self) -> Sequence[str]:
        """The relations that the data set has, on hidden images or not, by code point."""
        ...

    def relationships_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Relationship, ...]]:
        """For images by their database keys all relationships in file order; images without any are left out."""
        ...

    def triplet_counts(self) -> list[tuple[Triplet, int]]:
        """For each triplet the count of `label=rel:SUBJECT~RELATION~OBJECT`; largest first, ties by the triplet, none
        without images.
        """
        ...


class Points(Protocol):
    """Points about which raters were asked whether a label holds there. Hidden images have none."""

    @property
    def has_points(self) -> bool:
        """Whether the data set has any point, on a hidden image or not."""
        ...

    def points_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Point, ...]]:
        """For images by their database keys all points in file order; images without any are left out."""
        ...


class Masks(Protocol):
    """Which parts of images things cover. Hidden images have none."""

    @property
    def has_masks(self) -> bool:
        """Whether the data set has any mask, on a hidden image or not."""
        ...

    def masks_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Mask, ...]]:
        """For images by their database keys all masks in file order; images without any are left out."""
        ...


class Narratives(Protocol):
    """What annotators said of images. Hidden images have none."""

    @property
    def has_narratives(self) -> bool:
        """Whether the data set has any narrative, on a hidden image or not."""
        ...

    def narratives_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Narrative, ...]]:
        """For images by their database keys all narratives in file order; images without any are left out."""
        ...
