"""How many images of a set have each facet value."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.dataset_arrays import NO_AUTHOR
from browse.facets.embedded import kernels, ranges
from browse.facets.embedded.corrections import Corrections
from browse.facets.embedded.kernels import Bitset, Counts
from browse.facets.index.open_index import Index

FEW_IMAGES = 10_000
"""The authors of so few images are sorted, which is faster than a count of each author there is."""
_GROUP = 64


def author_counts(index: Index, words: Bitset, count: int) -> npt.NDArray[np.uint32]:
    """uint32[authors]: images of a set, `count` of them, by each author."""
    counts = np.zeros(len(index.authors), np.uint32)
    if 2 * count <= index.images:
        _author_pass(index, words, counts)
        return counts
    if count < index.images:
        _author_pass(index, complement(index, words), counts)
    totals: npt.NDArray[np.uint32] = np.diff(index.author_offsets).astype(np.uint32) - counts
    return totals


def complement(index: Index, words: Bitset) -> Bitset:
    """The images that are not in a set."""
    rest = ~words
    if index.images % 64:
        rest[-1] &= np.uint64((1 << index.images % 64) - 1)
    return rest


def class_counts(overlay: Corrections, words: Bitset | None, label: int) -> Counts:
    """int64[classes]: images of a set, None being all, none hidden, with a pair of this label in each class."""
    if words is None:
        return overlay.class_totals(label)
    index = overlay.index
    counts = np.zeros(len(overlay.classes), np.int64)
    ranges.count_segments(words, index.posting_images, index.bounds(label), counts)
    overlay.lay_class_counts(words, label, counts)
    return counts


def set_count(index: Index, words: Bitset, place: int) -> int:
    """Images of a set that are also in one of the index's own sets."""
    if index.sets.is_listed(place):
        return int(kernels.count_listed(words, index.sets.ids(place)))
    return int(kernels.count_common(words, index.sets.words(place)))


def largest_authors(index: Index, words: Bitset, limit: int | None) -> list[tuple[int, int]]:
    """As `largest`, of the authors of a set of images."""
    count = int(kernels.count_bits(words))
    if count > FEW_IMAGES:
        return largest(author_counts(index, words, count), limit)
    images = np.empty(count, np.uint32)
    kernels.select(words, 0, images)
    by_author = np.sort(index.image_authors[images])
    by_author = by_author[: np.searchsorted(by_author, len(index.authors))]
    starts = np.flatnonzero(np.diff(by_author, prepend=NO_AUTHOR))
    found = largest(np.diff(starts, append=len(by_author)), limit)
    return [(int(by_author[starts[place]]), number) for place, number in found]


def largest(counts: npt.NDArray[Any], limit: int | None) -> list[tuple[int, int]]:
    """[(place, count)] of counts above 0, largest first, ties by place, at most `limit`."""
    places = np.flatnonzero(counts >= _reached(counts, limit))
    values = counts[places].astype(np.int64)
    order = np.argsort(-values, kind="stable")[:limit]
    return list(zip(places[order].tolist(), values[order].tolist(), strict=True))


def _reached(counts: npt.NDArray[Any], limit: int | None) -> int:
    """A number above 0 that at least `limit` of the counts reach, or 1: the largest of so many groups of them do."""
    groups = len(counts) // _GROUP
    if limit is None or not 0 < limit <= groups:
        return 1
    peaks = counts[: groups * _GROUP].reshape(_GROUP, groups).max(axis=0)
    return max(1, int(np.partition(peaks, groups - limit)[groups - limit]))


def _author_pass(index: Index, words: Bitset, counts: npt.NDArray[np.uint32]) -> None:
    ranges.over_words(
        words, counts, lambda some, first, own: kernels.count_values(some, index.image_authors[first:], own)
    )
