"""The images whose labels are most like those of one image."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from browse.domain.likeness import label_weights, likeness
from browse.facets.embedded import kernels
from browse.facets.embedded.corrections import Corrections
from browse.facets.embedded.kernels import Bitset, ClassCodes, Counts, ImageNumbers, Word, kernel
from browse.facets.embedded.pairs_of_images import pairs_of
from browse.facets.index.classes import Mask
from browse.query.values import ANY_CONFIDENCE, DEFAULT_STATES

_BLOCK = 1 << 15
"""Images whose sums are kept at a time: few enough for a core's own memory."""
_NEAR_HALF = 1e-6
_LOW_HALF = Word(0xFFFFFFFF)
Ranked = list[tuple[int, int]]
"""(image number, likeness in millionths), largest first, ties by number."""


def most_alike(overlay: Corrections, image: int, same: ImageNumbers, top: int) -> Ranked:
    """At most `top` visible images that share a label with this one, but for those in `same`.

    Images that curators changed are few, and compared one by one; the index's own lists serve for all others.
    """
    index, mask = overlay.index, overlay.classes.mask(ANY_CONFIDENCE, DEFAULT_STATES)
    squares = label_weights(overlay.images, overlay.label_totals(mask)) ** 2
    left_out = np.unique(np.append(same, np.uint32(image)))
    changed = np.setdiff1d(overlay.changed, left_out)
    own = _labels_of(overlay, np.array([image], np.uint32), mask)[1]
    total = int(squares[own].sum())
    if not total:
        return []
    skip = np.zeros(index.width, np.uint64)
    kernels.put_bits(skip, np.union1d(left_out, changed), np.ones(len(left_out) + len(changed), np.bool_))
    likes, images = np.zeros(top, np.int64), np.zeros(top, np.uint32)
    lists = index.posting_images, *_segments(overlay, own, squares, mask)
    pairs = index.pair_offsets, index.pair_labels, index.pair_classes
    weighs = squares, mask[: len(index.classes)]
    found = rank_alike(lists, pairs, weighs, skip, total, likes, images)
    ranked = list(zip(images[:found].tolist(), likes[:found].tolist(), strict=True))
    ranked += _changed_alike(overlay, changed, own, (squares, mask), total)
    return sorted(ranked, key=lambda one: (-one[1], one[0]))[:top]


def _segments(overlay: Corrections, labels: Counts, squares: Counts, mask: Mask) -> tuple[Counts, Counts, Counts]:
    """Where the posting lists of labels that weigh something begin and end, class by class, and what each adds."""
    index = overlay.index
    own = np.flatnonzero(mask[: len(index.classes)])
    bounds = [index.bounds(label) for label in labels.tolist() if squares[label]]
    gains = [squares[label] for label in labels.tolist() if squares[label]]
    starts = np.array([bound[own] for bound in bounds], np.int64).reshape(-1)
    stops = np.array([bound[own + 1] for bound in bounds], np.int64).reshape(-1)
    return starts, stops, np.repeat(np.array(gains, np.int64), len(own))


def _labels_of(overlay: Corrections, images: ImageNumbers, mask: Mask) -> tuple[Counts, Counts]:
    """The labels that visible images, ascending, have in some classes: place of the image, label."""
    owners, labels, codes = pairs_of(overlay, images)
    holds = mask[codes]
    return owners[holds], labels[holds]


def _changed_alike(
    overlay: Corrections, changed: ImageNumbers, own: Counts, weighs: tuple[Counts, Mask], total: int
) -> Ranked:
    images = np.setdiff1d(changed, overlay.laid.hidden).astype(np.uint32)
    if not len(images):
        return []
    squares, mask = weighs
    owners, labels = _labels_of(overlay, images, mask)
    gains = squares[labels]
    others = np.bincount(owners, gains, len(images)).astype(np.int64)
    common = np.bincount(owners, gains * np.isin(labels, own), len(images)).astype(np.int64)
    rows = zip(images.tolist(), common.tolist(), others.tolist(), strict=True)
    ranked = [(image, likeness(shared, total, other)) for image, shared, other in rows if shared]
    return [(image, like) for image, like in ranked if like]


@kernel
def rank_alike(
    lists: tuple[ImageNumbers, Counts, Counts, Counts],
    pairs: tuple[ImageNumbers, npt.NDArray[np.uint16], ClassCodes],
    weighs: tuple[Counts, Mask],
    skip: Bitset,
    total: int,
    likes: Counts,
    images: ImageNumbers,
) -> int:
    """Fill `likes` and `images` with the images of some posting lists that are most alike; how many there are.

    lists    image numbers, where each list begins and ends among them, and what it adds to what is shared.
    pairs    the forward index; weighs: the squared weight of each label, and the classes that count.
    total    the sum of the image's own squared weights.

    Images go by in order, so that of equals the first stay. What an image has in all is at least what it shares: where
    even that would not do, it is not added up.
    """
    found, least = 0, 0.0
    places = lists[1].copy()
    sums = np.zeros(_BLOCK, np.int64)
    count = len(pairs[0]) - 1
    for first in range(0, count, _BLOCK):
        last = min(first + _BLOCK, count)
        if not _add_block(lists, places, first, last, sums):
            continue
        for image in range(first, last):
            common = sums[image - first]
            if common <= least:
                continue
            if not (skip[image >> 6] >> Word(image & 63)) & Word(1):
                like = rounded_likeness(common, total, _own_sum(pairs, weighs, image))
                found = _put(likes, images, found, like, image)
                if found == len(likes):
                    least = total * ((likes[found - 1] + 0.5) / 1e6) ** 2 * (1 - 1e-9)
        sums[:] = 0
    return found


@kernel
def _add_block(
    lists: tuple[ImageNumbers, Counts, Counts, Counts], places: Counts, first: int, last: int, sums: Counts
) -> bool:
    """Add up what the images from `first` to before `last` share; move `places` on. Whether any does."""
    ids, _, stops, gains = lists
    has_any = False
    for part in range(len(places)):
        place, stop, gain = places[part], stops[part], gains[part]
        while place < stop and ids[place] < last:
            sums[ids[place] - first] += gain
            place += 1
        has_any |= place > places[part]
        places[part] = place
    return has_any


@kernel
def _own_sum(
    pairs: tuple[ImageNumbers, npt.NDArray[np.uint16], ClassCodes], weighs: tuple[Counts, Mask], image: int
) -> int:
    """The sum of an image's squared weights."""
    (offsets, labels, classes), (squares, mask) = pairs, weighs
    total = 0
    for pair in range(offsets[image], offsets[image + 1]):
        if mask[classes[pair]]:
            total += squares[labels[pair]]
    return total


@kernel
def _put(likes: Counts, images: ImageNumbers, found: int, like: int, image: int) -> int:
    """Put an image behind those that are at least as much alike; how many there are then."""
    if like == 0 or (found == len(likes) and like <= likes[found - 1]):
        return found
    place = min(found, len(likes) - 1)
    while place > 0 and likes[place - 1] < like:
        likes[place], images[place] = likes[place - 1], images[place - 1]
        place -= 1
    likes[place], images[place] = like, image
    return min(found + 1, len(likes))


@kernel
def rounded_likeness(common: int, own: int, other: int) -> int:
    """As `domain.likeness.likeness`; what lies next to a half is told by whole numbers of 128 bits."""
    share = 1e6 * common / math.sqrt(float(own) * float(other))
    below = math.floor(share)
    if abs(share - below - 0.5) >= _NEAR_HALF:
        return math.floor(share + 0.5)
    twice, odd = Word(2_000_000) * Word(common), Word(2 * int(below) + 1)
    least, reached = _product(odd * Word(own), odd * Word(other)), _product(twice, twice)
    is_up = least[0] < reached[0] or (least[0] == reached[0] and least[1] <= reached[1])
    return int(below) + int(is_up)


@kernel
def _product(first: Word, second: Word) -> tuple[Word, Word]:
    """The product of two numbers: its upper and its lower 64 bits."""
    half = Word(32)
    a, b, c, d = first >> half, first & _LOW_HALF, second >> half, second & _LOW_HALF
    low, middle = b * d, a * d
    middle_low = b * c + (low >> half)
    upper = a * c + (middle >> half) + (middle_low >> half)
    carry = (middle & _LOW_HALF) + (middle_low & _LOW_HALF)
    return upper + (carry >> half), (carry << half) | (low & _LOW_HALF)
