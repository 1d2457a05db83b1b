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

Boxes = tuple[ImageNumbers, npt.NDArray[np.uint16], npt.NDArray[np.uint16]]
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
    limits = [(term.least, term.most or NO_LIMIT) for term in terms]
    counts = counted(_boxes(overlay, terms[0]), terms_met(terms), limits, words)
    return dict(zip(terms, counts.tolist(), strict=True))


def counted(boxes: Boxes, met: tuple[Bitset, Bitset], limits: Sequence[tuple[int, int]], words: Bitset) -> Counts:
    """int64[conditions]: the images of a set with as many boxes of each as its limits, least and most, ask for.

    met: as `terms_met` makes it. Images with one box, which most are, are counted by what boxes meet the same.
    """
    (area_bits, area_kinds), (code_bits, code_kinds) = (np.unique(bits, return_inverse=True) for bits in met)
    single = np.zeros((len(area_bits), len(code_bits)), np.uint32)
    several = np.zeros(((len(limits) + 7) // 8, 256), np.uint32)
    kinds = area_kinds.astype(np.uint16), code_kinds.astype(np.uint16)
    box_kernels.count_images(boxes, met, kinds, limit_planes(limits), words, single, several)
    once = sum(1 << row for row, (least, most) in enumerate(limits) if least <= 1 <= most)
    bits = (area_bits[:, np.newaxis] & code_bits & np.uint64(once))[single > 0]
    counts: Counts = (
        single[single > 0].astype(np.int64) @ _bits_of(bits.view(np.uint8).reshape(-1, 8))[:, : len(limits)]
    )
    of_bytes = several.astype(np.int64) @ _bits_of(np.arange(256, dtype=np.uint8)[:, np.newaxis])
    return counts + of_bytes.ravel()[: len(limits)]


def _bits_of(rows: npt.NDArray[np.uint8]) -> Counts:
    """int64[rows, bits] of uint8[rows, bytes]: 1 for each bit that is set, the lowest first."""
    return np.unpackbits(rows, axis=1, bitorder="little").astype(np.int64)


def terms_met(terms: Sequence[BoxTerm]) -> tuple[Bitset, Bitset]:
    """Which of at most 64 terms a box of some area meets, as bits, and one of some packed attributes."""
    by_area, by_attributes = np.zeros(WHOLE + 1, np.uint64), np.zeros(len(_VALUES), np.uint64)
    for row, term in enumerate(terms):
        low, high, allowed, _, _ = _condition(term)
        bit = np.uint64(1 << row)
        by_area[low : high + 1] |= bit
        by_attributes[_VALUES & ~allowed == 0] |= bit
    return by_area, by_attributes


def limit_planes(limits: Sequence[tuple[int, int]]) -> tuple[Bitset, Bitset, Bitset, Bitset]:
    """Least and most of at most 64 numbers, 31 bits each, as bits of planes: those with bit p of the least, those with
    any bit of it from p on; the same of the most.
    """
    planes = [[0] * 33 for _ in range(4)]
    for row, pair in enumerate(limits):
        for kind, limit in enumerate(pair):
            for plane in range(limit.bit_length()):
                planes[2 * kind + 1][plane] |= 1 << row
                planes[2 * kind][plane] |= (limit >> plane & 1) << row
    least, least_above, most, most_above = np.array(planes, np.uint64)
    return least, least_above, most, most_above


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


def _boxes(overlay: Corrections, term: BoxTerm) -> Boxes:
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
