"""Passes over the index, shared out among threads: each takes a range of images, and what they count is added up.

A range ends where a word of a bitset does, so no two threads write to one word. Counts of ranges add up exactly.
Kernels release the interpreter's lock. With one thread every pass is one call, as if this were not here.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from browse.facets.embedded import kernels
from browse.facets.embedded.kernels import Bitset, Counts, ImageNumbers

Found = TypeVar("Found", npt.NDArray[np.int64], npt.NDArray[np.uint32])

LEAST_IMAGES = 1 << 14
"""A second thread takes a tenth of a millisecond to begin: so it is given the pairs of so many images at least."""
LEAST_LISTED = 1 << 17
"""The same where images are only looked up in a list."""

_threads = 1


def use_threads(threads: int) -> None:
    """Have each pass use so many threads of this process."""
    global _threads  # noqa: PLW0603 - one number of the process
    _threads = threads


def set_bits(words: Bitset, ids: ImageNumbers, starts: Counts, stops: Counts) -> None:
    """As `kernels.set_bits`, of segments that ascend each."""
    parts = _parts(int((stops - starts).sum()), LEAST_LISTED)
    if parts == 1:
        kernels.set_bits(words, ids, starts, stops)
        return
    edges = [edge << 6 for edge in _edges(len(words), parts)]
    cuts = np.array(
        [start + np.searchsorted(ids[start:stop], edges) for start, stop in zip(starts, stops, strict=True)], np.int64
    ).reshape(len(starts), len(edges))
    cuts[:, 0], cuts[:, -1] = starts, stops
    columns = np.ascontiguousarray(cuts.T)
    _each(parts, lambda part: kernels.set_bits(words, ids, columns[part], columns[part + 1]))


def count_segments(words: Bitset, ids: ImageNumbers, bounds: Counts, counts: Counts) -> None:
    """As `kernels.count_segments`, of segments that follow one another."""
    first, last = int(bounds[0]), int(bounds[-1])
    parts = _parts(last - first, LEAST_LISTED)
    if parts == 1:
        kernels.count_segments(words, ids, bounds[:-1], bounds[1:], counts)
        return
    edges = [first + edge for edge in _edges(last - first, parts)]
    clipped = [bounds.clip(*pair) for pair in pairwise(edges)]
    for own in clipped:
        own.flags.writeable = False  # as the index has them: the kernel is compiled for these
    found = np.zeros((parts, len(counts)), np.int64)
    _each(parts, lambda part: kernels.count_segments(words, ids, clipped[part][:-1], clipped[part][1:], found[part]))
    counts += found.sum(axis=0)


def over_words(words: Bitset, counts: Found, count: Callable[[Bitset, int, Found], None]) -> None:
    """Add to `counts` what `count` counts, which is told the words of a range, its first image's number, and where to
    add.
    """
    parts = 1 if _threads == 1 else _parts(int(kernels.count_bits(words)), LEAST_IMAGES)
    if parts == 1:
        count(words, 0, counts)
        return
    edges = _edges_by_images(words, parts)
    found = np.zeros((parts, len(counts)), counts.dtype)
    _each(parts, lambda part: count(words[edges[part] : edges[part + 1]], edges[part] << 6, found[part]))
    counts += found.sum(axis=0, dtype=counts.dtype)


def _parts(size: int, least: int) -> int:
    """Among how many threads a pass over so much is shared out."""
    return max(1, min(_threads, size // least))


def _edges(size: int, parts: int) -> list[int]:
    return [size * part // parts for part in range(parts + 1)]


def _edges_by_images(words: Bitset, parts: int) -> list[int]:
    """Ranges of words, with about as many images of the set each: sets need not be spread evenly."""
    blocks = _edges(len(words), 16 * parts)
    sizes = np.array([int(kernels.count_bits(words[a:b])) for a, b in pairwise(blocks)])
    before = np.concatenate([[0], np.cumsum(sizes)])
    wanted = [before[-1] * part // parts for part in range(1, parts)]
    inner = [blocks[place] for place in np.searchsorted(before, wanted).tolist()]
    return [0, *inner, len(words)]


def _each(parts: int, work: Callable[[int], None]) -> None:
    """Do the parts at once, the first one in the calling thread, the others in copies of its context."""
    others = [_pool(os.getpid(), _threads).submit(copy_context().run, work, part) for part in range(1, parts)]
    try:
        work(0)
    finally:
        for other in others:
            other.result()


@lru_cache(maxsize=1)
def _pool(pid: int, threads: int) -> ThreadPoolExecutor:
    """The threads of this process, which all its queries share: a forked one has none of its parent's."""
    return ThreadPoolExecutor(max(1, threads - 1), thread_name_prefix="engine")
