"""How many images of a set have a pair of a label or of one below it: an image with several counts once.

What the index has is counted as it is but for images that curators changed; their pairs are counted as they are now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from browse.facets.embedded import hierarchy_kernels, kernels, ranges
from browse.facets.embedded.correction_entries import packed
from browse.facets.embedded.corrections import Corrections, all_images
from browse.facets.embedded.counting import set_count
from browse.facets.embedded.kernels import Bitset, ClassCodes, Counts, ImageNumbers
from browse.facets.index.classes import Mask
from browse.facets.index.open_index import Index

WORDS_FOR_AN_IMAGE = 128
"""So many words of sets are gone through in the time that the pairs of an image take, or a little less."""
MOST_TOTALS = 16
"""Ranges and states whose totals an index keeps; each takes eight bytes for each label."""


@dataclass(frozen=True)
class _Images:
    """Images of a set, and where their pairs stand; has_sets: whether the index's sets are of these."""

    words: Bitset
    offsets: ImageNumbers
    labels: npt.NDArray[np.uint16]
    classes: ClassCodes
    has_sets: bool = False

    @classmethod
    def of_index(cls, index: Index, words: Bitset) -> _Images:
        """As the index has their pairs."""
        return cls(words, index.pair_offsets, index.pair_labels, index.pair_classes, has_sets=True)

    @classmethod
    def changed(cls, overlay: Corrections, words: Bitset) -> _Images:
        """Those of a set that curators changed, numbered anew, as their pairs are now."""
        images = overlay.changed
        inside = ((words[images >> np.uint32(6)] >> (images & np.uint32(63)).astype(np.uint64)) & np.uint64(1)) == 1
        owners, labels, codes = overlay.changed_pairs
        offsets = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(images)))]).astype(np.uint32)
        return cls(packed(inside[np.newaxis])[0], offsets, labels.astype(np.uint16), codes.astype(np.uint16))

    def add_groups(self, index: Index, mask: Mask, wanted: Mask, counts: Counts) -> None:
        """Add to counts[label] those with a pair of these classes of the label or of one below it.

        wanted: bool[groups], which labels are asked for; others may be left out.
        """
        places = np.flatnonzero(wanted).tolist()
        is_default = index.classes.are_default(mask[: len(index.classes)])
        if self.has_sets and is_default and self._are_many(index, len(places)):
            found = [set_count(index, self.words, index.group_set(place)) for place in places]
            counts[index.below.groups[wanted]] += np.array(found, np.int64)
            return
        groups = index.below.groups_of

        def count(some: Bitset, first: int, own: Counts) -> None:
            offsets = self.offsets[first:]
            hierarchy_kernels.count_groups(some, offsets, self.labels, self.classes, mask, *groups, own)

        ranges.over_words(self.words, counts, count)

    def _are_many(self, index: Index, sets: int) -> bool:
        """Whether their pairs are more to go through than so many of the index's sets."""
        return are_many(int(kernels.count_bits(self.words)), sets * index.width)

    def add_variants(self, inside: npt.NDArray[np.bool_], wanted: Bitset, counts: Counts) -> None:
        """Add to counts[v] those with a pair of a label `inside`, of a class that v wants."""

        def count(some: Bitset, first: int, own: Counts) -> None:
            offsets = self.offsets[first:]
            hierarchy_kernels.count_variants(some, offsets, self.labels, self.classes, inside, wanted, own)

        ranges.over_words(self.words, counts, count)


def are_many(images: int, words: int) -> bool:
    """Whether the pairs of so many images are more to go through than so many words of sets."""
    return images * WORDS_FOR_AN_IMAGE > words


def group_counts(
    overlay: Corrections, words: Bitset, count: int, mask: Mask, labels: Counts, top: int | None
) -> Counts:
    """int64[labels]: images of a set, `count` of them, none hidden, with a pair in these classes of each label that has
    others below it, or of one of those; 0 for other labels, and for those that are not among the `top` largest for
    sure, by `labels`: int64[labels], images of the set with a pair of each label alone.

    Of a set and its complement the smaller one is gone through; the totals are kept.
    """
    below = overlay.index.below
    wanted = below.may_be_largest(labels, top)
    if 2 * count <= overlay.images:
        counts = _group_pass(overlay, words, mask, wanted)
    else:
        counts = group_totals(overlay, mask)
        if count < overlay.images:
            counts = counts - _group_pass(overlay, _others(overlay, words), mask, wanted)
    counts[below.groups[~wanted]] = 0
    return counts


def variant_counts(overlay: Corrections, words: Bitset, label: int, masks: npt.NDArray[np.bool_]) -> list[int]:
    """For each of some masks of classes (bool[masks, classes]) the images of a set, none hidden, with a pair in these
    classes of a label or of one below it.
    """
    wanted = packed(np.ascontiguousarray(masks.T))
    inside = np.zeros(len(overlay.index.labels), np.bool_)
    inside[overlay.index.below.with_own(label)] = True
    counts = np.zeros(wanted.shape[1] * 64, np.int64)
    for part in _parts(overlay, words):
        part.add_variants(inside, wanted, counts)
    found: list[int] = counts[: len(masks)].tolist()
    return found


def _parts(overlay: Corrections, words: Bitset) -> Iterator[_Images]:
    """A set of images: those as the index has them, then those that curators changed."""
    if not len(overlay.changed):
        yield _Images.of_index(overlay.index, words)
        return
    rest = words.copy()
    kernels.put_bits(rest, overlay.changed, np.zeros(len(overlay.changed), np.bool_))
    yield _Images.of_index(overlay.index, rest)
    yield _Images.changed(overlay, words)


def _group_pass(overlay: Corrections, words: Bitset, mask: Mask, wanted: Mask) -> Counts:
    counts = np.zeros(len(overlay.index.labels), np.int64)
    for part in _parts(overlay, words):
        part.add_groups(overlay.index, mask, wanted, counts)
    return counts


def group_totals(overlay: Corrections, mask: Mask) -> Counts:
    """The same of all visible images: what the index has, less the changed images as they were, and as they are."""
    index = overlay.index
    totals, every = _totals_of_index(index, mask).copy(), np.ones(len(index.below.groups), np.bool_)
    if len(overlay.changed):
        changed, before = np.zeros(index.width, np.uint64), np.zeros_like(totals)
        kernels.put_bits(changed, overlay.changed, np.ones(len(overlay.changed), np.bool_))
        _Images.of_index(index, changed).add_groups(index, mask, every, before)
        totals -= before
        visible = all_images(index) if overlay.visible is None else overlay.visible
        _Images.changed(overlay, visible).add_groups(index, mask, every, totals)
    return totals


def _totals_of_index(index: Index, mask: Mask) -> Counts:
    """As the index has all images; kept, since it takes a pass over all pairs. Not to be changed."""
    own = mask[: len(index.classes)]
    kept = index.group_totals.get(own.tobytes())
    if kept is None:
        kept = np.zeros(len(index.labels), np.int64)
        every = np.ones(len(index.below.groups), np.bool_)
        _Images.of_index(index, all_images(index)).add_groups(index, own, every, kept)
        if len(index.group_totals) >= MOST_TOTALS:
            index.group_totals.clear()
        index.group_totals[own.tobytes()] = kept
    return kept


def _others(overlay: Corrections, words: Bitset) -> Bitset:
    """The visible images that are not in a set."""
    rest = all_images(overlay.index) if overlay.visible is None else overlay.visible.copy()
    kernels.and_not(rest, words)
    return rest
