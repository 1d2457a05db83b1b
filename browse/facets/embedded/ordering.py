"""One page of a set of images in each of the orders."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from browse.facets.embedded import kernels
from browse.facets.embedded.box_terms import measured
from browse.facets.embedded.kernels import Bitset, ImageNumbers
from browse.facets.embedded.selection import Selector
from browse.query.box_terms import BoxTerm
from browse.query.values import ConfidenceRange, Query, Sort

DEVIATIONS = 5.0
"""So many standard deviations a place in the random order is looked for around where it is expected."""
_LAST = (1 << 64) - 1


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
    """Places are as good as drawn evenly from all numbers, so it is known about where those of a page lie.

    All images are counted by whether they stand before or there; those there are sorted. Where a page is not wholly
    there after all, it is looked for farther around.
    """
    keys, count = selector.index.image_keys, int(kernels.count_bits(words))
    salt = np.uint64(kernels.mix(np.uint64(seed)))
    deviations = DEVIATIONS
    while True:
        first, last = start - _margin(start, count, deviations), stop + _margin(stop, count, deviations)
        low, high = (min(max(int(place / count * _LAST), 0), _LAST) for place in (first, last))
        room = min(count, 2 * int(last - first))
        places, images = np.empty(room, np.uint64), np.empty(room, np.uint32)
        before, size = kernels.shuffle_between(words, keys, salt, np.uint64(low), np.uint64(high), places, images)
        selector.check_time()
        if before <= start and stop <= before + size and size <= room:
            ordered: ImageNumbers = images[np.argsort(places[:size])]
            return ordered[start - before : stop - before]
        deviations = 2 * deviations + 1


def _margin(place: int, count: int, deviations: float) -> float:
    """How far an image that is expected at a place may stand from it."""
    return deviations * (1 + math.sqrt(place * (count - place) / count))
