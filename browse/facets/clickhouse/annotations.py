"""Boxes, relationships, points, masks and narratives of images, and pages of boxes."""
# ruff: noqa: S608 - statements are put together from this room's own names and numbers

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from browse.domain.box_rows import shortest, unpacked
from browse.domain.boxes import Box
from browse.domain.masks import IOU_UNIT, UNKNOWN_IOU, Mask
from browse.domain.narratives import Narrative
from browse.domain.points import VERDICTS, Point
from browse.domain.relationships import Relationship, Sides
from browse.facets.annotations import PageOfBoxes, Triplet
from browse.facets.clickhouse.changes import Changes
from browse.facets.clickhouse.generation import key_table
from browse.facets.clickhouse.images import Images
from browse.facets.clickhouse.ordering import Order, levels_of, order_of, rows_between
from browse.query.box_terms import BoxTerm
from browse.query.values import Query

Row = TypeVar("Row")
CHOSEN = "chosen"
"""The table of images that goes along with what is asked of these alone."""


def _share(iou: int) -> float | None:
    return None if iou == UNKNOWN_IOU else iou / IOU_UNIT


def _corners(values: Sequence[float], each: int) -> list[list[float]]:
    rows: list[list[float]] = shortest(np.array(values, np.float32).reshape(-1, each)).tolist()
    return rows


class AnnotationAnswers:
    """The part of the engine that curators' words do not reach; hidden images have nothing."""

    changes: Changes

    @abstractmethod
    def check(self, query: Query, deadline: float | None) -> None:
        """Raise UnknownValueError for what the data set does not have."""

    @property
    def has_boxes(self) -> bool:
        """Whether the data set has any box, of a hidden image or not."""
        return self.changes.generation.kinds["boxes"]

    @property
    def has_clicks(self) -> bool:
        """Whether any of them has extreme clicks."""
        return bool(self.changes.generation.manifest.get("has_clicks"))

    @property
    def has_points(self) -> bool:
        """Whether the data set has any point, on a hidden image or not."""
        return self.changes.generation.kinds["points"]

    @property
    def has_masks(self) -> bool:
        """Whether the data set has any mask, on a hidden image or not."""
        return self.changes.generation.kinds["masks"]

    @property
    def has_narratives(self) -> bool:
        """Whether the data set has any narrative, on a hidden image or not."""
        return self.changes.generation.kinds["narrative"]

    @property
    def relations(self) -> Sequence[str]:
        """The relations that the data set has, on hidden images or not, by code point."""
        return self.changes.generation.relations

    def boxes_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Box, ...]]:
        """For visible images by their keys all boxes in file order; images without boxes are left out."""
        generation = self.changes.generation
        sources = [*generation.texts("box_source")]

        def made(labels: Any, numbers: Any, areas: Any, codes: Any, corners: Any) -> list[Box]:
            rows = zip(labels, numbers, areas, codes, _corners(corners, 4), strict=True)
            return [
                Box(generation.labels[label], sources[source], x_min, x_max, y_min, y_max, area, unpacked(code))
                for label, source, area, code, (x_min, x_max, y_min, y_max) in rows
            ]

        columns = ("box_labels", "box_sources", "box_areas", "box_attributes", "box_corners")
        return self._of("boxes", keys, columns, made)

    def relationships_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Relationship, ...]]:
        """For visible images by their keys all relationships in file order; images without any are left out."""
        labels, words = self.changes.generation.labels, self.changes.generation.relations

        def made(subjects: Any, relations: Any, objects: Any, corners: Any) -> list[Relationship]:
            rows = zip(subjects, relations, objects, _corners(corners, 8), strict=True)
            return [
                Relationship(labels[subject], words[word], labels[object_], Sides(*sides[:4]), Sides(*sides[4:]))
                for subject, word, object_, sides in rows
            ]

        columns = ("relation_subjects", "relation_words", "relation_objects", "relation_corners")
        return self._of("relationships", keys, columns, made)

    def points_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Point, ...]]:
        """For visible images by their keys all points in file order; images without any are left out."""
        generation = self.changes.generation
        sources = [*generation.texts("point_source")]

        def made(labels: Any, numbers: Any, verdicts: Any, votes: Any, texts: Any, places: Any) -> list[Point]:
            each = np.array(votes, np.int64).reshape(-1, len(VERDICTS)).tolist()
            rows = zip(labels, numbers, verdicts, each, texts, _corners(places, 2), strict=True)
            return [
                Point(generation.labels[label], sources[source], x, y, VERDICTS[verdict], tuple(given), text)
                for label, source, verdict, given, text, (x, y) in rows
            ]

        columns = ("point_labels", "point_sources", "point_verdicts", "point_votes", "point_texts", "point_places")
        return self._of("points", keys, columns, made)

    def masks_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Mask, ...]]:
        """For visible images by their keys all masks in file order; images without any are left out."""
        mids = self.changes.generation.labels

        def made(labels: Any, ids: Any, ious: Any, files: Any, corners: Any) -> list[Mask]:
            rows = zip(labels, ids, ious, files, _corners(corners, 4), strict=True)
            return [
                Mask(mids[label], box_id, x_min, x_max, y_min, y_max, _share(iou), file)
                for label, box_id, iou, file, (x_min, x_max, y_min, y_max) in rows
            ]

        columns = ("mask_labels", "mask_box_ids", "mask_ious", "mask_files", "mask_corners")
        return self._of("masks", keys, columns, made)

    def narratives_of(self, keys: Sequence[int]) -> Mapping[int, tuple[Narrative, ...]]:
        """For visible images by their keys all narratives in file order; images without any are left out."""

        def made(*columns: Any) -> list[Narrative]:
            return [Narrative(*row) for row in zip(*columns, strict=True)]

        names = ("annotators", "captions", "recordings", "files", "begins")
        return self._of("narrative", keys, [f"narrative_{name}" for name in names], made)

    def _of(
        self, kind: str, keys: Sequence[int], columns: Sequence[str], made: Callable[..., list[Row]]
    ) -> dict[int, tuple[Row, ...]]:
        if not self.changes.generation.kinds[kind] or not keys:
            return {}
        images = Images(self.changes, Query(), within=key_table(CHOSEN, keys))
        found = images.ask_rows(f"SELECT key, {', '.join(columns)} FROM {images.matching(['key', *columns])}")
        rows = {key: tuple(made(*values)) for key, *values in found}
        return {key: rows[key] for key in dict.fromkeys(keys) if rows.get(key)}

    def triplet_counts(self) -> list[tuple[Triplet, int]]:
        """For each triplet how many visible images have it, largest first, ties by the triplet."""
        columns = ("relation_subjects", "relation_words", "relation_objects")
        labels, words = self.changes.generation.labels, self.changes.generation.relations
        images = Images(self.changes, Query())
        sql = f"""SELECT t.1 AS s, t.2 AS r, t.3 AS o, count() AS n FROM {images.matching(columns)}
                  ARRAY JOIN arrayDistinct(arrayZip({", ".join(columns)})) AS t GROUP BY s, r, o"""
        total: dict[Triplet, int] = {}
        for subject, word, object_, n in images.ask_rows(sql):
            triplet = labels[subject], words[word], labels[object_]
            total[triplet] = total.get(triplet, 0) + int(n)
        return sorted(total.items(), key=lambda one: (-one[1], one[0]))

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
        self.check(query, deadline)
        images = Images(self.changes, query, deadline)
        order = order_of(images, query)
        columns = ["key", "box_labels", "box_areas", "box_attributes"]
        matching = images.matching(columns)
        counted = images.conditions.any_box(terms)
        chosen = f"arrayFilter((n, l, a, t) -> {counted}, arrayEnumerate(box_labels), {', '.join(columns[1:])})"
        boxes = f"(SELECT *, number, toInt64(box_areas[number]) AS area FROM {matching} ARRAY JOIN {chosen} AS number)"
        if largest_first:
            order = Order("-area")
        found = levels_of(images, boxes, order.level)
        held = images.ask_rows(f"SELECT count() AS n FROM {matching} WHERE notEmpty({chosen})")
        start = (number - 1) * size
        rows = rows_between(images, boxes, order, found, (start, start + size), ("key", "number"))
        places = [(int(key), int(box)) for key, box in rows]
        return PageOfBoxes(found.count, sum(int(n) for (n,) in held), places)
