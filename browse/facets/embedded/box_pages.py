"""Pages of boxes: which boxes on the images of a set, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from browse.facets.embedded import kernels, ordering
from browse.facets.embedded.box_page_kernels import Codes, Masks, count_boxes, find_holders, take_boxes
from browse.facets.embedded.box_terms import labels_of, terms_met
from browse.facets.embedded.kernels import Bitset, Counts, ImageNumbers
from browse.facets.embedded.selection import Selector
from browse.facets.engine import PageOfBoxes
from browse.facets.index.open_index import Index
from browse.query.box_terms import WHOLE, BoxTerm
from browse.query.values import Query

Places = npt.NDArray[np.int64]
"""Image number and row in the tables by image, for each box."""
EVERY = np.uint64(0xFFFFFFFFFFFFFFFF)


def _masks(index: Index, terms: Sequence[BoxTerm]) -> Masks:
    """The terms that a box of some label, area, or packed attributes meets, as bits; without terms every box is met."""
    if not terms:
        by_label, by_area, by_attributes = (np.full(n, EVERY) for n in (len(index.labels), *map(len, terms_met(()))))
        return by_label, by_area, by_attributes
    by_label = np.zeros(len(index.labels), np.uint64)
    for row, term in enumerate(terms):
        by_label[labels_of(index, term)] |= np.uint64(1 << row)
    return by_label, *terms_met(terms)


def box_page(
    selector: Selector, query: Query, terms: Sequence[BoxTerm], *, largest_first: bool, start: int, size: int
) -> PageOfBoxes:
    """At most `size` boxes from place `start` on, that a term counts on the query's images; of all without terms."""
    index, words = selector.index, selector.select(query)
    if not len(index.boxes):
        return PageOfBoxes(0, 0, [])
    masks, holders, counts = _masks(index, terms), np.zeros_like(words), np.zeros(WHOLE + 1, np.int64)
    images = find_holders(words, index.boxes.offsets, _codes(index), masks, holders, counts)
    selector.check_time()
    count = int(counts.sum())
    stop = min(start + size, count)
    if start >= stop:
        found: Places = np.empty((0, 2), np.int64)
    elif largest_first:
        found = _largest(selector, masks, holders, counts, stop)[start:stop]
    else:
        ordered = ordering.page(selector, query, holders, start=0, stop=min(stop, images))
        found = _taken(index, ordered, masks, start, stop - start)
    return PageOfBoxes(count, images, _places(index, found))


def counts_by_label(index: Index, words: Bitset, terms: Sequence[BoxTerm]) -> Counts:
    """int64[labels]: the boxes on a set's images that a term counts, or all of them without terms."""
    counts = np.zeros(len(index.labels), np.int64)
    if len(index.boxes):
        count_boxes(words, index.boxes.offsets, _codes(index), _masks(index, terms), counts)
    return counts


def _codes(index: Index) -> Codes:
    return index.boxes.labels, index.boxes.areas, index.boxes.attributes


def _taken(index: Index, images: ImageNumbers, masks: Masks, skip: int, size: int) -> Places:
    """The boxes on these images, but for the first `skip`; there are `size` of them at least."""
    found = np.empty((size, 2), np.int64)
    take_boxes(images, index.boxes.offsets, _codes(index), masks, skip, found)
    return found


def _largest(selector: Selector, masks: Masks, holders: Bitset, counts: Counts, stop: int) -> Places:
    """The `stop` largest boxes, and those as large as the last of them; by area, then by image."""
    at_least = np.cumsum(counts[::-1])
    least = WHOLE - int(np.searchsorted(at_least, stop))
    images = ordering.page(selector, Query(), holders, start=0, stop=int(kernels.count_bits(holders)))
    by_label, by_area, by_attributes = masks
    large = np.where(np.arange(len(by_area)) < least, np.uint64(0), by_area)
    found = _taken(selector.index, images, (by_label, large, by_attributes), 0, int(at_least[WHOLE - least]))
    ordered: Places = found[np.argsort(-selector.index.boxes.areas[found[:, 1]].astype(np.int64), kind="stable")]
    return ordered


def _places(index: Index, found: Places) -> list[tuple[int, int]]:
    images, rows = found[:, 0], found[:, 1]
    numbers = rows - index.boxes.offsets[images] + 1
    return list(zip(index.image_keys[images].tolist(), numbers.tolist(), strict=True))
