"""How many images of a set have a pair of each label."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from browse.facets.embedded import kernels, label_kernels, ranges
from browse.facets.embedded.corrections import Corrections
from browse.facets.embedded.counting import complement
from browse.facets.embedded.kernels import Bitset, Counts, ImageNumbers
from browse.facets.embedded.postings import add_postings
from browse.facets.index.classes import Mask
from browse.facets.index.open_index import Index

MOST_KNOWN = 4
"""Of so many labels at most the images are compared with a set."""


def label_counts(overlay: Corrections, words: Bitset, count: int, mask: Mask, named: Collection[int] = ()) -> Counts:
    """int64[labels]: images of a set, `count` of them, none hidden, with a pair of each label in these classes.

    named: labels by which the set was chosen. Of a set and its complement the smaller one is gone through; the totals
    are known.
    """
    index = overlay.index
    own = mask[: len(index.classes)]
    if count == overlay.images:
        return overlay.label_totals(mask)
    known = [label for label in named if label in index.frequent][:MOST_KNOWN] if index.classes.are_default(own) else []
    if 2 * count <= index.images:
        counts = _counts(index, words, count, own, known)
    else:
        counts = index.label_totals(own) - _counts(index, complement(index, words), index.images - count, own, known)
    overlay.lay_label_counts(words, mask, counts)
    return counts


def _counts(index: Index, words: Bitset, count: int, mask: Mask, known: Collection[int]) -> Counts:
    """Of a set mostly of images with frequent labels: the sum of what is known of each, put right where they differ.

    An image of the set that has none of these labels is wanting from the sum; one that has several is in it too often,
    and so is one that has any and is not in the set. Only those are gone through, where they are fewer than the set.
    """
    parts = _mostly_inside(index, words, count, mask, known)
    often = _held_so_often(index, parts.values())
    differing = [words & ~often[0], *(more | (fewer & ~words) for fewer, more in pairwise(often))] if parts else []
    sizes = [int(kernels.count_bits(images)) for images in differing]
    if not parts or sum(sizes) >= count:
        return _label_pass(index, words, count, mask)
    wanting, *surplus = (_label_pass(index, *part, mask) for part in zip(differing, sizes, strict=True))
    counts: Counts = wanting - sum(surplus) + sum(index.frequent.together(label).astype(np.int64) for label in parts)
    return counts


def _mostly_inside(index: Index, words: Bitset, count: int, mask: Mask, labels: Collection[int]) -> dict[int, Bitset]:
    """The images of each of some frequent labels of which more than half are in a set."""
    found = {}
    for label in labels:
        size, images = int(index.frequent.together(label)[label]), np.zeros(index.width, np.uint64)
        if size < 2 * count:
            add_postings(images, index, label, mask)
            if 2 * int(kernels.count_common(words, images)) > size:
                found[label] = images
    return found


def _held_so_often(index: Index, sets: Collection[Bitset]) -> list[Bitset]:
    """The images that are in at least one of some sets, in two, and so on until none is."""
    often = [np.zeros(index.width, np.uint64) for _ in range(len(sets) + 1)]
    for images in sets:
        for fewer, more in reversed([*pairwise(often)]):
            np.bitwise_or(more, fewer & images, out=more)
        often[0] |= images
    return often


def distinct_counts(index: Index, words: Bitset, offsets: ImageNumbers, labels: npt.NDArray[np.uint16]) -> Counts:
    """int64[labels]: images of a set with each label; offsets and labels: which labels each image has, each once."""
    counts, every = np.zeros(len(index.labels), np.int64), np.ones(len(index.classes), np.bool_)

    def count_labels(some: Bitset, first: int, own: Counts) -> None:
        label_kernels.count_labels(some, offsets[first:], labels, index.pair_classes, every, True, own)

    ranges.over_words(words, counts, count_labels)
    return counts


def _label_pass(index: Index, words: Bitset, count: int, mask: Mask) -> Counts:
    """Pairs in the default states stand by themselves. Of others, and a large set, all pairs are counted where those of
    other classes are few: these are taken off by label.
    """
    counts = np.zeros(len(index.labels), np.int64)
    if not count:
        return counts
    if index.classes.are_default(mask):
        return distinct_counts(index, words, *index.default_pairs)
    every = int(index.class_totals[~mask].sum()) + len(counts) * len(mask) <= count

    def count_labels(some: Bitset, first: int, own: Counts) -> None:
        pairs = (index.pair_offsets[first:], index.pair_labels, index.pair_classes)
        label_kernels.count_labels(some, *pairs, mask, every, own)

    ranges.over_words(words, counts, count_labels)
    if every:
        label_kernels.take_classes(words, index.posting_images, index.arrays["posting_offsets"], mask, counts)
    return counts
