"""What the reference engine answers of boxes, relationships, points, masks and narratives."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from browse.domain.boxes import Box
from browse.domain.masks import Mask
from browse.domain.narratives import Narrative
from browse.domain.points import Point
from browse.domain.relationships import Relationship
from browse.facets.annotations import PageOfBoxes, Triplet
from browse.facets.reference.box_pages import box_page
from browse.facets.reference.boxes import boxes_of
from browse.facets.reference.conditions import KIND_TABLES
from browse.facets.reference.masks import masks_of
from browse.facets.reference.narratives import narratives_of
from browse.facets.reference.ordering import in_order
from browse.facets.reference.points import points_of
from browse.facets.reference.relationships import relationships_of
from browse.facets.reference.tables import Tables
from browse.query.box_terms import BoxTerm
from browse.query.values import Query


class AnnotationAnswers:
    """The part of the engine that curators' verdicts do not reach; hidden images have nothing."""

    _tables: Tables

    @abstractmethod
    def _check(self, query: Query, deadline: float | None) -> None:
        """Raise UnknownValueError for what the data set does not have."""

    @property
    def has_boxes(self) -> bool:
        """Whether the data set has any box, of a hidden image or not."""
        return self._has_kind("boxes")

    @property
    def has_clicks(self) -> bool:
        """Whether any of them has extreme clicks."""
        return bool(self._tables.rows("SELECT 1 FROM browse_boxannotation WHERE clicks IS NOT NULL LIMIT 1"))

    def boxes_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Box, ...]]:
        """For visible images by their keys all boxes in file order; images without boxes are left out."""
        return boxes_of(self._tables, keys)

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
        self._check(query, deadline)
        keys, start = in_order(self._tables, query), (number - 1) * size
        below = cache(self._tables.below)
        return box_page(keys, self.boxes_of(keys), terms, below, largest_first=largest_first, start=start, size=size)

    @property
    def relations(self) -> list[str]:
        """The relations that the data set has, on hidden images or not, by code point."""
        rows = self._tables.rows("SELECT DISTINCT relation FROM browse_relationshipannotation")
        return sorted(word for (word,) in rows)

    def relationships_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Relationship, ...]]:
        """For visible images by their keys all relationships in file order; images without any are left out."""
        return relationships_of(self._tables, keys)

    @property
    def has_points(self) -> bool:
        """Whether the data set has any point, on a hidden image or not."""
        return self._has_kind("points")

    def points_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Point, ...]]:
        """For visible images by their keys all points in file order; images without any are left out."""
        return points_of(self._tables, keys)

    @property
    def has_masks(self) -> bool:
        """Whether the data set has any mask, on a hidden image or not."""
        return self._has_kind("masks")

    def masks_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Mask, ...]]:
        """For visible images by their keys all masks in file order; images without any are left out."""
        return masks_of(self._tables, keys)

    @property
    def has_narratives(self) -> bool:
        """Whether the data set has any narrative, on a hidden image or not."""
        return self._has_kind("narrative")

    def narratives_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Narrative, ...]]:
        """For visible images by their keys all narratives in file order; images without any are left out."""
        return narratives_of(self._tables, keys)

    def triplet_counts(self) -> list[tuple[Triplet, int]]:
        """For each triplet how many visible images have it, largest first, ties by the triplet."""
        sql = """SELECT s.mid, r.relation, o.mid, COUNT(DISTINCT i.id)
                 FROM browse_relationshipannotation r JOIN visible i ON i.id = r.image_id
                 JOIN browse_label s ON s.id = r.subject_id JOIN browse_label o ON o.id = r.object_id
                 GROUP BY s.mid, r.relation, o.mid"""
        return ranked(((s, relation, o), count) for s, relation, o, count in self._tables.ask(sql, Query()))

    def _has_kind(self, value: str) -> bool:
        """Whether the data set has any of a kind, with a - in front or not."""
        return bool(self._tables.rows(f"SELECT 1 FROM {KIND_TABLES[value.removeprefix('-')]} LIMIT 1"))  # noqa: S608

    def _box_labels(self, query: Query) -> list[tuple[str, int]]:
        sql = """SELECT l.mid, COUNT(DISTINCT c.id) FROM chosen c JOIN browse_boxannotation b ON b.image_id = c.id
                 JOIN browse_label l ON l.id = b.label_id GROUP BY l.mid"""
        return ranked((mid, count) for mid, count in self._tables.ask(sql, query))

    def _relations(self, query: Query) -> list[tuple[str, int]]:
        sql = """SELECT r.relation, COUNT(DISTINCT c.id) FROM chosen c
                 JOIN browse_relationshipannotation r ON r.image_id = c.id GROUP BY r.relation"""
        return ranked((word, count) for word, count in self._tables.ask(sql, query))


def ranked(counts: Iterable[tuple[Any, int]]) -> list[tuple[Any, int]]:
    """Largest first, ties by the value."""
    return sorted(((value, count) for value, count in counts), key=lambda pair: (-pair[1], pair[0]))
