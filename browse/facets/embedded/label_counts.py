"""How many images of a set have a pair of each label."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

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
NOTHING: Mapping[int, Bitset | None] = MappingProxyType({})


def label_counts(
    overlay: Corrections, words: Bitset, count: int, mask: Mask, named: Mapping[int, Bitset | None] = NOTHING
) -> Counts:
    """int64[labels]: images of a set, `count` of them, none hidden, with a pair of each label in these classes.

    named: labels by which the set was chosen, and the images that the index has of each in the default states where
    they are at hand. Of a set and its complement the smaller one is gone through; the totals are known.
    """
    index = overlay.index
    own = mask[: len(index.classes)]
    if count == overlay.images:
        return overlay.label_totals(mask)
    known = _known(index, named) if index.classes.are_default(own) else {}
    if 2 * count <= index.images:
        counts = _counts(index, words, count, own, known)
    else:
        counts = index.label_totals(own) - _counts(index, complement(index, words), index.images - count, own, known)
    overlay.lay_label_counts(words, mask, counts)
    return counts


def _known(index: Index, named: Mapping[int, Bitset | None]) -> dict[int, Bitset | None]:
    """Those of some labels, at most MOST_KNOWN, with which it is known how many images have every other."""
    return {label: named[label] for label in [label for label in named if label in index.frequent][:MOST_KNOWN]}


def _counts(index: Index, words: Bitset, count: int, mask: Mask, known: Mapping[int, Bitset | None]) -> Counts:
    """Of a set mostly of images with frequent labels: the sum of what is known of each, put right where they differ.

    An image of the set that has none of these labels is wanting from the sum; one that has several is in it too often,
    and so is one that has any and is not in the set. Only those are gone through, where they are fewer than the set.
    """
    parts = _mostly_inside(index, words, count, mask, known)
    wanting, often = np.empty(index.width, np.uint64), np.zeros((len(parts), index.width), np.uint64)
    for place, images in enumerate(parts.values()):
        label_kernels.hold_once_more(often[: place + 1], images)
    sizes = np.zeros(1 + len(parts), np.int64)
    if parts:
        label_kernels.find_differing(words, often, wanting, sizes)
    if not parts or sizes.sum() >= count:
        return _label_pass(index, words, count, mask)
    counts = _label_pass(index, wanting, int(sizes[0]), mask)
    for images, size in zip(often, sizes[1:].tolist(), strict=True):
        counts -= _label_pass(index, images, size, mask)
    for label in parts:
        counts += index.frequent.together(label)
    return counts


def _mostly_inside(
    index: Index, words: Bitset, count: int, mask: Mask, known: Mapping[int, Bitset | None]
) -> dict[int, Bitset]:
    """The images of each of some frequent labels of which more than half are in a set."""
    found = {}
    for label, at_hand in known.items():
        size = int(index.frequent.together(label)[label])
        if size < 2 * count:
            images = _images_of(index, label, mask) if at_hand is None else at_hand
            if 2 * int(kernels.count_common(words, images)) > size:
                found[label] = images
    return found


def _images_of(index: Index, label: int, mask: Mask) -> Bitset:
    images = np.zeros(index.width, np.uint64)
    add_postings(images, index, label, mask)
    return images


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
