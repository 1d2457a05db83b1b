"""Figures of the whole data set that are laid at the build beside those of the index; every shard has a copy."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from browse.facets.clickhouse.alike import HEAD
from browse.facets.clickhouse.image_rows import Ragged, kinds_of, licenses_of, subsets_of
from browse.facets.index.open_index import Index
from browse.query.values import SUBSETS

Figures = npt.NDArray[Any]

IMAGES = 100_000
"""Images looked at at a time."""
MANY = 50_000
"""Labels with so many pairs have totals."""
MOST_CELLS = 1 << 22
"""Of so many kinds pairs of them may be; a data set with more has no totals of labels."""
MOST_ALIKE = 1 << 20
"""Rows of images that are alike; a data set with more is counted by the servers."""


def figures_of(index: Index) -> dict[str, Figures]:
    """All of them."""
    return {**alike_figures(index), **label_figures(index), "author_counts": author_figures(index)}


def alike_figures(index: Index) -> dict[str, Figures]:
    """How many images there are of each subset, kinds, license and set of classes, as `Alike` reads it."""
    rows, counts = np.empty((0, HEAD + -(-len(index.classes) // 8)), np.uint8), np.empty(0, np.int64)
    for low in range(0, index.images, IMAGES):
        images = np.arange(low, min(low + IMAGES, index.images), dtype=np.uint32)
        pairs = Ragged(index.pair_offsets, low, low + len(images))
        held = np.zeros((len(images), len(index.classes)), np.bool_)
        held[np.repeat(images - low, pairs.sizes), index.pair_classes[pairs.rows]] = True
        licenses = licenses_of(index, images).astype("<u2").view(np.uint8).reshape(-1, 2)
        more = [subsets_of(index, images), kinds_of(index, low, low + len(images)), licenses, np.packbits(held, axis=1)]
        rows = np.vstack([rows, np.column_stack(more)])
        counts = np.append(counts, np.ones(len(images), np.int64))
        as_bytes = np.ascontiguousarray(rows).view(f"V{rows.shape[1]}").ravel()
        _, first, of = np.unique(as_bytes, return_index=True, return_inverse=True)
        rows, counts = rows[first], np.bincount(of, counts).astype(np.int64)
        if len(rows) > MOST_ALIKE:
            return {"alike_rows": rows[:0], "alike_counts": counts[:0]}
    return {"alike_rows": rows, "alike_counts": counts}


def label_sizes(index: Index) -> npt.NDArray[np.int64]:
    """int64[labels]: pairs of each in any state."""
    counts = np.asarray(index.arrays["label_counts"]).reshape(len(index.labels), -1)
    sizes: npt.NDArray[np.int64] = counts.sum(axis=1, dtype=np.int64)
    return sizes


def label_figures(index: Index) -> dict[str, Figures]:
    """The cells of labels with many pairs, as `LabelTotals` reads them; none where they would be too many."""
    labels = np.flatnonzero(label_sizes(index) >= MANY)
    sorts = np.empty(0, np.int64)
    for low, high in _ranges(index):
        sorts = np.union1d(sorts, _sorts(index, low, high))
    shape = len(labels), len(index.classes), len(sorts)
    if not all(shape) or np.prod(shape) > MOST_CELLS:
        return {"total_labels": labels[:0], "total_cells": np.empty(0, np.int64)}
    ranks = np.full(len(index.labels), -1, np.int64)
    ranks[labels] = np.arange(len(labels))
    counts = np.zeros(np.prod(shape), np.int64)
    for low, high in _ranges(index):
        pairs = Ragged(index.pair_offsets, low, high)
        mine = ranks[index.pair_labels[pairs.rows]]
        kind = np.repeat(np.searchsorted(sorts, _sorts(index, low, high)), pairs.sizes)
        places = (mine * shape[1] + index.pair_classes[pairs.rows]) * shape[2] + kind
        counts += np.bincount(places[mine >= 0], minlength=len(counts))
    there = np.flatnonzero(counts)
    rank, class_, sort = np.unravel_index(there, shape)
    raw = np.asarray(index.classes.raw).astype(np.int64)[class_] + 1
    subset, kinds, license_ = sorts[sort] & 255, sorts[sort] >> 8 & 255, sorts[sort] >> 16
    cells = np.stack([labels[rank], raw, subset, license_, kinds, counts[there]], axis=1)
    return {"total_labels": labels, "total_cells": cells.ravel()}


def _ranges(index: Index) -> list[tuple[int, int]]:
    return [(low, min(low + IMAGES, index.images)) for low in range(0, index.images, IMAGES)]


def _sorts(index: Index, low: int, high: int) -> npt.NDArray[np.int64]:
    """Of each image in a range its subset, kinds and license as one number."""
    images = np.arange(low, high, dtype=np.uint32)
    subsets, licenses = subsets_of(index, images).astype(np.int64), licenses_of(index, images).astype(np.int64)
    return subsets | kinds_of(index, low, high).astype(np.int64) << 8 | licenses << 16


def author_figures(index: Index) -> npt.NDArray[np.uint32]:
    """uint32[subsets, authors + 1]: images by subset and author, as numbered in the tables."""
    authors = len(index.authors) + 1
    counts = np.zeros(len(SUBSETS) * authors, np.uint32)
    for low in range(0, index.images, IMAGES):
        images = np.arange(low, min(low + IMAGES, index.images), dtype=np.uint32)
        theirs = np.asarray(index.image_authors[images]) + np.uint32(1)
        places = subsets_of(index, images).astype(np.int64) * authors + theirs
        counts += np.bincount(places, minlength=len(counts)).astype(np.uint32)
    return counts.reshape(len(SUBSETS), authors)
