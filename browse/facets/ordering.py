"""One page of a set of images in each of the orders."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from browse.facets import kernels
from browse.facets.kernels import Numbers, Words
from browse.facets.selection import Selector
from browse.query.values import ConfidenceRange, Query, Sort

_BUCKET_BITS = 12
_BUCKETS = 1 << _BUCKET_BITS
_SHIFT = np.uint64(64 - _BUCKET_BITS)


def page(selector: Selector, query: Query, words: Words, *, start: int, stop: int) -> Numbers:
    """The images of a set from place `start` to before `stop` of the query's order; stop is at most its size."""
    if start >= stop:
        return np.empty(0, np.uint32)
    if query.sort is Sort.RANDOM:
        return _random(selector, words, query.seed or 0, start, stop)
    if query.sort is Sort.CONFIDENCE:
        return _by_confidence(selector, query, words, start, stop)
    return _ascending(words, start, stop - start)


def _ascending(words: Words, skip: int, take: int) -> Numbers:
    images = np.empty(take, np.uint32)
    return images[: kernels.select(words, skip, images)]


def _by_confidence(selector: Selector, query: Query, words: Words, start: int, stop: int) -> Numbers:
    """Go down the levels of the first label term, each a set of its own, to those that the page lies in."""
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


def _levels(selector: Selector, query: Query, words: Words) -> Iterator[Words]:
    first = query.label[0]
    inside = query.range_of(first)
    for hundredths in reversed(selector.overlay.levels):
        if hundredths in inside:
            term = type(first)(first.mid, ConfidenceRange(hundredths, hundredths), query.states_of(first))
            if selector.term_size(query, term):
                yield words & selector.term(query, term)


def _random(selector: Selector, words: Words, seed: int, start: int, stop: int) -> Numbers:
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
    ordered: Numbers = images[np.argsort(places, kind="stable")]
    return ordered[start - before : stop - before]
