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
        found = _of_prolific(index, words, count, limit) if limit else None
        return largest(author_counts(index, words, count), limit) if found is None else found
    images = np.empty(count, np.uint32)
    kernels.select(words, 0, images)
    by_author = np.sort(index.image_authors[images])
    by_author = by_author[: np.searchsorted(by_author, len(index.authors))]
    starts = np.flatnonzero(np.diff(by_author, prepend=NO_AUTHOR))
    found = largest(np.diff(starts, append=len(by_author)), limit)
    return [(int(by_author[starts[place]]), number) for place, number in found]


def _of_prolific(index: Index, words: Bitset, count: int, limit: int) -> list[tuple[int, int]] | None:
    """The same, looked up in the images of those authors alone who have as many images as it takes.

    Nothing where it cannot be told from so few authors, or where half as many images as the set has do not suffice.
    """
    authors, most = index.prolific_authors, count // 2
    sizes = index.author_offsets[authors + 1] - index.author_offsets[authors]
    few = min(int(np.searchsorted(np.cumsum(sizes), most, side="right")), _GROUP * limit)
    if few < limit:
        return None
    least = np.sort(_images_of(index, words, authors[:few]))[-limit]
    enough = int(np.searchsorted(-sizes, -least, side="right"))
    if enough == len(authors) < len(index.authors) or sizes[:enough].sum() > most:
        return None
    best = np.sort(authors[:enough])
    return [(int(best[place]), number) for place, number in largest(_images_of(index, words, best), limit)]


def _images_of(index: Index, words: Bitset, authors: npt.NDArray[np.int64]) -> Counts:
    """int64[authors]: the images of a set by each of some authors."""
    counts = np.zeros(len(authors), np.int64)
    starts, stops = index.author_offsets[authors], index.author_offsets[authors + 1]
    starts.flags.writeable = stops.flags.writeable = False  # as the index has them: the kernel is compiled for these
    kernels.count_segments(words, index.author_images, starts, stops, counts)
    return counts


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
