"""The rows of `img` out of an index, a range of images at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.text_words import words as words_of
from browse.facets.index.open_index import Index
from browse.query.values import SUBSETS


def subsets_of(index: Index, images: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    """The place among SUBSETS of each image."""
    found = np.zeros(len(images), np.uint8)
    for place, name in enumerate(SUBSETS):
        found[index.is_in_set(images, index.subset_set(name))] = place
    return found


def licenses_of(index: Index, images: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint16]:
    """The place among the index's licenses of each image."""
    found = np.zeros(len(images), np.uint16)
    for number, slug in enumerate(index.licenses):
        found[index.is_in_set(images, index.license_set(slug))] = number
    return found


def kinds_of(index: Index, low: int, high: int) -> npt.NDArray[np.uint8]:
    """Of each image a bit for each of KINDS that it has."""
    found = np.zeros(high - low, np.uint8)
    tables_ = (index.boxes, index.masks, index.relationships, index.points, index.narratives)
    for place, offsets in enumerate(one.offsets for one in tables_):
        found |= (Ragged(offsets, low, high).sizes > 0).astype(np.uint8) << np.uint8(place)
    return found


def image_rows(index: Index, low: int, high: int) -> pa.Table:
    """The rows of `img` of the images from a number to before another."""
    images = np.arange(low, high, dtype=np.uint32)
    raw = np.asarray(index.classes.raw).astype(np.uint16) + np.uint16(1)
    pairs = Ragged(index.pair_offsets, low, high)
    columns: dict[str, Any] = {
        "key": np.asarray(index.image_keys[low:high]),
        "subset": subsets_of(index, images),
        "license": licenses_of(index, images),
        "author": np.asarray(index.image_authors[low:high]) + np.uint32(1),
        "annotations": np.asarray(index.annotation_counts[low:high]),
        "kinds": kinds_of(index, low, high),
        "labels": pairs.of(index.pair_labels),
        "classes": pairs.listed(raw[np.asarray(index.pair_classes[pairs.rows])]),
    }
    for further in (_boxes, _relationships, _points, _masks, _narratives):
        columns |= further(index, low, high)
    return pa.table(columns)


class Ragged:
    """Where the rows of some images stand in tables by image; nowhere where the tables are empty."""

    def __init__(self, offsets: npt.NDArray[Any], low: int, high: int) -> None:
        here = np.zeros(high - low + 1, np.int64) if not len(offsets) else np.asarray(offsets[low : high + 1])
        self._ends = here.astype(np.int64) - int(here[0])
        self.rows = slice(int(here[0]), int(here[-1]))

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """How many rows each image has."""
        return np.diff(self._ends)

    def of(self, column: npt.NDArray[Any]) -> pa.ListArray:
        return self.listed(np.asarray(column[self.rows]))

    def listed(self, values: Any, *, each: int = 1) -> pa.ListArray:
        """Values of these rows, `each` of them a row, as a list for each image."""
        flat = pa.array(values.ravel()) if isinstance(values, np.ndarray) else values
        return pa.ListArray.from_arrays(pa.array((self._ends * each).astype(np.int32)), flat)

    def taken(self, texts: Any, numbers: npt.NDArray[Any]) -> pa.ListArray:
        """Texts by their numbers."""
        wanted = np.asarray(numbers[self.rows])
        return self.listed(pa.array([texts[place] for place in wanted.tolist()], pa.string()))


def _boxes(index: Index, low: int, high: int) -> dict[str, Any]:
    rows, tables_ = Ragged(index.boxes.offsets, low, high), index.boxes
    return {
        "box_labels": rows.of(tables_.labels),
        "box_sources": rows.of(tables_.source_numbers),
        "box_attributes": rows.of(tables_.attributes),
        "box_areas": rows.of(tables_.areas),
        "box_corners": rows.listed(np.asarray(tables_.corners[rows.rows]), each=4),
    }


def _relationships(index: Index, low: int, high: int) -> dict[str, Any]:
    rows, tables_ = Ragged(index.relationships.offsets, low, high), index.relationships
    return {
        "relation_subjects": rows.of(tables_.subjects),
        "relation_words": rows.of(tables_.relation_numbers),
        "relation_objects": rows.of(tables_.objects),
        "relation_corners": rows.listed(np.asarray(tables_.corners[rows.rows]), each=8),
    }


def _points(index: Index, low: int, high: int) -> dict[str, Any]:
    rows, tables_ = Ragged(index.points.offsets, low, high), index.points
    return {
        "point_labels": rows.of(tables_.labels),
        "point_sources": rows.of(tables_.source_numbers),
        "point_verdicts": rows.of(tables_.verdicts),
        "point_votes": rows.listed(np.asarray(tables_.votes[rows.rows]), each=3),
        "point_texts": rows.taken(tables_.texts, tables_.text_numbers),
        "point_places": rows.listed(np.asarray(tables_.places[rows.rows]), each=2),
    }


def _masks(index: Index, low: int, high: int) -> dict[str, Any]:
    rows, tables_ = Ragged(index.masks.offsets, low, high), index.masks
    return {
        "mask_labels": rows.of(tables_.labels),
        "mask_files": rows.taken(tables_.files, tables_.file_numbers),
        "mask_box_ids": rows.of(tables_.box_ids),
        "mask_ious": rows.of(tables_.ious),
        "mask_corners": rows.listed(np.asarray(tables_.corners[rows.rows]), each=4),
    }


def _narratives(index: Index, low: int, high: int) -> dict[str, Any]:
    rows, tables_ = Ragged(index.narratives.offsets, low, high), index.narratives
    here = range(rows.rows.start, rows.rows.stop)
    captions = [tables_.captions[place] for place in here]
    return {
        "narrative_annotators": rows.of(tables_.annotators),
        "narrative_captions": rows.listed(pa.array(captions, pa.string())),
        "narrative_recordings": rows.listed(pa.array([tables_.recordings[place] for place in here], pa.string())),
        "narrative_files": rows.taken(tables_.files, tables_.file_numbers),
        "narrative_begins": rows.of(tables_.begins),
        "narrative_words": rows.listed(pa.array([words_of(text) for text in captions], pa.list_(pa.string()))),
    }
