"""What the embedded engine answers of boxes, relationships, points, masks and narratives."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence

from browse.domain.boxes import Box
from browse.domain.masks import Mask
from browse.domain.narratives import Narrative
from browse.domain.points import Point
from browse.domain.relationships import Relationship
from browse.facets.annotations import PageOfBoxes, Triplet
from browse.facets.embedded.box_pages import box_page
from browse.facets.embedded.boxes import boxes_of
from browse.facets.embedded.corrections import Corrections
from browse.facets.embedded.masks import masks_of
from browse.facets.embedded.narratives import narratives_of
from browse.facets.embedded.points import points_of
from browse.facets.embedded.relationships import relationships_of, triplet_counts
from browse.facets.embedded.selection import Selector
from browse.query.box_terms import BoxTerm
from browse.query.values import Query


class AnnotationAnswers:
    """The part of the engine that curators' verdicts do not reach; hidden images have nothing."""

    overlay: Corrections

    @abstractmethod
    def _selector(self, query: Query, deadline: float | None) -> Selector:
        """What tells the images of a query, once its values are known to be right."""

    @property
    def has_boxes(self) -> bool:
        """Whether the data set has any box, of a hidden image or not."""
        return len(self.overlay.index.boxes) > 0

    @property
    def has_clicks(self) -> bool:
        """Whether any of them has extreme clicks."""
        return self.overlay.index.manifest.has_clicks

    def boxes_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Box, ...]]:
        """For visible images by their keys all boxes in file order; images without boxes are left out."""
        return boxes_of(self.overlay, keys)

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
        """Page `number`, from 1, of `size` boxes that one of these terms counts; without terms of all on the images."""
        selector, start = self._selector(query, deadline), (number - 1) * size
        return box_page(selector, query, terms, largest_first=largest_first, start=start, size=size)

    @property
    def relations(self) -> Sequence[str]:
        """The relations that the data set has, on hidden images or not, by code point."""
        return self.overlay.index.relationships.words

    def relationships_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Relationship, ...]]:
        """For visible images by their keys all relationships in file order; images without any are left out."""
        return relationships_of(self.overlay, keys)

    @property
    def has_points(self) -> bool:
        """Whether the data set has any point, on a hidden image or not."""
        return len(self.overlay.index.points) > 0

    def points_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Point, ...]]:
        """For visible images by their keys all points in file order; images without any are left out."""
        return points_of(self.overlay, keys)

    @property
    def has_masks(self) -> bool:
        """Whether the data set has any mask, on a hidden image or not."""
        return len(self.overlay.index.masks) > 0

    def masks_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Mask, ...]]:
        """For visible images by their keys all masks in file order; images without any are left out."""
        return masks_of(self.overlay, keys)

    @property
    def has_narratives(self) -> bool:
        """Whether the data set has any narrative, on a hidden image or not."""
        return len(self.overlay.index.narratives) > 0

    def narratives_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Narrative, ...]]:
        """For visible images by their keys all narratives in file order; images without any are left out."""
        return narratives_of(self.overlay, keys)

    def triplet_counts(self) -> list[tuple[Triplet, int]]:
        """For each triplet how many visible images have it, largest first, ties by the triplet."""
        return triplet_counts(self.overlay)
