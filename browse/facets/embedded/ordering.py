"""One page of a set of images in each of the orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from browse.facets.embedded import kernels
from browse.facets.embedded.box_terms import measured
from browse.facets.embedded.kernels import Bitset, ImageNumbers
from browse.facets.embedded.selection import Selector
from browse.query.box_terms import BoxTerm
from browse.query.values import ConfidenceRange, Query, Sort

_BUCKET_BITS = 12
_BUCKETS = 1 << _BUCKET_BITS
_SHIFT = np.uint64(64 - _BUCKET_BITS)


def page(selector: Selector, query: Query, words: Bitset, *, start: int, stop: int) -> ImageNumbers:
    """The images of a set from place `start` to before `stop` of the query's order; stop is at most its size."""
    if start >= stop:
        return np.empty(0, np.uint32)
    if query.sort is Sort.RANDOM:
        return _random(selector, words, query.seed or 0, start, stop)
    if query.sort is Sort.CONFIDENCE:
        return _by_confidence(selector, query, words, start, stop)
    if query.first_box is not None and query.sort in (Sort.BOXES, Sort.AREA):
        return _by_boxes(selector, query.first_box, words, query.sort)[start:stop]
    return _ascending(words, start, stop - start)


def _by_boxes(selector: Selector, term: BoxTerm, words: Bitset, sort: Sort) -> ImageNumbers:
    """The images of a set, for all of which a term holds, by how many boxes it counts, or by the largest of these."""
    images, measures = measured(selector.overlay, term, words)
    selector.check_time()
    ordered: ImageNumbers = images[np.argsort(-measures[:, 0 if sort is Sort.BOXES else 1], kind="stable")]
    return ordered


def _ascending(words: Bitset, skip: int, take: int) -> ImageNumbers:
    images = np.empty(take, np.uint32)
    return images[: kernels.select(words, skip, images)]


def _by_confidence(selector: Selector, query: Query, words: Bitset, start: int, stop: int) -> ImageNumbers:
    """Go down the levels of the first label term, to those that the page lies in.

    Of labels below one another an image may have several pairs; it stands where its highest is.
    """
    found = []
    for level in _levels(selector, query, words):
        selector.check_time()
        size = int(kernels.count_bits(level))
        if start < size:
            found.append(_ascending(level, start, min(stop, size) - start))
        start, stop = max(start - size, 0), stop - size
        if stop <= 0:
            break
    return np.concatenate(found)


def _levels(selector: Selector, query: Query, words: Bitset) -> Iterator[Bitset]:
    first = query.first_pair
    assert first is not None
    inside = query.range_of(first)
    for hundredths in reversed(selector.overlay.levels):
        if hundredths in inside:
            level = ConfidenceRange(hundredths, hundredths)
            term = replace(first, confidence=level, states=query.states_of(first))
            if term.below:
                found = words & selector.term(query, term)
                words = words & ~found
                yield found
            elif selector.term_size(query, term):
                yield words & selector.term(query, term)


def _random(selector: Selector, words: Bitset, seed: int, start: int, stop: int) -> ImageNumbers:
    """Count images by the high bits of their places, then sort those of the buckets that the page lies in."""
    keys = selector.index.image_keys
    salt = np.uint64(kernels.mix(np.uint64(seed)))
    counts = np.zeros(_BUCKETS, np.int64)
    kernels.shuffle_histogram(words, keys, salt, _SHIFT, counts)
    selector.check_time()
    ends = np.cumsum(counts)
    low, high = np.searchsorted(ends, [start, stop - 1], side="right")
    before = int(ends[low] - counts[low])
    size = int(ends[high]) - before
    places, images = np.empty(size, np.uint64), np.empty(size, np.uint32)
    kernels.shuffle_between(words, keys, salt, _SHIFT, np.uint64(low), np.uint64(high), places, images)
    ordered: ImageNumbers = images[np.argsort(places, kind="stable")]
    return ordered[start - before : stop - before]
