"""Which images look alike: those whose difference hashes differ in a few of their 64 bits, and whatever these join."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

MOST_BITS = 4
_BANDS, _BAND_BITS = 4, 16
_PAIRS_AT_ONCE = 1 << 22

Looks = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]


def alike(looks: Looks, known: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint32]:
    """uint32[n]: for each image the first, by place, of those that it is joined to by looks; itself where alone.

    looks: int64[n], which counts where `known` is true.
    """
    first = np.arange(len(looks), dtype=np.uint32)
    places = np.flatnonzero(known)
    words, of_word, numbers = np.unique(looks[places].view(np.uint64), return_index=True, return_inverse=True)
    roots = _joined(words)
    least = np.full(len(words), len(looks), np.int64)
    np.minimum.at(least, roots, places[of_word])
    first[places] = least[roots[numbers.reshape(-1)]]
    return first


def _joined(words: Words) -> Numbers:
    """The connected components of different hashes: for each the number of one that stands for its component."""
    roots = np.arange(len(words), dtype=np.int64)

    def root(number: int) -> int:
        while (above := int(roots[number])) != number:
            roots[number] = roots[above]
            number = above
        return number

    for ones, others in _near(words):
        for one, other in zip(ones.tolist(), others.tolist(), strict=True):
            low, high = sorted((root(one), root(other)))
            roots[high] = low
    while not np.array_equal(above := roots[roots], roots):
        roots = above
    return roots


def _near(words: Words) -> Iterator[tuple[Numbers, Numbers]]:
    """Pairs of different hashes, by number, that differ in at most MOST_BITS bits; some of them more than once.

    Of four bands of 16 bits one differs in at most one bit then. So each hash is compared with those that have one of
    its bands, or a neighbor of it.
    """
    for band in range(_BANDS):
        values = (words >> np.uint64(band * _BAND_BITS)).astype(np.uint16).astype(np.int64)
        order = np.argsort(values, kind="stable")
        starts = np.searchsorted(values[order], np.arange((1 << _BAND_BITS) + 1))
        for change in (0, *(1 << bit for bit in range(_BAND_BITS))):
            for ones, others in _matched(values, values ^ change, order, starts):
                is_near = (ones < others) & (np.bitwise_count(words[ones] ^ words[others]) <= MOST_BITS)
                yield ones[is_near], others[is_near]


def _matched(values: Numbers, wanted: Numbers, order: Numbers, starts: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """Each hash with all whose band is the one wanted, so many pairs at once that memory stays bounded."""
    counts = starts[wanted + 1] - starts[wanted]
    ends = np.cumsum(counts)
    first = 0
    while first < len(values):
        reached = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, reached + _PAIRS_AT_ONCE, side="right")))
        some = np.arange(first, last)
        ones = np.repeat(some, counts[some])
        within = np.arange(len(ones)) - np.repeat(ends[some] - counts[some] - reached, counts[some])
        yield ones, order[np.repeat(starts[wanted[some]], counts[some]) + within]
        first = last
