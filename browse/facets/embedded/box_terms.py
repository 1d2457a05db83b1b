"""Which images a box term holds for: one pass over the boxes of its label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from browse.domain.box_rows import shift_of
from browse.domain.boxes import Attribute
from browse.facets.embedded import box_kernels
from browse.facets.embedded.corrections import Corrections
from browse.facets.embedded.kernels import Bitset, Counts, ImageNumbers
from browse.facets.index.open_index import Index
from browse.query.box_terms import NO_LIMIT, WHOLE, BoxTerm

_BITS = 3
"""One for each value of an attribute."""


def _values_of(code: int) -> int:
    """Packed attributes with one bit for each attribute's value."""
    return sum(1 << _BITS * n << (code >> shift_of(attribute) & 3) for n, attribute in enumerate(Attribute))


_VALUES = np.array([_values_of(code) for code in range(1 << 2 * len(Attribute))], np.int64)


def _condition(term: BoxTerm) -> list[int]:
    allowed = sum(1 << _BITS * n << value for n, attribute in enumerate(Attribute) for value in term.allowed(attribute))
    return [term.inside.low, term.inside.high, allowed, term.least, term.most or NO_LIMIT]


def images_with(overlay: Corrections, term: BoxTerm) -> Bitset:
    """The visible images for which a term holds."""
    words = np.zeros(overlay.index.width, np.uint64)
    box_kernels.mark_images(*_boxes(overlay, term), _VALUES, np.array([_condition(term)]), words)
    if overlay.visible is not None:
        np.bitwise_and(words, overlay.visible, out=words)
    return words


def counts_of(overlay: Corrections, terms: Sequence[BoxTerm], words: Bitset) -> dict[BoxTerm, int]:
    """For how many images of a set each of these terms, at most 64 of one label, holds."""
    counts = np.zeros(len(terms), np.int64)
    by_area, by_attributes = terms_met(terms)
    numbers = np.array([_condition(term)[3:] for term in terms])
    box_kernels.count_images(*_boxes(overlay, terms[0]), by_area, by_attributes, numbers, words, counts)
    return dict(zip(terms, counts.tolist(), strict=True))


def terms_met(terms: Sequence[BoxTerm]) -> tuple[Bitset, Bitset]:
    """Which of at most 64 terms a box of some area meets, as bits, and one of some packed attributes."""
    by_area, by_attributes = np.zeros(WHOLE + 1, np.uint64), np.zeros(len(_VALUES), np.uint64)
    for row, term in enumerate(terms):
        low, high, allowed, _, _ = _condition(term)
        bit = np.uint64(1 << row)
        by_area[low : high + 1] |= bit
        by_attributes[_VALUES & ~allowed == 0] |= bit
    return by_area, by_attributes


def measured(overlay: Corrections, term: BoxTerm, words: Bitset) -> tuple[ImageNumbers, Counts]:
    """The images of a set that have boxes such as a term counts, by number: int64[images, 2], how many of these boxes
    and the area of the largest.
    """
    boxes = _boxes(overlay, term)
    found, measures = np.empty(len(boxes[0]), np.uint32), np.empty((len(boxes[0]), 2), np.int64)
    size = box_kernels.measure(*boxes, _VALUES, np.array([_condition(term)]), words, found, measures)
    return found[:size], measures[:size]


def labels_of(index: Index, term: BoxTerm) -> npt.NDArray[np.int64]:
    """The labels whose boxes a term counts, by number."""
    label = index.label_numbers[term.mid]
    return index.below.with_own(label) if term.below else np.array([label])


def _boxes(overlay: Corrections, term: BoxTerm) -> tuple[ImageNumbers, npt.NDArray[np.uint16], npt.NDArray[np.uint16]]:
    """Image, area and attributes of the boxes of a term's labels, by image."""
    index, tables = overlay.index, overlay.index.boxes
    labels = labels_of(index, term)
    if len(labels) > 1:
        inside = np.zeros(len(index.labels), np.bool_)
        inside[labels] = True
        size = sum(here.stop - here.start for here in map(tables.of_label, labels.tolist()))
        found = np.empty(size, np.uint32), np.empty(size, np.uint16), np.empty(size, np.uint16)
        box_kernels.gather(tables.offsets, tables.labels, tables.areas, tables.attributes, inside, *found)
        return found
    here = tables.of_label(int(labels[0]))
    return tables.posting_images[here], tables.posting_areas[here], tables.posting_attributes[here]
